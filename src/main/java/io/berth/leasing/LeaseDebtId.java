package io.berth.leasing;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.berth.platform.Id;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Identifies what a former tenant owes for a lease. */
@Schema(
    type = SchemaType.STRING,
    description = "Identifies what a former tenant owes for a lease; opaque",
    examples = "debt_agrat33sbz5qrjcxoull2v3hva")
public record LeaseDebtId(UUID value) implements Id {

  private static final String PREFIX = "debt";

  /** A new identifier. */
  public static LeaseDebtId fresh() {
    return new LeaseDebtId(Id.fresh());
  }

  /** Reads the wire form; throws {@link IllegalArgumentException} where it is not one. */
  @JsonCreator
  public static LeaseDebtId fromString(String wire) {
    return new LeaseDebtId(Id.parse(PREFIX, wire));
  }

  @Override
  @JsonValue
  public String toString() {
    return Id.format(PREFIX, value);
  }
}
