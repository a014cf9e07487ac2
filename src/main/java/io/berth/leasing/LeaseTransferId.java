package io.berth.leasing;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.berth.platform.Id;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Identifies a transfer of a lease. */
@Schema(
    type = SchemaType.STRING,
    description = "Identifies a transfer of a lease; opaque",
    examples = "transfer_agrat33sbz5qrjcxoull2v3hva")
public record LeaseTransferId(UUID value) implements Id {

  private static final String PREFIX = "transfer";

  /** A new identifier. */
  public static LeaseTransferId fresh() {
    return new LeaseTransferId(Id.fresh());
  }

  /** Reads the wire form; throws {@link IllegalArgumentException} where it is not one. */
  @JsonCreator
  public static LeaseTransferId fromString(String wire) {
    return new LeaseTransferId(Id.parse(PREFIX, wire));
  }

  @Override
  @JsonValue
  public String toString() {
    return Id.format(PREFIX, value);
  }
}
