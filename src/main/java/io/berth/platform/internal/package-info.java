/** How the platform does it. */
@NullMarked
package io.berth.platform.internal;

import org.jspecify.annotations.NullMarked;
