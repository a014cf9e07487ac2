package io.berth.booking;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.berth.platform.Id;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Identifies a quote. */
@Schema(
    type = SchemaType.STRING,
    description = "Identifies a quote; opaque",
    examples = "quote_agrat33q252a5ljlyzt7t36bji")
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
