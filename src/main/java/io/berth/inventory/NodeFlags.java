package io.berth.inventory;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Facts about a node that export policy asks for beside its place and its model.
 *
 * @param stateFunded whether the site is paid for by a state; null where unknown
 * @param authorisations attached to the node
 * @param source where these come from
 */
@Schema(description = "What export policy asks about a node beside its place and its model")
public record NodeFlags(
    @Schema(description = "Whether the site is paid for by a state; absent where unknown")
        @Nullable Boolean stateFunded,
    @Schema(description = "Attached to the node") List<Authorisation> authorisations,
    FactSource source) {

  /** Copies the list. */
  public NodeFlags {
    authorisations = List.copyOf(authorisations);
  }
}
