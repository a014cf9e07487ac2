package io.berth.policy.internal;

/** Examples of the contract. */
final class DecisionExamples {

  static final String TENANTS_OWN =
      """
      {
        "accelerator": "nvidia-h100-sxm",
        "node": {"country": "DE", "stateFunded": false, "authorisations": []},
        "provider": {"ultimateParent": "DE", "listedOn": []},
        "period": {"start": "2026-11-01T00:00:00Z", "duration": "PT24H"},
        "use": {"mode": "remote", "workload": "training", "dataResidency": "none", "usNexus": false}
      }
      """;

  static final String WHAT_IF =
      """
      {
        "tenant": {"residence": "CN", "ultimateParent": "CN", "endUse": "CN", "listedOn": [],
          "ownedByListedPercent": 0, "ownRules": []},
        "accelerator": "nvidia-h100-sxm",
        "node": {"country": "CN", "stateFunded": false, "authorisations": []},
        "provider": {"ultimateParent": "CN", "listedOn": []},
        "period": {"start": "2024-11-15T00:00:00Z"},
        "use": {"mode": "remote", "workload": "inference", "dataResidency": "none", "usNexus": false}
      }
      """;

  private static final String HEAD =
      """
        "id": "decision_agpmn4a4tvyrnd6ag6m7s3tnke",
        "tenantId": "org_agpmn4a4tvyrnd6ag6m7s3tnke",
        "purpose": "enquiry",
        "verdict": "DENY",
        "period": {"start": "2024-11-15T00:00:00Z", "end": "2024-11-15T01:00:00Z"},
        "packs": [{"layer": "baseline", "id": "export-baseline", "version": "2026.11.4",
          "hash": "5b1f0de5a3c4c549d530f4f2f1f6d1e5b1f0de5a3c4c549d530f4f2f1f6d1e00"}],
        "knownAt": "2026-11-02T09:30:00Z"
      """;

  static final String DENIED =
      """
      {
        "reasons": [{
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
        }],
        "intervals": [{"start": "2024-11-15T00:00:00Z", "end": "2024-11-15T01:00:00Z", "verdict": "DENY",
          "ruleIds": ["us-3a090-d5-node"]}],
        "nodes": [{"nodeIds": [], "verdict": "DENY",
          "intervals": [{"start": "2024-11-15T00:00:00Z", "end": "2024-11-15T01:00:00Z", "verdict": "DENY",
            "ruleIds": ["us-3a090-d5-node"]}]}],
        "facts": {
          "tenant": {"residence": "CN", "ultimateParent": "CN", "endUse": "CN", "listedOn": [],
            "ownedByListedPercent": {"min": 0, "max": 0}, "ownRules": []},
          "request": {"mode": "remote", "workload": "inference", "dataResidency": "none", "usNexus": false},
          "nodes": [{
            "nodeIds": [],
            "provider": {"ultimateParent": "CN", "listedOn": []},
            "node": {"country": "CN", "stateFunded": false, "authorisations": []},
            "accelerator": {"model": "nvidia-h100-sxm", "vendor": "NVIDIA", "vendorCountry": "US",
              "dataCentre": true, "tpp": {"min": 15832, "max": 15832},
              "performanceDensity": {"min": 19.45, "max": 19.45},
              "dramGbPerSecond": {"min": 3350, "max": 3350},
              "interconnectGbPerSecond": {"min": 900, "max": 900}}
          }]
        },
        "factsHash": "5b1f0de5a3c4c549d530f4f2f1f6d1e5b1f0de5a3c4c549d530f4f2f1f6d1e00",
        "listsHash": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      """
          + HEAD
          + "}";

  static final String PAGE = "{\"items\": [{" + HEAD + "}]}";

  static final String PACK =
      """
      {"id": "export-baseline", "version": "2026.11.4",
       "hash": "5b1f0de5a3c4c549d530f4f2f1f6d1e5b1f0de5a3c4c549d530f4f2f1f6d1e00",
       "title": "US export rules, the answers to them that are known, and what parties ask for themselves",
       "text": "id: export-baseline\\nversion: 2026.11.4\\n…"}
      """;

  private static final String REPLAY_HEAD =
      """
      {"decisionId": "decision_agpmn4a4tvyrnd6ag6m7s3tnke", "judgedBy": "stored",
       "packs": [{"layer": "baseline", "id": "export-baseline", "version": "2026.11.1",
         "hash": "5b1f0de5a3c4c549d530f4f2f1f6d1e5b1f0de5a3c4c549d530f4f2f1f6d1e00"}],
       "verdict": "DENY", "replayedVerdict": "DENY", "replayedAt": "2029-03-01T09:30:00Z",
      """;

  static final String REPLAY_SAME = REPLAY_HEAD + "\"same\": true, \"differences\": []}";

  static final String REPLAY_ALTERED =
      REPLAY_HEAD
          + """
          "same": false, "differences": [{"kind": "factsAltered",
            "detail": "The stored facts do not have the hash that is stored beside them.",
            "stored": "5b1f0de5a3c4c549d530f4f2f1f6d1e5b1f0de5a3c4c549d530f4f2f1f6d1e00",
            "replayed": "7c1f0de5a3c4c549d530f4f2f1f6d1e5b1f0de5a3c4c549d530f4f2f1f6d1eff"}]}
          """;

  private DecisionExamples() {}
}
