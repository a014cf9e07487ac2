/**
 * The packaged service under load, beside its database. Not part of what ships; see {@code
 * src/docs/load.md}.
 */
@NullMarked
package io.berth.load;

import org.jspecify.annotations.NullMarked;
