package io.berth.ledger;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.berth.platform.Id;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Identifies a ledger account. */
@Schema(
    type = SchemaType.STRING,
    description = "Identifies an account; opaque",
    examples = "account_agrat3z4zq2xblx4dnppzsfrwa")
public record AccountId(UUID value) implements Id {

  private static final String PREFIX = "account";

  /** A new identifier. */
  public static AccountId fresh() {
    return new AccountId(Id.fresh());
  }

  /** Reads the wire form; throws {@link IllegalArgumentException} where it is not one. */
  @JsonCreator
  public static AccountId fromString(String wire) {
    return new AccountId(Id.parse(PREFIX, wire));
  }

  @Override
  @JsonValue
  public String toString() {
    return Id.format(PREFIX, value);
  }
}
