package io.berth.leasing;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.berth.platform.Id;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Identifies an officer's order to wind leases down. */
@Schema(
    type = SchemaType.STRING,
    description = "Identifies an order to wind leases down; opaque",
    examples = "winddown_agrat33sbz5qrjcxoull2v3hva")
public record WindDownOrderId(UUID value) implements Id {

  private static final String PREFIX = "winddown";

  /** A new identifier. */
  public static WindDownOrderId fresh() {
    return new WindDownOrderId(Id.fresh());
  }

  /** Reads the wire form; throws {@link IllegalArgumentException} where it is not one. */
  @JsonCreator
  public static WindDownOrderId fromString(String wire) {
    return new WindDownOrderId(Id.parse(PREFIX, wire));
  }

  @Override
  @JsonValue
  public String toString() {
    return Id.format(PREFIX, value);
  }
}
