/** What exactly is hashed and signed, and how a chain is checked. */
@NullMarked
package io.berth.audit.domain;

import org.jspecify.annotations.NullMarked;
