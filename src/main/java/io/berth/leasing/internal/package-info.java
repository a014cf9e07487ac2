/** How leasing does it. */
@NullMarked
package io.berth.leasing.internal;

import org.jspecify.annotations.NullMarked;
