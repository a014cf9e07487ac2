package io.berth.leasing;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.berth.platform.Id;
import java.util.UUID;

/** Identifies a job. */
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
