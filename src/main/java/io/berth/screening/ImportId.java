package io.berth.screening;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.berth.platform.Id;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Identifies an import: one version of a denied-party list. */
@Schema(
    type = SchemaType.STRING,
    description = "Identifies an import of a denied-party list; opaque",
    examples = "import_agrat33q252a5ljlyzt7t36bji")
public record ImportId(UUID value) implements Id {

  private static final String PREFIX = "import";

  /** A new identifier. */
  public static ImportId fresh() {
    return new ImportId(Id.fresh());
  }

  /** Reads the wire form; throws {@link IllegalArgumentException} where it is not one. */
  @JsonCreator
  public static ImportId fromString(String wire) {
    return new ImportId(Id.parse(PREFIX, wire));
  }

  @Override
  @JsonValue
  public String toString() {
    return Id.format(PREFIX, value);
  }
}
