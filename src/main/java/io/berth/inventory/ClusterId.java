package io.berth.inventory;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.berth.platform.Id;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Identifies a cluster of a provider. */
@Schema(
    type = SchemaType.STRING,
    description = "Identifies a cluster; opaque",
    examples = "cluster_agrat3z33r6itejni7sksqc5wi")
public record ClusterId(UUID value) implements Id {

  private static final String PREFIX = "cluster";

  /** A new identifier. */
  public static ClusterId fresh() {
    return new ClusterId(Id.fresh());
  }

  /** Reads the wire form; throws {@link IllegalArgumentException} where it is not one. */
  @JsonCreator
  public static ClusterId fromString(String wire) {
    return new ClusterId(Id.parse(PREFIX, wire));
  }

  @Override
  @JsonValue
  public String toString() {
    return Id.format(PREFIX, value);
  }
}
