package io.berth.inventory;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.berth.platform.Id;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Identifies a node pool. */
@Schema(
    type = SchemaType.STRING,
    description = "Identifies a node pool; opaque",
    examples = "pool_agrat32egj5hflb67ju6cwoz5i")
public record NodePoolId(UUID value) implements Id {

  private static final String PREFIX = "pool";

  /** A new identifier. */
  public static NodePoolId fresh() {
    return new NodePoolId(Id.fresh());
  }

  /** Reads the wire form; throws {@link IllegalArgumentException} where it is not one. */
  @JsonCreator
  public static NodePoolId fromString(String wire) {
    return new NodePoolId(Id.parse(PREFIX, wire));
  }

  @Override
  @JsonValue
  public String toString() {
    return Id.format(PREFIX, value);
  }
}
