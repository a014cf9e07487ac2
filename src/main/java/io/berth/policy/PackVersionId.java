package io.berth.policy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.berth.platform.Id;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Identifies a version of a rule pack, from its draft on. */
@Schema(
    type = SchemaType.STRING,
    description = "Identifies a version of a rule pack; opaque",
    examples = "pack_agrat3z33r6itejni7sksqc5wi")
public record PackVersionId(UUID value) implements Id {

  private static final String PREFIX = "pack";

  /** A new identifier. */
  public static PackVersionId fresh() {
    return new PackVersionId(Id.fresh());
  }

  /** Reads the wire form; throws {@link IllegalArgumentException} where it is not one. */
  @JsonCreator
  public static PackVersionId fromString(String wire) {
    return new PackVersionId(Id.parse(PREFIX, wire));
  }

  @Override
  @JsonValue
  public String toString() {
    return Id.format(PREFIX, value);
  }
}
