package io.berth.compliance;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.berth.platform.Id;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Identifies a simulation. */
@Schema(
    type = SchemaType.STRING,
    description = "Identifies a simulation; opaque",
    examples = "simulation_agrat33sbz5qrjcxoull2v3hva")
public record SimulationId(UUID value) implements Id {

  private static final String PREFIX = "simulation";

  /** A new identifier. */
  public static SimulationId fresh() {
    return new SimulationId(Id.fresh());
  }

  /** Reads the wire form; throws {@link IllegalArgumentException} where it is not one. */
  @JsonCreator
  public static SimulationId fromString(String wire) {
    return new SimulationId(Id.parse(PREFIX, wire));
  }

  @Override
  @JsonValue
  public String toString() {
    return Id.format(PREFIX, value);
  }
}
