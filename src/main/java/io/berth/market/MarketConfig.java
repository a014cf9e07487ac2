package io.berth.market;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Currency;

/** Settings of the market. */
@ConfigMapping(prefix = "berth.market")
public interface MarketConfig {

  /** The one currency that prices are in (ISO 4217). */
  @WithDefault("USD")
  Currency currency();
}
