/** How offers are stored and shown. */
@NullMarked
package io.berth.market.internal;

import org.jspecify.annotations.NullMarked;
