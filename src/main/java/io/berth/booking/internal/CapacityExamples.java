package io.berth.booking.internal;

/** Examples for the contract. */
final class CapacityExamples {

  static final String PAGE =
      """
      {
        "items": [
          {
            "offerId": "offer_agrat32fxf575kkz6fhr5f24nu",
            "poolId": "pool_agrat32egj5hflb67ju6cwoz5i",
            "model": "nvidia-h100-sxm",
            "vendor": "NVIDIA",
            "memoryGb": 80,
            "interconnectGbPerSecond": 900,
            "provider": {"id": "org_agrat3z3en5wphq47zej7gfipe", "name": "Nordic Compute Oy"},
            "country": "FI",
            "region": "fi-hel-1",
            "pricePerAcceleratorHour": {"amountMicros": "2950000", "currency": "USD"},
            "priceBasis": "observed",
            "priceNote": "median of 2 public offers in FI",
            "nodes": 4,
            "accelerators": 32,
            "free": 32,
            "freeOnOneNode": 8,
            "freeFrom": "2026-11-23T19:43:00Z",
            "verdict": "ALLOW",
            "reasons": []
          }
        ],
        "use": {"mode": "remote", "workload": "training", "dataResidency": "none", "usNexus": false},
        "hidden": [
          {
            "nodes": 2,
            "kind": "policy",
            "verdict": "DENY",
            "reason": {
              "ruleId": "us-3a090-d5-node",
              "pack": "export-baseline",
              "authority": "law",
              "citation": "15 CFR 742.6(a)(6) and part 774, supplement 1, ECCN 3A090",
              "verdict": "DENY",
              "code": "controlledDeviceInD5",
              "message": "The device is controlled under 3A090 and stands in group D:5 or Macau with no authorisation attached.",
              "wouldChange": "An authorisation attached to the node, or a node elsewhere",
              "conflictsWith": [],
              "missingFacts": []
            }
          },
          {"nodes": 1, "kind": "notSellable"}
        ]
      }
      """;

  private CapacityExamples() {}

  static final String CALENDAR =
      """
      {
        "period": {"start": "2026-11-28T12:00:00Z", "end": "2026-11-28T14:00:00Z"},
        "step": "hour",
        "items": [
          {
            "model": "nvidia-h100-sxm",
            "country": "FI",
            "region": "fi-hel-1",
            "accelerators": 32,
            "stretches": [
              {
                "start": "2026-11-28T12:00:00Z",
                "free": 16,
                "freeOnOneNode": 8,
                "pricePerAcceleratorHourFrom": {"amountMicros": "2950000", "currency": "USD"}
              },
              {
                "start": "2026-11-28T13:00:00Z",
                "free": 32,
                "freeOnOneNode": 8,
                "pricePerAcceleratorHourFrom": {"amountMicros": "2950000", "currency": "USD"}
              }
            ]
          }
        ],
        "use": {"mode": "remote", "workload": "training", "dataResidency": "none", "usNexus": false}
      }
      """;

  static final String EARLIEST_REQUEST =
      """
      {
        "models": ["nvidia-h100-sxm"], "nodes": 8, "acceleratorsPerNode": 8, "together": "fabric",
        "duration": "PT72H"
      }
      """;

  static final String EARLIEST =
      """
      {
        "period": {"start": "2026-11-28T18:00:00Z", "end": "2026-11-28T20:00:00Z"},
        "offerId": "offer_agrat32fxf575kkz6fhr5f24nu",
        "model": "nvidia-h100-sxm",
        "provider": {"id": "org_agrat3z3en5wphq47zej7gfipe", "name": "Nordic Compute Oy"},
        "accelerators": 8,
        "nodes": [
          {"id": "node_agrat32egj42xlb5uj5f4vyfqa", "country": "FI", "region": "fi-hel-1", "accelerators": 8}
        ],
        "pricePerAcceleratorHour": {"amountMicros": "2950000", "currency": "USD"},
        "total": {"amountMicros": "47200000", "currency": "USD"},
        "use": {"mode": "remote", "workload": "training", "dataResidency": "none", "usNexus": false},
        "warnings": []
      }
      """;
}
