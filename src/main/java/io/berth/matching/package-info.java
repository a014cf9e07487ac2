/**
 * The planner and what it plans on: a snapshot and a request in, a plan or the reasons against it
 * out. Pure: no input or output, no clock, no randomness.
 */
@NullMarked
package io.berth.matching;

import org.jspecify.annotations.NullMarked;
