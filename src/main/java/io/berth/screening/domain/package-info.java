@NullMarked
package io.berth.screening.domain;

import org.jspecify.annotations.NullMarked;
