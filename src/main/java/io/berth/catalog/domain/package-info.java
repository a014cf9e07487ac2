/** Reads the catalogue's tables and computes classifications; no framework in here. */
@NullMarked
package io.berth.catalog.domain;

import org.jspecify.annotations.NullMarked;
