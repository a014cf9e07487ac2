package io.berth.leasing;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.berth.platform.Id;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Identifies an order. */
@Schema(
    type = SchemaType.STRING,
    description = "Identifies an order; opaque",
    examples = "order_agrat33q252a5ljlyzt7t36bja")
public record OrderId(UUID value) implements Id {

  private static final String PREFIX = "order";

  /** A new identifier. */
  public static OrderId fresh() {
    return new OrderId(Id.fresh());
  }

  /** Reads the wire form; throws {@link IllegalArgumentException} where it is not one. */
  @JsonCreator
  public static OrderId fromString(String wire) {
    return new OrderId(Id.parse(PREFIX, wire));
  }

  @Override
  @JsonValue
  public String toString() {
    return Id.format(PREFIX, value);
  }
}
