/** Allocations, capacity search and quotes: who holds which slots when, and what it costs. */
@NullMarked
package io.berth.booking;

import org.jspecify.annotations.NullMarked;
