package io.berth.policy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.berth.platform.Id;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Identifies an authorisation of the register. */
@Schema(
    type = SchemaType.STRING,
    description = "Identifies an authorisation; opaque",
    examples = "authorisation_agpmn4a4tvyrnd6ag6m7s3tnke")
public record AuthorisationId(UUID value) implements Id {

  private static final String PREFIX = "authorisation";

  /** A new identifier. */
  public static AuthorisationId fresh() {
    return new AuthorisationId(Id.fresh());
  }

  /** Reads the wire form; throws {@link IllegalArgumentException} where it is not one. */
  @JsonCreator
  public static AuthorisationId fromString(String wire) {
    return new AuthorisationId(Id.parse(PREFIX, wire));
  }

  @Override
  @JsonValue
  public String toString() {
    return Id.format(PREFIX, value);
  }
}
