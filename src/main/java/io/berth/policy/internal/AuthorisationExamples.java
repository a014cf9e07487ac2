package io.berth.policy.internal;

/** Examples of the contract. */
final class AuthorisationExamples {

  static final String ENTRY =
      """
      {
        "authority": "US Bureau of Industry and Security", "regime": "US-BIS",
        "reference": "D1234567",
        "destinations": ["AE"],
        "models": ["nvidia-h100-sxm"],
        "quantity": {"units": 1000},
        "from": "2026-11-01T00:00:00Z",
        "until": "2028-11-01T00:00:00Z",
        "conditions": "Quarterly report to the authority",
        "evidence": [{"kind": "licence-copy", "reference": "Vault 7, folder 12"}]
      }
      """;

  static final String CEILING =
      """
      {
        "holderId": "org_agpmn4a4tvyrnd6ag6m7s3tnke",
        "authority": "US Bureau of Industry and Security", "regime": "US-BIS",
        "reference": "D7654321",
        "destinations": ["CN", "MO"],
        "tppPerDeviceMax": 20999,
        "quantity": {"tpp": 15832000},
        "from": "2026-02-01T00:00:00Z"
      }
      """;

  static final String FINDING =
      """
      {
        "reason": "The authority confirmed number and quantity.",
        "evidence": [{"kind": "letter", "reference": "BIS 2026-11-20", "expiresAt": "2027-11-20T00:00:00Z"}]
      }
      """;

  static final String NO =
      """
      {"reason": "The authority does not know this number."}
      """;

  private static final String BEFORE_STATE =
      """
      {
        "id": "authorisation_agpmn4a4tvyrnd6ag6m7s3tnke",
        "holderId": "org_agpmn4a4tvyrnd6ag6m7s3tnke",
        "authority": "US Bureau of Industry and Security", "regime": "US-BIS",
        "reference": "D1234567",
        "state": "\
      """;

  private static final String TERMS =
      """
      ",
        "destinations": ["AE"],
        "models": ["nvidia-h100-sxm"],
        "quantity": {"units": 1000},
        "from": "2026-11-01T00:00:00Z",
        "until": "2028-11-01T00:00:00Z",
        "countsUntil": "2028-11-01T00:00:00Z",
        "conditions": "Quarterly report to the authority",
        "evidence": [{"kind": "licence-copy", "reference": "Vault 7, folder 12"}],
      """;

  private static final String UNUSED =
      """
        "reserved": {"units": 0},
        "committed": {"units": 0},
        "free": {"units": 1000},
      """;

  private static final String USED =
      """
        "reserved": {"units": 8},
        "committed": {"units": 16},
        "free": {"units": 976},
      """;

  private static final String CONFIRMED =
      """
        "finding": {"by": "officer-2", "at": "2026-11-02T09:30:00Z",
          "reason": "The authority confirmed number and quantity."},
      """;

  private static final String DENIED =
      """
        "finding": {"by": "officer-2", "at": "2026-11-02T09:30:00Z",
          "reason": "The authority does not know this number."},
      """;

  private static final String TAIL =
      """
        "createdAt": "2026-11-01T09:30:00Z"
      }
      """;

  static final String ENTERED = BEFORE_STATE + "entered" + TERMS + UNUSED + TAIL;

  static final String VERIFIED = BEFORE_STATE + "verified" + TERMS + USED + CONFIRMED + TAIL;

  static final String REJECTED = BEFORE_STATE + "rejected" + TERMS + UNUSED + DENIED + TAIL;

  static final String REVOKED = BEFORE_STATE + "revoked" + TERMS + USED + DENIED + TAIL;

  static final String PAGE = "{\"items\": [" + VERIFIED + "]}";

  static final String USES =
      """
      {
        "items": [{
          "quoteId": "quote_agrat33q252a5ljlyzt7t36bji",
          "leaseId": "lease_agrat33sbz5qrjcxoull2v3hva",
          "tenantId": "org_agrat3z4yf2y5gx323akgbowqi",
          "quantity": {"units": 16, "tpp": 253312},
          "state": "committed",
          "createdAt": "2026-11-03T10:00:00Z"
        }]
      }
      """;

  private AuthorisationExamples() {}
}
