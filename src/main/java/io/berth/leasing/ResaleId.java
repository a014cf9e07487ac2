package io.berth.leasing;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.berth.platform.Id;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Identifies an offer of the rest of a lease. */
@Schema(
    type = SchemaType.STRING,
    description = "Identifies an offer of the rest of a lease; opaque",
    examples = "resale_agrat33sbz5qrjcxoull2v3hva")
public record ResaleId(UUID value) implements Id {

  private static final String PREFIX = "resale";

  /** A new identifier. */
  public static ResaleId fresh() {
    return new ResaleId(Id.fresh());
  }

  /** Reads the wire form; throws {@link IllegalArgumentException} where it is not one. */
  @JsonCreator
  public static ResaleId fromString(String wire) {
    return new ResaleId(Id.parse(PREFIX, wire));
  }

  @Override
  @JsonValue
  public String toString() {
    return Id.format(PREFIX, value);
  }
}
