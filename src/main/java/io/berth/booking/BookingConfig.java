package io.berth.booking;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;

/** Settings of booking. */
@ConfigMapping(prefix = "berth.booking")
public interface BookingConfig {

  /** How long a quote holds its slots. */
  @WithDefault("PT10M")
  @NotNull
  Duration quoteHold();

  /** How many open quotes a tenant may have at once, from 1 to 10,000. */
  @WithDefault("20")
  @Min(1)
  @Max(10_000)
  int openQuotesMax();

  /** How far ahead a lease may start. */
  @WithDefault("P366D")
  @NotNull
  Duration leadTimeMax();

  /**
   * How long an on-demand lease lasts at first where its request does not say, and by how much it
   * is renewed each time; whole minutes.
   */
  @WithDefault("PT1H")
  @NotNull
  Duration onDemandStep();

  /** How often a booking that lost a race is planned anew, from 1 to 20. */
  @WithDefault("5")
  @Min(1)
  @Max(20)
  int attemptsMax();
}
