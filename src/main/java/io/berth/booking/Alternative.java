package io.berth.booking;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.berth.market.OfferId;
import io.berth.platform.Money;
import io.berth.policy.Verdict;
import java.math.BigDecimal;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What would be permitted and is free instead of what was refused; the tenant finds it itself. */
@Schema(
    name = "Alternative",
    description =
        "An offer that would take the same request: permitted and free over the whole period")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Alternative(
    OfferId offerId,
    @Schema(description = "The catalogue's id.", examples = "nvidia-h100-sxm") String model,
    @Schema(examples = "FI") @Nullable String country,
    @Schema(examples = "fi-hel-1") @Nullable String region,
    Money.Wire pricePerAcceleratorHour,
    @Schema(description = "ALLOW or WARN") Verdict verdict,
    @Schema(
            description =
                "How far it is from what was asked for: the sum over TPP, memory and price of the"
                    + " natural logarithm of the greater over the lesser; 1 for a figure that is"
                    + " not known",
            examples = "0.126")
        BigDecimal distance,
    @Schema(
            description = "Why it is near, for people",
            examples = "The same accelerator on another offer, at 1.07 times the price.")
        String why) {}
