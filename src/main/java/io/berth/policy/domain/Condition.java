package io.berth.policy.domain;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.runtime.Program;

/**
 * A compiled condition.
 *
 * @param tree as checked
 * @param program that evaluates it whole
 */
record Condition(CelAbstractSyntaxTree tree, Program program) {}
