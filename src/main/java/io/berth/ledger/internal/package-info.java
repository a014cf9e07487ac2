/** How the ledger does it. */
@NullMarked
package io.berth.ledger.internal;

import org.jspecify.annotations.NullMarked;
