/** What providers list for lease, at what price and on which terms. */
@NullMarked
package io.berth.market;

import org.jspecify.annotations.NullMarked;
