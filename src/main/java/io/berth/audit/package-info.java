/** The append-only record of who did what and why. */
@NullMarked
package io.berth.audit;

import org.jspecify.annotations.NullMarked;
