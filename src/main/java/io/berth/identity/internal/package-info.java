@NullMarked
package io.berth.identity.internal;

import org.jspecify.annotations.NullMarked;
