package io.berth.identity.internal;

/** Examples for the contract. */
final class OrganizationExamples {

  static final String STATEMENT =
      """
      {
        "name": "Nordlicht Rechenzentrum GmbH",
        "facts": {
          "residenceCountry": "DE",
          "ultimateParentCountry": "DE",
          "endUseCountry": "DE",
          "registrationNumber": "HRB 204415",
          "owners": [
            {"name": "Hanseatische Beteiligungs AG", "country": "DE", "percent": 62.5, "listed": false,
             "owners": [{"name": "Familienstiftung Brodersen", "country": "DE", "percent": 100, "listed": false}],
             "ownersComplete": true},
            {"name": "Freie Aktionäre", "percent": 37.5}
          ],
          "ownersComplete": true,
          "ownRules": ["eu-owned-only"],
          "profile": {"mode": "remote", "workload": "training", "dataResidency": "eea-only", "usNexus": false}
        }
      }
      """;

  static final String PATCH =
      """
      {"facts": {"ultimateParentCountry": null, "profile": {"workload": "inference"}}}
      """;

  static final String FINDING =
      """
      {
        "reason": "Register extract and shareholder list agree with the facts.",
        "evidence": [
          {"kind": "register-extract", "reference": "HRB 204415, Hamburg", "expiresAt": "2027-11-01T00:00:00Z"}
        ]
      }
      """;

  static final String REJECTION =
      """
      {
        "reason": "The register names another parent.",
        "evidence": [{"kind": "register-extract", "reference": "HRB 204415, Hamburg"}]
      }
      """;

  private static final String HEAD =
      """
      {
        "id": "org_agpmn4a4tvyrnd6ag6m7s3tnke",
        "name": "Nordlicht Rechenzentrum GmbH",
      """;

  private static final String FACTS =
      """
        "facts": {
          "residenceCountry": "DE",
          "ultimateParentCountry": "DE",
          "endUseCountry": "DE",
          "registrationNumber": "HRB 204415",
          "owners": [
            {"name": "Hanseatische Beteiligungs AG", "country": "DE", "percent": 62.5, "listed": false,
             "owners": [{"name": "Familienstiftung Brodersen", "country": "DE", "percent": 100, "listed": false}],
             "ownersComplete": true},
            {"name": "Freie Aktionäre", "percent": 37.5}
          ],
          "ownersComplete": true,
          "listings": [],
          "ownRules": ["eu-owned-only"],
          "profile": {"mode": "remote", "workload": "training", "dataResidency": "eea-only", "usNexus": false}
        },
      """;

  private static final String TAIL =
      """
        "createdAt": "2026-11-01T08:00:00Z"
      }
      """;

  private static final String UNVERIFIED =
      """
        "verification": {"state": "unverified", "evidence": []},
        "screening": {"state": "notScreened"},
      """;

  static final String CREATED = HEAD + FACTS + UNVERIFIED + TAIL;

  static final String CHANGED =
      HEAD
          + """
            "facts": {
              "residenceCountry": "DE",
              "endUseCountry": "DE",
              "owners": [],
              "ownersComplete": false,
              "listings": [],
              "ownRules": ["eu-owned-only"],
              "profile": {"mode": "remote", "workload": "inference"}
            },
          """
          + UNVERIFIED
          + TAIL;

  static final String VERIFIED =
      HEAD
          + FACTS
          + """
            "verification": {
              "state": "verified",
              "by": "c7b1f0de-5a3c-4c54-9d53-0f4f2f1f6d1e",
              "at": "2026-11-02T09:30:00Z",
              "reason": "Register extract and shareholder list agree with the facts.",
              "evidence": [
                {"kind": "register-extract", "reference": "HRB 204415, Hamburg", "expiresAt": "2027-11-01T00:00:00Z"}
              ],
              "expiresAt": "2027-11-01T00:00:00Z"
            },
            "screening": {
              "state": "clear",
              "at": "2026-11-02T09:00:00Z",
              "listsHash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
            },
          """
          + TAIL;

  static final String REJECTED =
      HEAD
          + FACTS
          + """
            "verification": {
              "state": "rejected",
              "by": "c7b1f0de-5a3c-4c54-9d53-0f4f2f1f6d1e",
              "at": "2026-11-02T09:30:00Z",
              "reason": "The register names another parent.",
              "evidence": [{"kind": "register-extract", "reference": "HRB 204415, Hamburg"}]
            },
            "screening": {
              "state": "clear",
              "at": "2026-11-02T09:00:00Z",
              "listsHash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
            },
          """
          + TAIL;

  static final String PAGE = "{\"items\": [" + CREATED + "]}";

  private OrganizationExamples() {}
}
