package io.berth.compliance.internal;

/** Examples of the contract. */
final class AuditExamples {

  private static final String CHECKPOINT =
      """
      {"position": 1234, "hash": "5b1f0de5a3c4c549d530f4f2f1f6d1e5b1f0de5a3c4c549d530f4f2f1f6d1e00",
       "at": "2026-11-23T19:43:24.084735Z", "keyId": "0f1e2d3c4b5a6978",
       "signature": "nPz2aJ8m3m9mXfJ0m6vX1c0yq0m1X8mQ8m3m9mXfJ0m6vX1c0yq0m1X8mQ8m3m9mXfJ0m6vX1c0yq0m1X8mQAA=="}
      """;

  static final String SOUND =
      """
      {"sound": true, "from": 1, "to": 1240, "entries": 1240, "checkpoints": 17, "unsealed": 2,
       "oldestUnsealedAt": "2026-11-23T19:43:30.000000Z", "lastCheckpoint":
      """
          + CHECKPOINT
          + "}";

  static final String BROKEN =
      """
      {"sound": false, "from": 1, "to": 41, "entries": 41, "checkpoints": 1, "unsealed": 0,
       "broken": {"position": 42, "kind": "alteredEntry",
         "detail": "Entry audit_agpmn4a4tvyrnd6ag6m7s3tnke is not what was sealed."}}
      """;

  static final String CHECKPOINTS = "{\"items\": [" + CHECKPOINT + "]}";

  static final String KEYS =
      """
      {"items": [{"id": "0f1e2d3c4b5a6978", "signs": true,
        "publicKey": "-----BEGIN PUBLIC KEY-----\\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\\n-----END PUBLIC KEY-----\\n"}]}
      """;

  static final String ENTRIES =
      """
      {"items": [{"id": "audit_agpmn4a4tvyrnd6ag6m7s3tnke", "at": "2026-11-23T19:43:24.084735Z",
        "actor": "officer-1", "organizationId": "org_agpmn4a4tvyrnd6ag6m7s3tnke",
        "action": "organization.verify", "subject": "org_agpmn4a4tvyrnd6ag6m7s3tnkf",
        "detail": "{\\"state\\":\\"verified\\"}", "position": 1234,
        "hash": "5b1f0de5a3c4c549d530f4f2f1f6d1e5b1f0de5a3c4c549d530f4f2f1f6d1e00"}]}
      """;

  private AuditExamples() {}
}
