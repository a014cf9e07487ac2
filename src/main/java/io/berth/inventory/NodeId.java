package io.berth.inventory;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.berth.platform.Id;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Identifies a node. */
@Schema(
    type = SchemaType.STRING,
    description = "Identifies a node; opaque",
    examples = "node_agn4w6nehp2axgwk4r3x6cq3ra")
public record NodeId(UUID value) implements Id {

  private static final String PREFIX = "node";

  /** A new identifier. */
  public static NodeId fresh() {
    return new NodeId(Id.fresh());
  }

  /** Reads the wire form; throws {@link IllegalArgumentException} where it is not one. */
  @JsonCreator
  public static NodeId fromString(String wire) {
    return new NodeId(Id.parse(PREFIX, wire));
  }

  @Override
  @JsonValue
  public String toString() {
    return Id.format(PREFIX, value);
  }
}
