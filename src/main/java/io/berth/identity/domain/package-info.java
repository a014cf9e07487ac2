@NullMarked
package io.berth.identity.domain;

import org.jspecify.annotations.NullMarked;
