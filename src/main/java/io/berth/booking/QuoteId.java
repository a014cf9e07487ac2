package io.berth.booking;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.berth.platform.Id;
import java.util.UUID;

/** Identifies a quote. */
public record QuoteId(UUID value) implements Id {

  private static final String PREFIX = "quote";

  /** A new identifier. */
  public static QuoteId fresh() {
    return new QuoteId(Id.fresh());
  }

  /** Reads the wire form; throws {@link IllegalArgumentException} where it is not one. */
  @JsonCreator
  public static QuoteId fromString(String wire) {
    return new QuoteId(Id.parse(PREFIX, wire));
  }

  @Override
  @JsonValue
  public String toString() {
    return Id.format(PREFIX, value);
  }
}
