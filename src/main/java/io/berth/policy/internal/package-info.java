/** Decisions as rows and over REST. */
@NullMarked
package io.berth.policy.internal;

import org.jspecify.annotations.NullMarked;
