/** Denied-party lists, and whom of the organizations they name. */
@NullMarked
package io.berth.screening;

import org.jspecify.annotations.NullMarked;
