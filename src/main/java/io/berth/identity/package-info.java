/** Organizations, the legal facts about them, and who is calling. */
@NullMarked
package io.berth.identity;

import org.jspecify.annotations.NullMarked;
