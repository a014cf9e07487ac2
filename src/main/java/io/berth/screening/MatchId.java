package io.berth.screening;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.berth.platform.Id;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Identifies a match: an entry of a list that may name an organization or one of its owners. */
@Schema(
    type = SchemaType.STRING,
    description = "Identifies a match of an organization with a listed party; opaque",
    examples = "match_agrat33q252a5ljlyzt7t36bji")
public record MatchId(UUID value) implements Id {

  private static final String PREFIX = "match";

  /** A new identifier. */
  public static MatchId fresh() {
    return new MatchId(Id.fresh());
  }

  /** Reads the wire form; throws {@link IllegalArgumentException} where it is not one. */
  @JsonCreator
  public static MatchId fromString(String wire) {
    return new MatchId(Id.parse(PREFIX, wire));
  }

  @Override
  @JsonValue
  public String toString() {
    return Id.format(PREFIX, value);
  }
}
