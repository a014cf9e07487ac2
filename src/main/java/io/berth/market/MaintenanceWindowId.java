package io.berth.market;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.berth.platform.Id;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Identifies a maintenance window. */
@Schema(
    type = SchemaType.STRING,
    description = "Identifies a maintenance window; opaque",
    examples = "maintenance_agpmn4a4tvyrnd6ag6m7s3tnke")
public record MaintenanceWindowId(UUID value) implements Id {

  private static final String PREFIX = "maintenance";

  /** A new identifier. */
  public static MaintenanceWindowId fresh() {
    return new MaintenanceWindowId(Id.fresh());
  }

  /** Reads the wire form; throws {@link IllegalArgumentException} where it is not one. */
  @JsonCreator
  public static MaintenanceWindowId fromString(String wire) {
    return new MaintenanceWindowId(Id.parse(PREFIX, wire));
  }

  @Override
  @JsonValue
  public String toString() {
    return Id.format(PREFIX, value);
  }
}
