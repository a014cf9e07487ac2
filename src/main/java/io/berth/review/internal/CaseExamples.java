package io.berth.review.internal;

/** Examples for the contract. */
final class CaseExamples {

  static final String EVIDENCE =
      """
      {
        "kind": "end-use-statement",
        "reference": "EUS 2026-118, signed",
        "note": "Names the model to be trained and who will use it."
      }
      """;

  static final String APPROVAL =
      """
      {
        "reason": "The end-use statement and the register extract leave no red flag.",
        "expiresAt": "2027-05-01T00:00:00Z"
      }
      """;

  static final String CONFIRMATION =
      """
      {"reason": "Checked against the register; agreed."}
      """;

  static final String REFUSAL =
      """
      {"reason": "The end user could not be named.", "note": "Third statement without a signature."}
      """;

  static final String WITHDRAWAL =
      """
      {"reason": "The parent was sold; the statement no longer holds."}
      """;

  private static final String BEFORE_STATE =
      """
      {
        "id": "case_agrat33q252a5ljlyzt7t36bji",
        "kind": "order",
        "state": "\
      """;

  private static final String ABOUT =
      """
      ",
        "organizationId": "org_agrat3z6ib2thhhgkae5iorhnq",
        "reason": "export-baseline/us-iaas-training",
        "factsHash": "1f4c6a7d2f0b5e3a9c8d7e6f5a4b3c2d1f4c6a7d2f0b5e3a9c8d7e6f5a4b3c2d",
        "subject": "order_agrat33q252a5ljlyzt7t36bja",
        "summary": "4 nodes: 4 held by rule us-iaas-training.",
        "detail": {"rules": ["export-baseline/us-iaas-training"]},
      """;

  private static final String PROPOSAL =
      """
        "proposal": {
          "by": "officer-1",
          "at": "2026-11-23T20:10:00Z",
          "reason": "The end-use statement and the register extract leave no red flag."
        },
        "expiresAt": "2027-05-01T00:00:00Z",
      """;

  private static final String TAIL =
      """
        "evidence": [
          {
            "kind": "end-use-statement",
            "reference": "EUS 2026-118, signed",
            "note": "Names the model to be trained and who will use it.",
            "organizationId": "org_agrat3z6ib2thhhgkae5iorhnq",
            "by": "tenant-1",
            "at": "2026-11-23T20:01:00Z"
          }
        ],
        "createdAt": "2026-11-23T19:43:36.483259Z"
      }
      """;

  private static final String CONFIRMED =
      """
        "decision": {
          "by": "officer-2",
          "at": "2026-11-23T20:20:00Z",
          "reason": "Checked against the register; agreed."
        },
      """;

  private static final String SAID_NO =
      """
        "decision": {
          "by": "officer-2",
          "at": "2026-11-23T20:20:00Z",
          "reason": "The end user could not be named.",
          "note": "Third statement without a signature."
        },
      """;

  private static final String TAKEN_BACK =
      """
        "decision": {
          "by": "officer-1",
          "at": "2026-12-02T09:00:00Z",
          "reason": "The parent was sold; the statement no longer holds."
        },
      """;

  static final String OPEN = BEFORE_STATE + "open" + ABOUT + TAIL;
  static final String PROPOSED = BEFORE_STATE + "proposed" + ABOUT + PROPOSAL + TAIL;
  static final String APPROVED = BEFORE_STATE + "approved" + ABOUT + PROPOSAL + CONFIRMED + TAIL;
  static final String REFUSED = BEFORE_STATE + "refused" + ABOUT + SAID_NO + TAIL;
  static final String WITHDRAWN = BEFORE_STATE + "withdrawn" + ABOUT + TAKEN_BACK + TAIL;
  static final String PAGE = "{\"items\": [" + OPEN + "]}";

  private CaseExamples() {}
}
