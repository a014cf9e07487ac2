package io.berth.policy;

/** What the accelerators are to do. */
public enum Workload {
  /** Training of models. */
  TRAINING,
  /** Use of models that are already trained. */
  INFERENCE
}
