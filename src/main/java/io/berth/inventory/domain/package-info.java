/** What follows from what clusters report and providers declare. */
@NullMarked
package io.berth.inventory.domain;

import org.jspecify.annotations.NullMarked;
