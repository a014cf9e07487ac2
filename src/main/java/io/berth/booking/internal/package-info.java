/** How booking does it. */
@NullMarked
package io.berth.booking.internal;

import org.jspecify.annotations.NullMarked;
