package io.berth.leasing;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.berth.platform.Id;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Identifies a lease. */
@Schema(
    type = SchemaType.STRING,
    description = "Identifies a lease; opaque",
    examples = "lease_agrat33sbz5qrjcxoull2v3hva")
public record LeaseId(UUID value) implements Id {

  private static final String PREFIX = "lease";

  /** A new identifier. */
  public static LeaseId fresh() {
    return new LeaseId(Id.fresh());
  }

  /** Reads the wire form; throws {@link IllegalArgumentException} where it is not one. */
  @JsonCreator
  public static LeaseId fromString(String wire) {
    return new LeaseId(Id.parse(PREFIX, wire));
  }

  @Override
  @JsonValue
  public String toString() {
    return Id.format(PREFIX, value);
  }
}
