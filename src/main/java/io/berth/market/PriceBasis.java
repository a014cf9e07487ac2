package io.berth.market;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Where an offer's price comes from. */
@Schema(
    description =
        "Where a price is from: quoted, asked by the provider; observed, published elsewhere; illustrative, made up")
public enum PriceBasis {
  /** The provider asks it. */
  @JsonProperty("quoted")
  QUOTED,
  /** Taken from a price that was published elsewhere; the price note names the source. */
  @JsonProperty("observed")
  OBSERVED,
  /** Made up for demonstration; the price note says so. */
  @JsonProperty("illustrative")
  ILLUSTRATIVE
}
