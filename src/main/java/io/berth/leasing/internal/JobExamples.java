package io.berth.leasing.internal;

/** Examples for the contract. */
final class JobExamples {

  static final String REQUEST =
      """
      {
        "name": "train-1",
        "image": "registry.example/train:1.4",
        "command": ["python", "train.py"],
        "args": ["--epochs", "3"],
        "env": {"NCCL_DEBUG": "WARN"},
        "secretEnv": {"HF_TOKEN": "hf_…"},
        "accelerators": 8,
        "parallelism": 2,
        "retries": 1,
        "deadline": "PT1H30M",
        "ttl": "PT1H",
        "volumes": [{"name": "scratch", "mountPath": "/scratch", "sizeGib": 200}],
        "sharedMemoryGib": 64
      }
      """;

  static final String QUEUED =
      """
      {
        "id": "job_agrat33ter37vcwo356ssxratm",
        "leaseId": "lease_agrat33sbz5qrjcxoull2v3hva",
        "name": "train-1",
        "state": "queued",
        "message": "Waiting for the lease's cluster.",
        "image": "registry.example/train:1.4",
        "command": ["python", "train.py"],
        "args": ["--epochs", "3"],
        "env": {"NCCL_DEBUG": "WARN"},
        "secretNames": ["HF_TOKEN"],
        "accelerators": 8,
        "parallelism": 2,
        "acceleratorsByRank": [],
        "retries": 1,
        "deadline": "PT1H30M",
        "ttl": "PT1H",
        "volumes": [{"name": "scratch", "mountPath": "/scratch", "readOnly": false, "sizeGib": 200}],
        "sharedMemoryGib": 64,
        "attempt": 0,
        "nodes": [],
        "events": [],
        "decisionId": "decision_agrat33tcr7khk5yhww5dsuuze",
        "cancelRequested": false,
        "createdAt": "2026-11-23T19:43:37.075546Z"
      }
      """;

  static final String SUCCEEDED =
      """
      {
        "id": "job_agrat33ter37vcwo356ssxratm",
        "leaseId": "lease_agrat33sbz5qrjcxoull2v3hva",
        "name": "train-1",
        "state": "succeeded",
        "message": "All pods ended well.",
        "image": "registry.example/train:1.4",
        "command": ["python", "train.py"],
        "args": ["--epochs", "3"],
        "env": {"NCCL_DEBUG": "WARN"},
        "secretNames": ["HF_TOKEN"],
        "accelerators": 8,
        "parallelism": 2,
        "acceleratorsByRank": [],
        "retries": 1,
        "deadline": "PT1H30M",
        "ttl": "PT1H",
        "volumes": [{"name": "scratch", "mountPath": "/scratch", "readOnly": false, "sizeGib": 200}],
        "sharedMemoryGib": 64,
        "attempt": 0,
        "nodes": ["h100-fi-hel-1-1", "h100-fi-hel-1-2"],
        "events": [
          {
            "at": "2026-11-23T19:43:38Z",
            "reason": "SuccessfulCreate",
            "object": "Job/train-1",
            "message": "Created pod: train-1-0-x7k2p"
          }
        ],
        "decisionId": "decision_agrat33tcr7khk5yhww5dsuuze",
        "cancelRequested": false,
        "createdAt": "2026-11-23T19:43:37.075546Z",
        "startedAt": "2026-11-23T19:43:38Z",
        "finishedAt": "2026-11-23T20:39:12Z"
      }
      """;

  static final String CANCELLING =
      """
      {
        "id": "job_agrat33ter37vcwo356ssxratm",
        "leaseId": "lease_agrat33sbz5qrjcxoull2v3hva",
        "name": "train-1",
        "state": "running",
        "message": "2 of 2 pods run.",
        "image": "registry.example/train:1.4",
        "command": ["python", "train.py"],
        "args": ["--epochs", "3"],
        "env": {"NCCL_DEBUG": "WARN"},
        "secretNames": ["HF_TOKEN"],
        "accelerators": 8,
        "parallelism": 2,
        "acceleratorsByRank": [],
        "retries": 1,
        "deadline": "PT1H30M",
        "ttl": "PT1H",
        "volumes": [{"name": "scratch", "mountPath": "/scratch", "readOnly": false, "sizeGib": 200}],
        "sharedMemoryGib": 64,
        "attempt": 0,
        "nodes": ["h100-fi-hel-1-1", "h100-fi-hel-1-2"],
        "events": [
          {
            "at": "2026-11-23T19:43:38Z",
            "reason": "SuccessfulCreate",
            "object": "Job/train-1",
            "message": "Created pod: train-1-0-x7k2p"
          }
        ],
        "decisionId": "decision_agrat33tcr7khk5yhww5dsuuze",
        "cancelRequested": true,
        "createdAt": "2026-11-23T19:43:37.075546Z",
        "startedAt": "2026-11-23T19:43:38Z"
      }
      """;

  static final String PAGE = "{\"items\": [" + SUCCEEDED + "]}";

  static final String REFUSED =
      """
      {
        "type": "urn:berth:problem:policy-refused",
        "title": "Policy does not permit this",
        "status": 422,
        "code": "policy-refused",
        "detail": "Policy does not permit jobs on this lease now: Nobody has shown where the tenant's ultimate parent has its headquarters.",
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
        ]
      }
      """;

  static final String UNKNOWN_FIELD =
      """
      {
        "type": "urn:berth:problem:malformed",
        "title": "The request is malformed",
        "status": 400,
        "code": "malformed",
        "detail": "There is no field 'hostNetwork' here; known are […].",
        "traceId": "a15cb192459446e2a60e0e078dee52c1",
        "errors": [
          {"pointer": "/hostNetwork", "detail": "There is no field 'hostNetwork' here; known are […]."}
        ]
      }
      """;

  private JobExamples() {}
}
