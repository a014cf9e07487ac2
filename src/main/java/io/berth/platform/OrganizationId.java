package io.berth.platform;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Identifies an organization: the unit that owns rows, and that every query is scoped to, which is
 * why it lies in the platform while the organization itself lives in {@code identity}.
 */
@Schema(
    type = SchemaType.STRING,
    description = "Identifies an organization; opaque",
    examples = "org_agpmn4a4tvyrnd6ag6m7s3tnke")
public record OrganizationId(UUID value) implements Id {

  private static final String PREFIX = "org";

  /** A new identifier. */
  public static OrganizationId fresh() {
    return new OrganizationId(Id.fresh());
  }

  /** Reads the wire form; throws {@link IllegalArgumentException} where it is not one. */
  @JsonCreator
  public static OrganizationId fromString(String wire) {
    return new OrganizationId(Id.parse(PREFIX, wire));
  }

  @Override
  @JsonValue
  public String toString() {
    return Id.format(PREFIX, value);
  }
}
