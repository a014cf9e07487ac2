package io.berth.inventory;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** Settings of the inventory. */
@ConfigMapping(prefix = "berth.inventory")
public interface InventoryConfig {

  /** The wait between two looks at a cluster, from 100 milliseconds to a day. */
  @WithDefault("PT10S")
  @NotNull
  @DurationMin(millis = 100)
  @DurationMax(days = 1)
  Duration syncInterval();

  /**
   * The longest wait until the next look at a cluster that does not let its nodes be read, from a
   * second to a day; the wait doubles from look to look.
   */
  @WithDefault("PT5M")
  @NotNull
  @DurationMin(seconds = 1)
  @DurationMax(days = 1)
  Duration syncIntervalMax();

  /**
   * How long a look at a cluster belongs to one worker; another takes over after it. Longer than
   * any look takes, from a second to an hour.
   */
  @WithDefault("PT2M")
  @NotNull
  @DurationMin(seconds = 1)
  @DurationMax(hours = 1)
  Duration syncClaim();

  /**
   * How long a cluster stays with a replica that has stopped answering for it before another takes
   * over, from a second to an hour. A replica that runs renews it in a third of the time.
   */
  @WithDefault("PT15S")
  @NotNull
  @DurationMin(seconds = 1)
  @DurationMax(hours = 1)
  Duration ownership();

  /**
   * How many nodes that were never seen before a cluster may bring within a day, from 1 to a
   * million. What goes beyond is not taken in, and nothing of the cluster is sold until it is.
   */
  @WithDefault("20000")
  @Min(1)
  @Max(1_000_000)
  int newNodesADayMax();

  /** How it is verified that devices are what they are listed as. */
  VerificationConfig verification();
}
