package io.berth.audit;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.berth.platform.Id;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Identifies an entry of the audit trail. */
@Schema(
    type = SchemaType.STRING,
    description = "Identifies an entry of the audit trail; opaque",
    examples = "audit_agpmn4a4tvyrnd6ag6m7s3tnke")
public record AuditEntryId(UUID value) implements Id {

  private static final String PREFIX = "audit";

  /** A new identifier. */
  public static AuditEntryId fresh() {
    return new AuditEntryId(Id.fresh());
  }

  /** Reads the wire form; throws {@link IllegalArgumentException} where it is not one. */
  @JsonCreator
  public static AuditEntryId fromString(String wire) {
    return new AuditEntryId(Id.parse(PREFIX, wire));
  }

  @Override
  @JsonValue
  public String toString() {
    return Id.format(PREFIX, value);
  }
}
