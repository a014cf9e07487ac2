package io.berth.leasing.internal;

/** Examples for the contract. */
final class OrderExamples {

  static final String REQUEST =
      """
      {
        "models": ["nvidia-h100-sxm"],
        "countries": ["FI"],
        "accelerators": 8,
        "duration": "PT2H",
        "pricePerAcceleratorHourMax": {"amountMicros": "3500000", "currency": "USD"}
      }
      """;

  static final String RESTING_REQUEST =
      """
      {
        "models": ["nvidia-h100-sxm"],
        "countries": ["FI"],
        "accelerators": 32,
        "duration": "PT24H",
        "pricePerAcceleratorHourMax": {"amountMicros": "2500000", "currency": "USD"},
        "timeInForce": "until",
        "until": "2026-12-01T00:00:00Z",
        "fill": "partial",
        "leaseAcceleratorsMin": 8
      }
      """;

  private static final String BEFORE_STATE =
      """
      {
        "id": "order_agrat33q252a5ljlyzt7t36bja",
        "state": "\
      """;

  private static final String ABOUT =
      """
      ",
        "tenantId": "org_agrat3z4yf2y5gx323akgbowqi",
        "request": {
          "models": ["nvidia-h100-sxm"],
          "countries": ["FI"],
          "accelerators": 8,
          "duration": "PT2H",
          "pricePerAcceleratorHourMax": {"amountMicros": "3500000", "currency": "USD"}
        },
        "timeInForce": "immediate",
        "fill": "allOrNothing",
        "decisionId": "decision_agrat33q2z7xrirkh6t6ylrqdy",
        "createdAt": "2026-11-23T19:43:36.483259Z",
      """;

  private static final String REVIEW =
      """
        "filled": 0,
        "remaining": 8,
        "fills": [],
        "caseId": "case_agrat33q252a5ljlyzt7t36bji",
        "expiresAt": "2026-12-07T19:43:36.483259Z",
        "reasons": [
          {
            "ruleId": "us-iaas-training",
            "pack": "export-baseline",
            "authority": "guidance",
            "citation": "Bureau of Industry and Security, guidance of 2025-05-13 on training AI models for parties of D:5",
            "confidence": "",
            "verdict": "HOLD_REVIEW",
            "code": "trainingForD5",
            "message": "The tenant's ultimate parent is in group D:5 and wants to train on devices controlled under 3A090.a.",
            "wouldChange": "A reviewer's approval, or inference only",
            "conflictsWith": [],
            "missingFacts": []
          }
        ],
      """;

  static final String FILLED =
      BEFORE_STATE
          + "filled"
          + ABOUT
          + """
            "filled": 8,
            "remaining": 0,
            "leaseId": "lease_agrat33sbz5qrjcxoull2v3hva",
            "fills": [
              {
                "leaseId": "lease_agrat33sbz5qrjcxoull2v3hva",
                "accelerators": 8,
                "pricePerAcceleratorHour": {"amountMicros": "2950000", "currency": "USD"},
                "total": {"amountMicros": "47200000", "currency": "USD"},
                "decisionId": "decision_agrat33q2z7xrirkh6t6ylrqdy",
                "filledAt": "2026-11-23T19:43:36.483259Z"
              }
            ],
            "reasons": [],
            "triedAt": "2026-11-23T19:43:36.483259Z",
            "settledAt": "2026-11-23T19:43:36.483259Z"
          }
          """;

  static final String OPEN =
      """
      {
        "id": "order_agrat33q252a5ljlyzt7t36bjb",
        "state": "open",
        "tenantId": "org_agrat3z4yf2y5gx323akgbowqi",
        "request": {
          "models": ["nvidia-h100-sxm"],
          "countries": ["FI"],
          "accelerators": 32,
          "duration": "PT24H",
          "pricePerAcceleratorHourMax": {"amountMicros": "2500000", "currency": "USD"}
        },
        "timeInForce": "until",
        "until": "2026-12-01T00:00:00Z",
        "fill": "partial",
        "leaseAcceleratorsMin": 8,
        "filled": 0,
        "remaining": 32,
        "fills": [],
        "detail": "4 nodes: 4 above your price, from 2.950000 USD.",
        "reasons": [],
        "expiresAt": "2026-12-01T00:00:00Z",
        "triedAt": "2026-11-23T19:43:36.483259Z",
        "createdAt": "2026-11-23T19:43:36.483259Z"
      }
      """;

  static final String IN_REVIEW =
      BEFORE_STATE
          + "inReview"
          + ABOUT
          + REVIEW
          + """
            "detail": "4 nodes: 4 held by rule us-iaas-training. Two compliance officers must let it pass."
          }
          """;

  static final String CANCELLED =
      BEFORE_STATE
          + "cancelled"
          + ABOUT
          + REVIEW
          + """
            "detail": "The tenant gave it up.",
            "settledAt": "2026-11-23T20:43:36.483259Z"
          }
          """;

  static final String PAGE = "{\"items\": [" + IN_REVIEW + "]}";

  private OrderExamples() {}
}
