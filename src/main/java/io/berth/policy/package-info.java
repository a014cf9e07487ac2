/** Judges who may use which accelerator where and when, by rule packs, and explains why. */
@NullMarked
package io.berth.policy;

import org.jspecify.annotations.NullMarked;
