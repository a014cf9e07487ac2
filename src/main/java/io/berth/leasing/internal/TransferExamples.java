package io.berth.leasing.internal;

/** Examples for the contract. */
final class TransferExamples {

  private TransferExamples() {}

  static final String PROPOSE = "{\"recipientId\": \"org_agrat3z6ib2thhhgkae5iorhnq\"}";

  static final String ACCEPT = "{\"use\": {\"mode\": \"remote\", \"workload\": \"inference\"}}";

  private static final String BEFORE_STATE =
      """
      {
        "id": "transfer_agrat33sbz5qrjcxoull2v3hva",
        "state": "\
      """;

  private static final String AFTER_STATE =
      """
      ",
        "leaseId": "lease_agrat33sbz5qrjcxoull2v3hva",
        "tenant": {"id": "org_agrat3z4yf2y5gx323akgbowqi", "name": "Rhein Robotics GmbH"},
        "recipient": {"id": "org_agrat3z6ib2thhhgkae5iorhnq", "name": "Harbour Analytics Ltd"},
        "provider": {"id": "org_agrat3z3en5wphq47zej7gfipe", "name": "Nordic Compute Oy"},
        "model": "nvidia-h100-sxm",
        "period": {"start": "2026-11-23T19:43:00Z", "end": "2026-11-23T21:43:00Z"},
        "accelerators": 8,
        "nodes": [
          {
            "id": "node_agrat32egj42xlb5uj5f4vyfqa",
            "name": "h100-fi-hel-1-1",
            "country": "FI",
            "region": "fi-hel-1",
            "accelerators": 8
          }
        ],
        "stretches": [
          {
            "start": "2026-11-23T19:43:00Z",
            "end": "2026-11-23T21:43:00Z",
            "accelerators": 8,
            "pricePerAcceleratorHour": {"amountMicros": "2950000", "currency": "USD"},
            "cost": {"amountMicros": "47200000", "currency": "USD"}
          }
        ],
        "earlyReleaseRefundPercent": 100,
        "createdAt": "2026-11-23T19:50:36.871204Z"\
      """;

  static final String PROPOSED = BEFORE_STATE + "proposed" + AFTER_STATE + "}";

  static final String DECLINED =
      BEFORE_STATE + "declined" + AFTER_STATE + ", \"settledAt\": \"2026-11-23T19:55:36.871204Z\"}";

  static final String WITHDRAWN =
      BEFORE_STATE
          + "withdrawn"
          + AFTER_STATE
          + ", \"settledAt\": \"2026-11-23T19:55:36.871204Z\"}";

  static final String PAGE = "{\"items\": [" + PROPOSED + "]}";
}
