/** What every room stands on and nothing of the domain. */
@NullMarked
package io.berth.platform;

import org.jspecify.annotations.NullMarked;
