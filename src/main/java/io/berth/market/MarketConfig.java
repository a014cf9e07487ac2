package io.berth.market;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.Currency;

/** Settings of the market. */
@ConfigMapping(prefix = "berth.market")
public interface MarketConfig {

  /** The one currency that prices are in (ISO 4217). */
  @WithDefault("USD")
  Currency currency();

  /** How many maintenance windows that have not ended a provider may have, from 1 to 100,000. */
  @WithDefault("1000")
  @Min(1)
  @Max(100_000)
  int maintenanceWindowsMax();
}
