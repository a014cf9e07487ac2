package io.berth.leasing.internal;

/** Examples for the contract. */
final class ResaleExamples {

  private ResaleExamples() {}

  static final String OFFER =
      """
      {
        "pricePerAcceleratorHour": {"amountMicros": "2400000", "currency": "USD"},
        "until": "2026-11-23T21:00:00Z"
      }
      """;

  static final String BUY =
      """
      {"use": {"mode": "remote", "workload": "inference"}, "end": "2026-11-23T21:43:00Z"}
      """;

  private static final String BEFORE_STATE =
      """
      {
        "id": "resale_agrat33sbz5qrjcxoull2v3hva",
        "state": "\
      """;

  private static final String PROVIDED =
      """
        "model": "nvidia-h100-sxm",
        "slotKind": "WHOLE_DEVICE",
        "provider": {"id": "org_agrat3z3en5wphq47zej7gfipe", "name": "Nordic Compute Oy"},\
      """;

  private static final String PERIOD =
      """
        "period": {"start": "2026-11-23T19:51:00Z", "end": "2026-11-23T21:43:00Z"},
        "total": {"amountMicros": "35840000", "currency": "USD"},\
      """;

  private static final String GOODS =
      """
        "accelerators": 8,
        "nodes": [
          {
            "id": "node_agrat32egj42xlb5uj5f4vyfqa",
            "country": "FI",
            "region": "fi-hel-1",
            "accelerators": 8
          }
        ],
        "pricePerAcceleratorHour": {"amountMicros": "2400000", "currency": "USD"},
        "earlyReleaseRefundPercent": 100,
        "until": "2026-11-23T21:00:00Z",
        "createdAt": "2026-11-23T19:50:36.871204Z"\
      """;

  private static final String MINE =
      """
      ",
        "mine": true,
        "leaseId": "lease_agrat33sbz5qrjcxoull2v3hva",\
      """;

  private static final String OTHERS =
      """
      ",
        "mine": false,\
      """;

  private static final String ALLOWED = ", \"verdict\": \"ALLOW\", \"reasons\": []";

  private static final String SETTLED = ", \"settledAt\": \"2026-11-23T19:55:36.871204Z\"";

  /** As its seller sees it. */
  static final String OPEN = BEFORE_STATE + "open" + MINE + PROVIDED + PERIOD + GOODS + "}";

  static final String WITHDRAWN =
      BEFORE_STATE + "withdrawn" + MINE + PROVIDED + GOODS + SETTLED + "}";

  /** As others see it. */
  static final String FOUND =
      BEFORE_STATE + "open" + OTHERS + PROVIDED + PERIOD + GOODS + ALLOWED + "}";

  static final String PAGE =
      "{\"items\": ["
          + FOUND
          + "], \"use\": {\"mode\": \"remote\", \"workload\": \"inference\","
          + " \"dataResidency\": \"none\", \"usNexus\": false}}";
}
