/** The chain as rows, and the sealer. */
@NullMarked
package io.berth.audit.internal;

import org.jspecify.annotations.NullMarked;
