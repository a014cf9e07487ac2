/** Rows, queries and the REST resources of the inventory. */
@NullMarked
package io.berth.inventory.internal;

import org.jspecify.annotations.NullMarked;
