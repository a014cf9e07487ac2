package io.berth.policy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.berth.platform.Id;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Identifies a decision. */
@Schema(
    type = SchemaType.STRING,
    description = "Identifies a decision; opaque",
    examples = "decision_agpmn4a4tvyrnd6ag6m7s3tnke")
public record DecisionId(UUID value) implements Id {

  private static final String PREFIX = "decision";

  /** A new identifier. */
  public static DecisionId fresh() {
    return new DecisionId(Id.fresh());
  }

  /** Reads the wire form; throws {@link IllegalArgumentException} where it is not one. */
  @JsonCreator
  public static DecisionId fromString(String wire) {
    return new DecisionId(Id.parse(PREFIX, wire));
  }

  @Override
  @JsonValue
  public String toString() {
    return Id.format(PREFIX, value);
  }
}
