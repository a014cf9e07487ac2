@NullMarked
package io.berth.screening.internal;

import org.jspecify.annotations.NullMarked;
