package io.berth.policy.internal;

/** Examples of the contract. */
final class PackExamples {

  static final String TEXT =
      """
      id: house-bans
      version: 2026.12.1
      title: What this house does not lease
      rules:
        - id: no-h20
          title: No H20
          authority: platform
          citation: Decision of the board, 2026-11-20
          windows: [{from: 2026-12-01}]
          condition: accelerator.model == 'nvidia-h20'
          verdict: DENY
          code: modelBanned
          message: This house does not lease H20 any more.
          wouldChange: Another accelerator
      """;

  private static final String HEAD =
      """
      {"id": "pack_agrat3z33r6itejni7sksqc5wi", "layer": "operator", "pack": "house-bans",
       "version": "2026.12.1", "title": "What this house does not lease",
       "hash": "5b1f0de5a3c4c549d530f4f2f1f6d1e5b1f0de5a3c4c549d530f4f2f1f6d1e00",
       "author": "3e0cbf4c-0e2c-4b8f-a5a1-9a8a1f6a2d11", "createdAt": "2026-11-23T09:30:00Z",
      """;

  private static final String APPROVAL =
      """
      "approver": "b6a1c5d2-77a4-4f0e-8f3e-2f7c0b9d4e52", "approvedAt": "2026-11-23T11:00:00Z",
      """;

  static final String DRAFT = HEAD + "\"state\": \"draft\"}";

  static final String SHADOW = HEAD + "\"state\": \"shadow\"}";

  static final String APPROVED = HEAD + APPROVAL + "\"state\": \"shadow\"}";

  static final String SCHEDULED =
      HEAD + APPROVAL + "\"state\": \"scheduled\", \"activeFrom\": \"2026-12-01T00:00:00Z\"}";

  static final String RETIRED =
      HEAD
          + APPROVAL
          + "\"state\": \"retired\", \"activeFrom\": \"2026-12-01T00:00:00Z\","
          + " \"retiredAt\": \"2026-12-24T00:00:00Z\"}";

  static final String PAGE = "{\"items\": [" + DRAFT + "]}";

  static final String SCHEDULE = "{\"at\": \"2026-12-01T00:00:00Z\"}";

  static final String NOW = "{}";

  static final String REFUSED =
      """
      {"type": "urn:berth:problem:unprocessable", "title": "The request makes no sense as a whole",
       "status": 422, "code": "unprocessable",
       "detail": "Something is wrong with the pack, so nothing of it was taken; the first is at line 10, column 16: unknown fact or constant: accelerator.modle.",
       "errors": [{"pointer": "", "line": 10, "column": 16,
         "detail": "unknown fact or constant: accelerator.modle"}],
       "traceId": "5f0c2a5b8e5f4c0f9d4b7f2e6a1c3d90"}
      """;

  static final String DIFF =
      """
      {"against": "pack_agrat3z33r6itejni7sksqc5wi", "id": "pack_agrat34ngr47pcif5ka77zzm5i",
       "changes": [{"part": "rule", "name": "no-h20", "how": "changed", "member": "verdict",
         "before": "WARN", "after": "DENY",
         "sentence": "Rule no-h20 now says DENY; it said WARN."}]}
      """;

  static final String DIFFERENCES =
      """
      {"items": [{"id": "difference_agrat34ngr47pcif5ka77zzm5i",
        "decisionId": "decision_agrat34ngr47pcif5ka77zzm5i",
        "tenantId": "org_agrat3z4yf2y5gx323akgbowqi", "purpose": "quote",
        "liveVerdict": "ALLOW", "shadowVerdict": "DENY", "allowedUntil": "2026-12-02T00:00:00Z",
        "nodes": 2, "models": ["nvidia-h20"],
        "added": [{"pack": "house-bans", "ruleId": "no-h20", "verdict": "DENY"}], "removed": [],
        "at": "2026-11-23T09:30:00Z"}]}
      """;

  static final String CASES =
      """
      id,tRes,tParent,tEnd,tListed,tElPct,tPolicy,model,nCountry,nAuth,nState,pParent,mode,workload,data,usNexus,v20261201
      1,DE,DE,DE,,0,,nvidia-h20,DE,,false,DE,remote,training,,false,DENY
      """;

  static final String TESTED =
      """
      {"passed": true, "summary": "1 judged, 1 as expected, 0 different, 0 unreadable",
       "outcomes": [{"id": "1", "date": "2026-12-01", "expected": "DENY", "got": "DENY",
         "agrees": true, "ruleIds": ["no-h20"]}],
       "problems": []}
      """;

  private PackExamples() {}
}
