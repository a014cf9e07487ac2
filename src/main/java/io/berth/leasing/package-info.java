/** Leases, the jobs inside them, and what of both is to be delivered. */
@NullMarked
package io.berth.leasing;

import org.jspecify.annotations.NullMarked;
