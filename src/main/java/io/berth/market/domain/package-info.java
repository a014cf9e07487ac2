/** The market's rules, in plain Java. */
@NullMarked
package io.berth.market.domain;

import org.jspecify.annotations.NullMarked;
