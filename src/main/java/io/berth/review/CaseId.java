package io.berth.review;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.berth.platform.Id;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Identifies a review case. */
@Schema(
    type = SchemaType.STRING,
    description = "Identifies a review case; opaque",
    examples = "case_agrat33q252a5ljlyzt7t36bji")
public record CaseId(UUID value) implements Id {

  private static final String PREFIX = "case";

  /** A new identifier. */
  public static CaseId fresh() {
    return new CaseId(Id.fresh());
  }

  /** Reads the wire form; throws {@link IllegalArgumentException} where it is not one. */
  @JsonCreator
  public static CaseId fromString(String wire) {
    return new CaseId(Id.parse(PREFIX, wire));
  }

  @Override
  @JsonValue
  public String toString() {
    return Id.format(PREFIX, value);
  }
}
