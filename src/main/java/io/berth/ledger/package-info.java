/** Accounts, reservations and postings: integer money in double entry. */
@NullMarked
package io.berth.ledger;

import org.jspecify.annotations.NullMarked;
