package io.berth.leasing;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;

/** Settings of leasing. */
@ConfigMapping(prefix = "berth.leasing")
public interface LeasingConfig {

  /** How long a claimed delivery is left alone before another replica may take it. */
  @WithDefault("PT1M")
  @NotNull
  Duration deliveryClaim();

  /** How soon a lease is looked after again while something is on its way. */
  @WithDefault("PT1S")
  @NotNull
  Duration busyInterval();

  /** How soon a lease is looked after again while all is as it should be. */
  @WithDefault("PT30S")
  @NotNull
  Duration idleInterval();

  /** How many jobs a lease may have that are not finished, from 1 to 10,000. */
  @WithDefault("100")
  @Min(1)
  @Max(10_000)
  int liveJobsMax();
}
