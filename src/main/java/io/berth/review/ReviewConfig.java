package io.berth.review;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;

/** Settings of review cases. */
@ConfigMapping(prefix = "berth.review")
public interface ReviewConfig {

  /** The longest that an approval may hold. */
  @WithDefault("P366D")
  @NotNull
  Duration approvalMax();

  /** How many pieces of evidence a case may have, from 1 to 1,000. */
  @WithDefault("50")
  @Min(1)
  @Max(1000)
  int evidenceMax();

  /** How often approvals are looked through for those whose time has passed. */
  @WithDefault("PT30S")
  @NotNull
  Duration sweepInterval();
}
