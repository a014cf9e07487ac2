package io.berth.market;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.berth.platform.Id;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Identifies an offer. */
@Schema(
    type = SchemaType.STRING,
    description = "Identifies an offer; opaque",
    examples = "offer_agpmn4a4tvyrnd6ag6m7s3tnke")
public record OfferId(UUID value) implements Id {

  private static final String PREFIX = "offer";

  /** A new identifier. */
  public static OfferId fresh() {
    return new OfferId(Id.fresh());
  }

  /** Reads the wire form; throws {@link IllegalArgumentException} where it is not one. */
  @JsonCreator
  public static OfferId fromString(String wire) {
    return new OfferId(Id.parse(PREFIX, wire));
  }

  @Override
  @JsonValue
  public String toString() {
    return Id.format(PREFIX, value);
  }
}
