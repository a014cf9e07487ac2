package io.berth.policy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Whose rules a pack holds, and so whom it judges. */
@Schema(
    description =
        "Whose rules a pack holds: baseline, the platform's, for everybody; operator, what the operator adds, for"
            + " everybody; provider, for that provider's nodes; tenant, for what that tenant does")
public enum PackLayer {
  /** The platform's documented starting point; judges everything. */
  BASELINE,
  /** What the operator adds; judges everything. */
  OPERATOR,
  /** A provider's own; judges its nodes. */
  PROVIDER,
  /** A tenant's own; judges what the tenant does. */
  TENANT;

  /** Whether packs of this layer belong to one organization and judge only what is its own. */
  public boolean isOwned() {
    return this == PROVIDER || this == TENANT;
  }

  /** The wire form. */
  @JsonValue
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads the wire form; throws {@link IllegalArgumentException} where it is not one. */
  @JsonCreator
  public static PackLayer fromString(String wire) {
    for (PackLayer layer : values()) {
      if (layer.wire().equals(wire)) {
        return layer;
      }
    }
    throw new IllegalArgumentException("not a layer of packs");
  }
}
