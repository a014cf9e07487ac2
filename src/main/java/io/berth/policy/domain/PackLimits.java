package io.berth.policy.domain;

/** Bounds on a pack: they keep compiling and judging cheap, whoever wrote it. */
final class PackLimits {

  static final int TEXT_CHARACTERS_MAX = 262_144;
  static final int YAML_DEPTH_MAX = 10;
  static final int RULES_MAX = 500;
  static final int DEFINITIONS_MAX = 100;
  static final int GROUPS_MAX = 100;
  static final int GROUP_VERSIONS_MAX = 50;
  static final int WINDOWS_MAX = 20;
  static final int REFERENCES_MAX = 50;
  static final int NAME_CHARACTERS_MAX = 100;
  static final int PROSE_CHARACTERS_MAX = 1_000;
  static final int CONDITION_CHARACTERS_MAX = 2_000;
  static final int CONDITION_NODES_MAX = 300;
  static final int CONDITION_DEPTH_MAX = 50;
  static final int PROBLEMS_MAX = 100;

  private PackLimits() {}
}
