package io.berth.leasing;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.berth.platform.Id;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Identifies a notice. */
@Schema(
    type = SchemaType.STRING,
    description = "Identifies a notice; opaque",
    examples = "notice_agrat33sbz5qrjcxoull2v3hva")
public record NoticeId(UUID value) implements Id {

  private static final String PREFIX = "notice";

  /** A new identifier. */
  public static NoticeId fresh() {
    return new NoticeId(Id.fresh());
  }

  /** Reads the wire form; throws {@link IllegalArgumentException} where it is not one. */
  @JsonCreator
  public static NoticeId fromString(String wire) {
    return new NoticeId(Id.parse(PREFIX, wire));
  }

  @Override
  @JsonValue
  public String toString() {
    return Id.format(PREFIX, value);
  }
}
