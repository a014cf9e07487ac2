package io.berth.leasing;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.berth.platform.Id;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Identifies a job. */
@Schema(
    type = SchemaType.STRING,
    description = "Identifies a job; opaque",
    examples = "job_agrat33ter37vcwo356ssxratm")
public record JobId(UUID value) implements Id {

  private static final String PREFIX = "job";

  /** A new identifier. */
  public static JobId fresh() {
    return new JobId(Id.fresh());
  }

  /** Reads the wire form; throws {@link IllegalArgumentException} where it is not one. */
  @JsonCreator
  public static JobId fromString(String wire) {
    return new JobId(Id.parse(PREFIX, wire));
  }

  @Override
  @JsonValue
  public String toString() {
    return Id.format(PREFIX, value);
  }
}
