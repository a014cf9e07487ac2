package io.berth.leasing.internal;

import io.berth.booking.NodeVerdicts;
import io.berth.booking.Quote.HeldSlots;
import io.berth.identity.Organization;
import io.berth.identity.Organizations;
import io.berth.inventory.Inventory;
import io.berth.inventory.Node;
import io.berth.inventory.NodeId;
import io.berth.leasing.Lease;
import io.berth.leasing.internal.LeaseApi.LeaseView;
import io.berth.leasing.internal.LeaseApi.LeasedNodeView;
import io.berth.leasing.internal.LeaseApi.PartyView;
import io.berth.platform.OrganizationId;
import io.berth.platform.Scope;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Shows leases with the names and places behind their identifiers. */
@ApplicationScoped
public class LeaseViews {

  private static final Scope SCOPE = Scope.system("leasing");

  private final Inventory inventory;
  private final Organizations organizations;

  LeaseViews(Inventory inventory, Organizations organizations) {
    this.inventory = inventory;
    this.organizations = organizations;
  }

  /** Nodes and parties by identifier. */
  record Names(Map<NodeId, Node> nodes, Map<OrganizationId, Organization> parties) {

    /** Those of what was read to judge a lease's nodes. */
    static Names of(NodeVerdicts.Held held) {
      return new Names(
          held.nodes().stream().collect(Collectors.toMap(Node::id, Function.identity())),
          held.parties().stream()
              .collect(
                  Collectors.toMap(Organization::id, Function.identity(), (one, same) -> one)));
    }

    LeaseView view(Lease lease) {
      return LeaseView.of(lease, party(lease.tenant()), party(lease.provider()), nodes(lease));
    }

    List<LeasedNodeView> nodes(Lease lease) {
      return lease.slots().stream().flatMap(this::view).toList();
    }

    PartyView party(OrganizationId id) {
      Organization party = parties.get(id);
      return new PartyView(id.toString(), party == null ? "" : party.name());
    }

    private Stream<LeasedNodeView> view(HeldSlots slots) {
      Node node = nodes.get(slots.node());
      return node == null
          ? Stream.empty()
          : Stream.of(
              new LeasedNodeView(
                  node.id().toString(),
                  node.name(),
                  node.country(),
                  node.region(),
                  slots.slots().count()));
    }
  }

  /** Reads names; to be called outside of transactions, since it takes connections of its own. */
  Uni<Names> names(Set<NodeId> nodes, Set<OrganizationId> parties) {
    return inventory
        .nodes(SCOPE, nodes)
        .chain(found ->
            organizations
                .all(SCOPE, parties)
                .map(organizations -> {
                  Map<NodeId, Node> byId = new HashMap<>();
                  found.forEach(node -> byId.put(node.id(), node));
                  return new Names(byId, organizations);
                }));
  }

  /**
   * The same in the caller's transaction: what a locked lease has cannot change until its end, as
   * where another node takes a lost one's place.
   */
  Uni<Names> names(SqlConnection connection, Set<NodeId> nodes, Set<OrganizationId> parties) {
    return Uni.combine()
        .all()
        .unis(
            inventory.nodes(connection, SCOPE, nodes),
            organizations.all(connection, SCOPE, parties))
        .with((found, known) ->
            new Names(
                found.stream().collect(Collectors.toMap(Node::id, Function.identity())), known));
  }

  Uni<LeaseView> of(Lease lease) {
    return of(List.of(lease)).map(List::getFirst);
  }

  Uni<List<LeaseView>> of(List<Lease> leases) {
    return names(
            leases.stream()
                .flatMap(lease -> lease.slots().stream())
                .map(HeldSlots::node)
                .collect(Collectors.toSet()),
            leases.stream()
                .flatMap(lease -> Stream.of(lease.tenant(), lease.provider()))
                .collect(Collectors.toSet()))
        .map(names -> leases.stream().map(names::view).toList());
  }
}
