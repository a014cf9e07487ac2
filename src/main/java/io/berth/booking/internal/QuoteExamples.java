package io.berth.booking.internal;

/** Examples for the contract. */
final class QuoteExamples {

  static final String REQUEST =
      """
      {
        "models": ["nvidia-h100-sxm"],
        "countries": ["FI"],
        "nodes": 2,
        "acceleratorsPerNode": 8,
        "duration": "PT2H"
      }
      """;

  static final String LIMITS =
      """
      {
        "vendors": ["NVIDIA", "AMD"],
        "memoryGbMin": 80,
        "accelerators": 4,
        "start": "2026-11-24T08:00:00Z",
        "end": "2026-11-24T20:00:00Z",
        "pricePerAcceleratorHourMax": {"amountMicros": "3500000", "currency": "USD"},
        "use": {"workload": "inference", "dataResidency": "eea-only"}
      }
      """;

  private static final String BEFORE_STATE =
      """
      {
        "id": "quote_agrat33q252a5ljlyzt7t36bji",
        "state": "\
      """;

  private static final String AFTER_STATE =
      """
      ",
        "term": "reserved",
        "tenantId": "org_agrat3z4yf2y5gx323akgbowqi",
        "provider": {"id": "org_agrat3z3en5wphq47zej7gfipe", "name": "Nordic Compute Oy"},
        "offerId": "offer_agrat32fxf575kkz6fhr5f24nu",
        "model": "nvidia-h100-sxm",
        "period": {"start": "2026-11-23T19:43:00Z", "end": "2026-11-23T21:43:00Z"},
        "accelerators": 16,
        "nodes": [
          {"id": "node_agrat32egj42xlb5uj5f4vyfqa", "country": "FI", "region": "fi-hel-1", "accelerators": 8},
          {"id": "node_agrat32egj6xnlb7qu5jtnvrqq", "country": "FI", "region": "fi-hel-1", "accelerators": 8}
        ],
        "pricePerAcceleratorHour": {"amountMicros": "2950000", "currency": "USD"},
        "total": {"amountMicros": "94400000", "currency": "USD"},
        "earlyReleaseRefundPercent": 100,
        "use": {"mode": "remote", "workload": "training", "dataResidency": "none", "usNexus": false},
        "warnings": [],
        "decisionId": "decision_agrat33q2z7xrirkh6t6ylrqdy",
        "expiresAt": "2026-11-23T19:53:36.483259Z",
        "createdAt": "2026-11-23T19:43:36.483259Z"
      }
      """;

  static final String OPEN = BEFORE_STATE + "open" + AFTER_STATE;
  static final String RELEASED = BEFORE_STATE + "released" + AFTER_STATE;
  static final String PAGE = "{\"items\": [" + OPEN + "]}";

  static final String UNAVAILABLE =
      """
      {
        "type": "urn:berth:problem:capacity-unavailable",
        "title": "The capacity is not available",
        "status": 409,
        "code": "capacity-unavailable",
        "detail": "5 nodes: 3 taken until 2026-11-23T21:48:00Z, 2 denied by rule us-3a090-d5-node.",
        "traceId": "5f0c2a5b8e5f4c0f9d4b7f2e6a1c3d90",
        "obstacles": [
          {
            "kind": "taken",
            "code": "TAKEN",
            "detail": "taken until 2026-11-23T21:48:00Z",
            "nodes": 3,
            "freeAt": "2026-11-23T21:48:00Z"
          },
          {
            "kind": "policy",
            "code": "us-3a090-d5-node",
            "detail": "denied by rule us-3a090-d5-node",
            "nodes": 2
          }
        ]
      }
      """;

  static final String REFUSED =
      """
      {
        "type": "urn:berth:problem:policy-refused",
        "title": "Policy does not permit this",
        "status": 422,
        "code": "policy-refused",
        "detail": "4 nodes: 4 held by rule tenant-parent-unknown.",
        "traceId": "a15cb192459446e2a60e0e078dee52c1",
        "verdict": "HOLD_EVIDENCE",
        "decisionId": "decision_agrat34m3ry6refvwu7rhljx2u",
        "reasons": [
          {
            "ruleId": "tenant-parent-unknown",
            "pack": "export-baseline",
            "authority": "platform",
            "citation": "Berth baseline; the headquarters rules of 15 CFR 742.6(a)(6) cannot be answered without it",
            "verdict": "HOLD_EVIDENCE",
            "code": "tenantParentUnknown",
            "message": "Nobody has shown where the tenant's ultimate parent has its headquarters.",
            "wouldChange": "Evidence of the tenant's ultimate parent",
            "conflictsWith": [],
            "missingFacts": ["tenant.ultimateParent"]
          }
        ],
        "alternatives": [
          {
            "offerId": "offer_agrat32fxf575kkz6fhr5f24nu",
            "model": "nvidia-l40s",
            "country": "SG",
            "region": "sg-sin-1",
            "pricePerAcceleratorHour": {"amountMicros": "790000", "currency": "USD"},
            "verdict": "ALLOW",
            "distance": 3.538,
            "why": "Near H100: 0.37 times its TPP, 0.60 times its memory, 0.27 times the price."
          }
        ]
      }
      """;

  static final String TOO_LITTLE =
      """
      {
        "type": "urn:berth:problem:insufficient-funds",
        "title": "The account does not hold enough",
        "status": 422,
        "code": "insufficient-funds",
        "detail": "This needs 94.400000 USD set aside, and 12.500000 USD is available: pay in more, or ask for less or for a shorter time.",
        "traceId": "5f0c2a5b8e5f4c0f9d4b7f2e6a1c3d90",
        "needed": {"amountMicros": "94400000", "currency": "USD"},
        "available": {"amountMicros": "12500000", "currency": "USD"}
      }
      """;

  private QuoteExamples() {}
}
