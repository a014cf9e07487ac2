/** Prices that the sandbox's market starts with. */
@NullMarked
package io.berth.sandbox.market;

import org.jspecify.annotations.NullMarked;
