package io.berth.leasing.internal;

/** Examples for the contract. */
final class LeaseExamples {

  private static final String BEFORE_STATE =
      """
      {
        "id": "lease_agrat33sbz5qrjcxoull2v3hva",
        "state": "\
      """;

  private static final String RESERVED_TERM = "\", \"term\": \"reserved\",";

  private static final String AFTER_TERM =
      """
        "tenant": {"id": "org_agrat3z4yf2y5gx323akgbowqi", "name": "Rhein Robotics GmbH"},
        "provider": {"id": "org_agrat3z3en5wphq47zej7gfipe", "name": "Nordic Compute Oy"},
        "clusterId": "cluster_agrat3z33r6itejni7sksqc5wi",
        "offerId": "offer_agrat32fxf575kkz6fhr5f24nu",
        "quoteId": "quote_agrat33q252a5ljlyzt7t36bji",
        "model": "nvidia-h100-sxm",
        "period": {"start": "2026-11-23T19:43:00Z", "end": "2026-11-23T21:43:00Z"},
        "accelerators": 16,
        "nodes": [
          {
            "id": "node_agrat32egj42xlb5uj5f4vyfqa",
            "name": "h100-fi-hel-1-1",
            "country": "FI",
            "region": "fi-hel-1",
            "accelerators": 8
          },
          {
            "id": "node_agrat32egj6xnlb7qu5jtnvrqq",
            "name": "h100-fi-hel-1-2",
            "country": "FI",
            "region": "fi-hel-1",
            "accelerators": 8
          }
        ],
        "pricePerAcceleratorHour": {"amountMicros": "2950000", "currency": "USD"},
        "stretches": [
          {
            "start": "2026-11-23T19:43:00Z",
            "end": "2026-11-23T21:43:00Z",
            "accelerators": 16,
            "pricePerAcceleratorHour": {"amountMicros": "2950000", "currency": "USD"},
            "cost": {"amountMicros": "94400000", "currency": "USD"}
          }
        ],
        "total": {"amountMicros": "94400000", "currency": "USD"},
        "earlyReleaseRefundPercent": 100,
        "networkExceptions": [],
        "use": {"mode": "remote", "workload": "training", "dataResidency": "none", "usNexus": false},
        "decisionId": "decision_agrat33sbb6hnos4p64fn5gsom",
        "judgement": {
          "verdict": "ALLOW",
          "judgedAt": "2026-11-23T19:43:36.871204Z",
          "permittedUntil": "2026-11-23T21:43:00Z",
          "decisionId": "decision_agrat33sbb6hnos4p64fn5gsom"
        },
        "createdAt": "2026-11-23T19:43:36.871204Z",
      """;

  private static final String AFTER_STATE = RESERVED_TERM + AFTER_TERM;

  static final String RESERVED =
      BEFORE_STATE + "reserved" + AFTER_STATE + "\"conditions\": [], \"outages\": []}";

  static final String ACTIVE =
      BEFORE_STATE
          + "active"
          + AFTER_STATE
          + """
            "conditions": [
              {
                "type": "Delivered",
                "status": "True",
                "reason": "Delivered",
                "message": "Namespace and quota are there.",
                "lastTransitionTime": "2026-11-23T19:43:38.481530Z"
              }
            ],
            "outages": [],
            "activeAt": "2026-11-23T19:43:38.476554Z"
          }
          """;

  static final String ENDING =
      BEFORE_STATE
          + "ending"
          + AFTER_STATE
          + """
            "conditions": [
              {
                "type": "Delivered",
                "status": "True",
                "reason": "Delivered",
                "message": "Namespace and quota are there.",
                "lastTransitionTime": "2026-11-23T19:43:38.481530Z"
              }
            ],
            "outages": [],
            "activeAt": "2026-11-23T19:43:38.476554Z",
            "endingAt": "2026-11-23T19:43:40.519073Z"
          }
          """;

  static final String STOPPED =
      BEFORE_STATE
          + "active\", \"term\": \"onDemand\", \"renewal\": {},"
          + AFTER_TERM
          + "\"conditions\": [], \"outages\": [], \"activeAt\": \"2026-11-23T19:43:38.476554Z\"}";

  static final String PAGE = "{\"items\": [" + ACTIVE + "]}";

  static final String REFUSED =
      """
      {
        "type": "urn:berth:problem:policy-refused",
        "title": "Policy does not permit this",
        "status": 422,
        "code": "policy-refused",
        "detail": "Policy no longer permits what the quote holds: Nobody has shown where the tenant's ultimate parent has its headquarters.",
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
        "alternatives": []
      }
      """;

  private LeaseExamples() {}

  static final String NOTICES =
      """
      {
        "items": [
          {
            "id": "notice_agrat33sbz5qrjcxoull2v3hva",
            "organizationId": "org_agrat3z4yf2y5gx323akgbowqi",
            "leaseId": "lease_agrat33sbz5qrjcxoull2v3hva",
            "kind": "windDownOrdered",
            "message": "Policy no longer permits this lease: The operator bans H20.",
            "decisionId": "decision_agrat33sbb6hnos4p64fn5gsom",
            "endsAt": "2026-11-24T19:43:00Z",
            "at": "2026-11-23T19:43:36.871204Z"
          }
        ]
      }
      """;

  static final String EXTEND = "{\"duration\": \"PT2H\"}";

  static final String TAKEN =
      """
      {
        "type": "urn:berth:problem:capacity-unavailable",
        "title": "The capacity is not available",
        "status": 409,
        "code": "capacity-unavailable",
        "detail": "Others have booked these accelerators from 2026-11-24T01:00:00Z on: the lease can go on until 2026-11-24T00:55:00Z.",
        "traceId": "a15cb192459446e2a60e0e078dee52c1",
        "extendableUntil": "2026-11-24T00:55:00Z"
      }
      """;

  static final String SHRINK = "{\"accelerators\": 8}";

  static final String NEEDED =
      """
      {
        "type": "urn:berth:problem:conflict",
        "title": "The resource's state does not allow this",
        "status": 409,
        "code": "conflict",
        "detail": "Jobs need what would be given back: train-1 (job_agrat33ter37vcwo356ssxratm). Cancel them or wait for their end.",
        "traceId": "a15cb192459446e2a60e0e078dee52c1",
        "jobs": ["job_agrat33ter37vcwo356ssxratm"]
      }
      """;
}
