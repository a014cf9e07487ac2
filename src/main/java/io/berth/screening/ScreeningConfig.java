package io.berth.screening;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.util.Set;
import org.hibernate.validator.constraints.time.DurationMin;

/** Settings of screening. */
@ConfigMapping(prefix = "berth.screening")
public interface ScreeningConfig {

  /**
   * The least score of a hit, over 0.5 and up to 1. Lower ones give more hits to look at, higher
   * ones overlook more.
   */
  @WithDefault("0.86")
  @DecimalMin("0.5")
  @DecimalMax("1")
  double threshold();

  /**
   * How many hits on one name officers are asked about at once, best first, from 1 to 500; what
   * they set aside makes room for the next. A search on demand gives so many.
   */
  @WithDefault("50")
  @Min(1)
  @Max(500)
  int hitsMax();

  /**
   * The lists without which nobody is clear. {@code us-sdn} is not among them, since {@code us-csl}
   * holds its parties, too.
   */
  @WithDefault("us-csl,eu-fsf,un-sc,uk-sl")
  Set<SourceList> requiredLists();

  /**
   * Which share of a list's entries may be missing from the next version before its import needs
   * {@code force}: a download that broke off must not clear those whom its rest names. From 0 to 1.
   */
  @WithDefault("0.1")
  @DecimalMin("0")
  @DecimalMax("1")
  double droppedShareMax();

  /** How large a list's file may be, unpacked as well. */
  @WithDefault("512M")
  MemorySize fileSizeMax();

  /** How often a replica looks whether another one has activated a list; at least a second. */
  @WithDefault("5s")
  String revisionInterval();

  /** How often organizations that wait to be screened are looked for; at least a second. */
  @WithDefault("1s")
  String taskInterval();

  /** How many organizations one claim takes, from 1 to 500. */
  @WithDefault("50")
  @Min(1)
  @Max(500)
  int batchSize();

  /** How long a claim to screen or to fetch holds before another replica may take its place. */
  @WithDefault("PT10M")
  @NotNull
  @DurationMin(seconds = 1)
  Duration claim();

  /** How long fetching a list may take. */
  @WithDefault("PT5M")
  @NotNull
  @DurationMin(seconds = 1)
  Duration downloadTimeout();

  /** How often fetching a list is tried before it has failed, from 1 to 20. */
  @WithDefault("3")
  @Min(1)
  @Max(20)
  int downloadAttemptsMax();

  /** The wait after a failed try to fetch a list or to screen; doubles with each. */
  @WithDefault("PT30S")
  @NotNull
  Duration retryDelay();
}
