/** Connections to clusters, and the loop that looks at them. */
@NullMarked
package io.berth.kubernetes.internal;

import org.jspecify.annotations.NullMarked;
