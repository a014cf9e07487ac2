/** The catalogue over REST. */
@NullMarked
package io.berth.catalog.internal;

import org.jspecify.annotations.NullMarked;
