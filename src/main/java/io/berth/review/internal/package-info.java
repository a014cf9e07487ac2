@NullMarked
package io.berth.review.internal;

import org.jspecify.annotations.NullMarked;
