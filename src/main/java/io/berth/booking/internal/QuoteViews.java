package io.berth.booking.internal;

import io.berth.booking.Quote;
import io.berth.booking.internal.QuoteApi.NodeView;
import io.berth.booking.internal.QuoteApi.QuoteView;
import io.berth.identity.Organization;
import io.berth.identity.Organizations;
import io.berth.inventory.Inventory;
import io.berth.inventory.Node;
import io.berth.inventory.NodeId;
import io.berth.platform.OrganizationId;
import io.berth.platform.Scope;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Shows quotes with the names and places behind their identifiers. */
@ApplicationScoped
public class QuoteViews {

  private static final Scope SCOPE = Scope.system("booking");

  private final Inventory inventory;
  private final Organizations organizations;

  QuoteViews(Inventory inventory, Organizations organizations) {
    this.inventory = inventory;
    this.organizations = organizations;
  }

  Uni<QuoteView> of(Quote quote) {
    return of(List.of(quote)).map(List::getFirst);
  }

  Uni<List<QuoteView>> of(List<Quote> quotes) {
    return inventory
        .nodes(
            SCOPE,
            quotes.stream()
                .flatMap(quote -> quote.held().stream())
                .map(Quote.HeldSlots::node)
                .collect(Collectors.toSet()))
        .chain(nodes ->
            organizations
                .all(SCOPE, quotes.stream().map(Quote::provider).collect(Collectors.toSet()))
                .map(providers -> views(quotes, nodes, providers)));
  }

  private static List<QuoteView> views(
      List<Quote> quotes, List<Node> nodes, Map<OrganizationId, Organization> providers) {
    Map<NodeId, Node> byId = new HashMap<>();
    nodes.forEach(node -> byId.put(node.id(), node));
    return quotes.stream()
        .map(quote ->
            QuoteView.of(
                quote,
                providers.containsKey(quote.provider())
                    ? providers.get(quote.provider()).name()
                    : "",
                quote.held().stream().map(held -> view(held, byId.get(held.node()))).toList()))
        .toList();
  }

  private static NodeView view(Quote.HeldSlots held, @org.jspecify.annotations.Nullable Node node) {
    return new NodeView(
        held.node().toString(),
        node == null ? null : node.country(),
        node == null ? null : node.region(),
        held.slots().count());
  }
}
