package io.berth.inventory;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.berth.platform.Id;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Identifies probes of a pool's nodes that count together. */
@Schema(
    type = SchemaType.STRING,
    description = "Identifies probes of a pool's nodes that count together; opaque",
    examples = "round_agrat32egj5hflb67ju6cwoz5i")
public record ProbeRoundId(UUID value) implements Id {

  private static final String PREFIX = "round";

  /** A new identifier. */
  public static ProbeRoundId fresh() {
    return new ProbeRoundId(Id.fresh());
  }

  /** Reads the wire form; throws {@link IllegalArgumentException} where it is not one. */
  @JsonCreator
  public static ProbeRoundId fromString(String wire) {
    return new ProbeRoundId(Id.parse(PREFIX, wire));
  }

  @Override
  @JsonValue
  public String toString() {
    return Id.format(PREFIX, value);
  }
}
