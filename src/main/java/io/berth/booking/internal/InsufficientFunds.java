package io.berth.booking.internal;

import io.berth.platform.Money;
import io.berth.platform.Problem;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Names in the contract what problem details of {@code insufficient-funds} add. */
@Schema(
    description = "Problem details of insufficient-funds: what the account lacks",
    allOf = Problem.class)
record InsufficientFunds(
    @Schema(description = "What the whole period costs") Money.Wire needed,
    @Schema(description = "What the account can still spend") Money.Wire available) {}
