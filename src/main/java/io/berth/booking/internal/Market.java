package io.berth.booking.internal;

import io.berth.catalog.AcceleratorCatalog;
import io.berth.catalog.AcceleratorModel;
import io.berth.identity.Organization;
import io.berth.identity.Organizations;
import io.berth.inventory.Inventory;
import io.berth.inventory.Node;
import io.berth.inventory.NodeId;
import io.berth.inventory.NodePool;
import io.berth.inventory.NodePoolId;
import io.berth.market.Offer;
import io.berth.market.Offers;
import io.berth.matching.OfferedPool;
import io.berth.matching.SnapshotNode;
import io.berth.matching.SnapshotNode.Busy;
import io.berth.platform.OrganizationId;
import io.berth.platform.Scope;
import io.berth.policy.AuthorisationBook;
import io.berth.policy.Authorisations;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is on offer: published offers with their pools, nodes, models and providers. */
@ApplicationScoped
public class Market {

  private static final Scope SCOPE = Scope.system("booking");

  private final Offers offers;
  private final Inventory inventory;
  private final Organizations organizations;
  private final AcceleratorCatalog catalog;
  private final Authorisations authorisations;

  Market(
      Offers offers,
      Inventory inventory,
      Organizations organizations,
      AcceleratorCatalog catalog,
      Authorisations authorisations) {
    this.offers = offers;
    this.inventory = inventory;
    this.organizations = organizations;
    this.catalog = catalog;
    this.authorisations = authorisations;
  }

  /**
   * What is on offer at a moment.
   *
   * @param offers published offers
   * @param pools their pools
   * @param nodes the pools' nodes, sellable or not
   * @param organizations the providers and the tenant that asks
   * @param models the catalogue's models by id
   * @param authorisations what the providers and the tenant hold
   */
  public record Stock(
      List<Offer> offers,
      Map<NodePoolId, NodePool> pools,
      Map<NodeId, Node> nodes,
      Map<OrganizationId, Organization> organizations,
      Map<String, AcceleratorModel> models,
      AuthorisationBook authorisations) {

    /** The pools with their sellable nodes, as the planner takes them. */
    List<OfferedPool> offered(Map<NodeId, List<Busy>> busy) {
      Map<NodePoolId, List<SnapshotNode>> byPool = new HashMap<>();
      for (Node node : nodes.values()) {
        if (node.sellable()) {
          byPool
              .computeIfAbsent(node.pool(), pool -> new ArrayList<>())
              .add(
                  new SnapshotNode(
                      node.id(),
                      node.country(),
                      node.region(),
                      node.slots(),
                      busy.getOrDefault(node.id(), List.of())));
        }
      }
      List<OfferedPool> offered = new ArrayList<>();
      for (Offer offer : offers) {
        model(offer.pool())
            .ifPresent(model ->
                offered.add(
                    new OfferedPool(
                        offer,
                        pool(offer.pool()),
                        model,
                        byPool.getOrDefault(offer.pool(), List.of()))));
      }
      return offered;
    }

    /** The model that a pool sells. */
    Optional<AcceleratorModel> model(NodePoolId pool) {
      return Optional.ofNullable(pools.get(pool)).flatMap(NodePool::modelId).map(models::get);
    }

    private NodePool pool(NodePoolId id) {
      NodePool pool = pools.get(id);
      if (pool == null) {
        throw new IllegalStateException("an offer's pool is read with it: " + id);
      }
      return pool;
    }

    /** A provider or the tenant. */
    Organization organization(OrganizationId id) {
      Organization organization = organizations.get(id);
      if (organization == null) {
        throw new IllegalStateException("an organization is read with what it offers: " + id);
      }
      return organization;
    }

    /** A node of the stock. */
    Node node(NodeId id) {
      Node node = nodes.get(id);
      if (node == null) {
        throw new IllegalStateException("a plan holds nodes of the stock only: " + id);
      }
      return node;
    }
  }

  /** Reads the stock for a tenant; fails with 404 where there is no such organization. */
  public Uni<Stock> stock(OrganizationId tenant, Instant now) {
    Map<String, AcceleratorModel> models = new HashMap<>();
    catalog.all().forEach(model -> models.put(model.id(), model));
    return organizations
        .get(SCOPE, tenant)
        .chain(tenantOrganization ->
            offers
                .published(SCOPE, now)
                .chain(published -> stock(tenantOrganization, published, models)));
  }

  private Uni<Stock> stock(
      Organization tenant, List<Offer> published, Map<String, AcceleratorModel> models) {
    Set<NodePoolId> poolIds = new HashSet<>();
    Set<OrganizationId> providerIds = new HashSet<>();
    for (Offer offer : published) {
      poolIds.add(offer.pool());
      providerIds.add(offer.provider());
    }
    return inventory
        .pools(SCOPE, poolIds)
        .chain(pools ->
            inventory
                .nodesOfPools(SCOPE, poolIds)
                .chain(nodes ->
                    Uni.combine()
                        .all()
                        .unis(
                            organizations.all(SCOPE, providerIds),
                            authorisations.book(
                                Stream.concat(providerIds.stream(), Stream.of(tenant.id()))
                                    .collect(Collectors.toSet())))
                        .usingConcurrencyOf(1)
                        .asTuple()
                        .map(read -> {
                          Map<OrganizationId, Organization> providers = read.getItem1();
                          Map<OrganizationId, Organization> all = new HashMap<>(providers);
                          all.put(tenant.id(), tenant);
                          Map<NodePoolId, NodePool> poolById = new HashMap<>();
                          pools.forEach(pool -> poolById.put(pool.id(), pool));
                          Map<NodeId, Node> nodeById = new HashMap<>();
                          nodes.forEach(node -> nodeById.put(node.id(), node));
                          return new Stock(
                              published, poolById, nodeById, all, models, read.getItem2());
                        })));
  }
}
