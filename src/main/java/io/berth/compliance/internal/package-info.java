/** The room's REST and what it reads. */
@NullMarked
package io.berth.compliance.internal;

import org.jspecify.annotations.NullMarked;
