/**
 * Providers' clusters, their node pools and nodes, with where each node stands and what is declared
 * about it: the capacity that exists.
 */
@NullMarked
package io.berth.inventory;

import org.jspecify.annotations.NullMarked;
