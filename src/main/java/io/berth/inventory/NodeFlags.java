package io.berth.inventory;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Facts about a node that export policy asks for beside its place and its model.
 *
 * @param stateFunded whether the site is paid for by a state; null where unknown
 * @param authorisations attached to the node
 * @param source where these come from
 */
public record NodeFlags(
    @Nullable Boolean stateFunded, List<Authorisation> authorisations, FactSource source) {

  /** Copies the list. */
  public NodeFlags {
    authorisations = List.copyOf(authorisations);
  }
}
