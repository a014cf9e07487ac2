package io.berth.policy.domain;

/** The answer of a condition. */
enum Ternary {
  YES,
  NO,
  UNKNOWN
}
