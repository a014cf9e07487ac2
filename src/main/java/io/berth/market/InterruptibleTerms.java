package io.berth.market;

import io.berth.platform.Money;
import java.time.Duration;

/**
 * At what price, and with how long a notice, an offer's slots are leased until a firm lease needs
 * them.
 *
 * @param pricePerAcceleratorHour what one accelerator costs an hour, at most the firm price
 * @param notice how long before its end the tenant is told, in whole minutes, at least one
 */
public record InterruptibleTerms(Money pricePerAcceleratorHour, Duration notice) {

  /** The notice where none is said. */
  public static final Duration NOTICE_DEFAULT = Duration.ofMinutes(5);
}
