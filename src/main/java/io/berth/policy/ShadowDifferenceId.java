package io.berth.policy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.berth.platform.Id;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Identifies a record of what a pack in shadow would have decided otherwise. */
@Schema(
    type = SchemaType.STRING,
    description = "Identifies a difference; opaque",
    examples = "difference_agrat3z33r6itejni7sksqc5wi")
public record ShadowDifferenceId(UUID value) implements Id {

  private static final String PREFIX = "difference";

  /** A new identifier. */
  public static ShadowDifferenceId fresh() {
    return new ShadowDifferenceId(Id.fresh());
  }

  /** Reads the wire form; throws {@link IllegalArgumentException} where it is not one. */
  @JsonCreator
  public static ShadowDifferenceId fromString(String wire) {
    return new ShadowDifferenceId(Id.parse(PREFIX, wire));
  }

  @Override
  @JsonValue
  public String toString() {
    return Id.format(PREFIX, value);
  }
}
