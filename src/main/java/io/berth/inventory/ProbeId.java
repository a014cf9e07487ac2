package io.berth.inventory;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.berth.platform.Id;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Identifies a probe of a node. */
@Schema(
    type = SchemaType.STRING,
    description = "Identifies a probe of a node; opaque",
    examples = "probe_agrat32egj5hflb67ju6cwoz5i")
public record ProbeId(UUID value) implements Id {

  private static final String PREFIX = "probe";

  /** A new identifier. */
  public static ProbeId fresh() {
    return new ProbeId(Id.fresh());
  }

  /** Reads the wire form; throws {@link IllegalArgumentException} where it is not one. */
  @JsonCreator
  public static ProbeId fromString(String wire) {
    return new ProbeId(Id.parse(PREFIX, wire));
  }

  @Override
  @JsonValue
  public String toString() {
    return Id.format(PREFIX, value);
  }
}
