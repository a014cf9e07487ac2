package io.berth.booking.internal;

import io.berth.catalog.AcceleratorCatalog;
import io.berth.catalog.AcceleratorModel;
import io.berth.identity.Organization;
import io.berth.inventory.Jurisdiction;
import io.berth.inventory.Node;
import io.berth.inventory.NodeFlags;
import io.berth.inventory.NodeId;
import io.berth.inventory.NodePool;
import io.berth.inventory.NodePoolId;
import io.berth.market.Offer;
import io.berth.matching.OfferedPool;
import io.berth.matching.Planner;
import io.berth.matching.SnapshotNode;
import io.berth.matching.Timeline;
import io.berth.platform.OrganizationId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What is on offer, in memory: published offers with their pools, nodes and providers, and what is
 * taken of each node. One thread changes it; any may read. It is planned on and never trusted: the
 * database decides.
 */
final class LiveMarket {

  private static final Comparator<Node> BY_ID = Comparator.comparing(node -> node.id().value());

  private final AcceleratorCatalog catalog;
  private final Map<PolicyKey, Integer> policyClasses = new HashMap<>();
  private final Map<NodeFlags, NodeFlags> flags = new HashMap<>();
  private final Map<NodeId, Place> places = new ConcurrentHashMap<>();
  private volatile View view = new View(List.of(), List.of(), Map.of(), Map.of());

  LiveMarket(AcceleratorCatalog catalog) {
    this.catalog = catalog;
  }

  /** What policy asks of a node: nodes that are alike in it are judged alike. */
  private record PolicyKey(
      OrganizationId provider,
      Optional<String> modelId,
      @Nullable String country,
      Jurisdiction jurisdiction,
      NodeFlags flags) {}

  /** Where a node is found, and what is taken of it. */
  private record Place(NodePoolId pool, Node node, Timeline timeline) {}

  /**
   * One state of what is on offer; what is taken of nodes may change meanwhile.
   *
   * @param byPrice as the planner takes offers; those only whose model the catalogue has
   * @param interruptible the same at the prices of interruptible leases, where there are such
   * @param pools the pools of all published offers
   * @param providers whose they are
   */
  record View(
      List<OfferedPool> byPrice,
      List<OfferedPool> interruptible,
      Map<NodePoolId, PoolState> pools,
      Map<OrganizationId, Organization> providers) {}

  /**
   * A pool with its published offer.
   *
   * @param offered as the planner takes it; null where the catalogue does not have its model
   * @param nodes all its nodes, sellable or not, by id
   * @param numbers the places of the sellable ones in {@code offered}
   */
  record PoolState(
      Offer offer,
      NodePool pool,
      @Nullable OfferedPool offered,
      List<Node> nodes,
      Map<NodeId, Integer> numbers) {

    /** One of its nodes. */
    Node node(NodeId id) {
      int low = 0;
      int high = nodes.size() - 1;
      while (low <= high) {
        int middle = (low + high) >>> 1;
        int order = nodes.get(middle).id().value().compareTo(id.value());
        if (order == 0) {
          return nodes.get(middle);
        }
        if (order < 0) {
          low = middle + 1;
        } else {
          high = middle - 1;
        }
      }
      throw new IllegalStateException("the pool has no such node: " + id);
    }
  }

  View view() {
    return view;
  }

  /** A node of a pool on offer; empty where there is none such. */
  Optional<Node> node(NodeId id) {
    return Optional.ofNullable(places.get(id)).map(Place::node);
  }

  /** The nodes of a pool on offer; none where it is not. */
  List<NodeId> nodesOf(NodePoolId pool) {
    PoolState state = view.pools().get(pool);
    return state == null ? List.of() : state.nodes().stream().map(Node::id).toList();
  }

  /** Whether a node is in a pool on offer. */
  boolean has(NodeId id) {
    return places.containsKey(id);
  }

  /** What is taken of a node; nothing where it is not known. */
  Timeline timeline(NodeId id) {
    Place place = places.get(id);
    return place == null ? Timeline.EMPTY : place.timeline();
  }

  /** Takes what is taken of nodes as it stands now; nodes of pools not on offer are passed over. */
  void take(Map<NodeId, Timeline> timelines) {
    timelines.forEach((id, timeline) -> {
      Place place = places.get(id);
      if (place == null) {
        return;
      }
      places.put(id, new Place(place.pool(), place.node(), timeline));
      PoolState pool = view.pools().get(place.pool());
      if (pool != null && pool.offered() != null) {
        Integer number = pool.numbers().get(id);
        if (number != null) {
          pool.offered().replace(number, timeline);
        }
      }
    });
  }

  /**
   * Takes what is published now.
   *
   * @param offers all that is published
   * @param pools pools of these offers that were not known
   * @param nodes all nodes of the pools that were not known
   * @param timelines what is taken of these nodes
   */
  void takeOffers(
      List<Offer> offers,
      Collection<NodePool> pools,
      Collection<Node> nodes,
      Map<NodeId, Timeline> timelines) {
    Map<NodePoolId, NodePool> newPools = new HashMap<>();
    pools.forEach(pool -> newPools.put(pool.id(), pool));
    Map<NodePoolId, List<Node>> newNodes = new HashMap<>();
    Map<NodePoolId, Set<NodeId>> moved = new HashMap<>();
    for (Node node : nodes) {
      newNodes.computeIfAbsent(node.pool(), key -> new ArrayList<>()).add(node);
      Place before =
          places.put(
              node.id(),
              new Place(node.pool(), node, timelines.getOrDefault(node.id(), Timeline.EMPTY)));
      if (before != null && !before.pool().equals(node.pool())) {
        moved.computeIfAbsent(before.pool(), key -> new HashSet<>()).add(node.id());
      }
    }
    Map<NodePoolId, PoolState> states = new HashMap<>();
    for (Offer offer : offers) {
      PoolState known = view.pools().get(offer.pool());
      Set<NodeId> left = moved.getOrDefault(offer.pool(), Set.of());
      if (known != null && known.offer().equals(offer) && left.isEmpty()) {
        states.put(offer.pool(), known);
      } else if (known != null) {
        states.put(
            offer.pool(),
            state(
                offer,
                known.pool(),
                known.nodes().stream().filter(node -> !left.contains(node.id())).toList()));
      } else if (newPools.containsKey(offer.pool())) {
        states.put(
            offer.pool(),
            state(
                offer, newPools.get(offer.pool()), newNodes.getOrDefault(offer.pool(), List.of())));
      }
    }
    places.values().removeIf(place -> !states.containsKey(place.pool()));
    publish(states);
  }

  /**
   * Takes nodes as they stand now; those that moved to a pool that is not on offer, or are gone,
   * are no longer known.
   *
   * @param timelines what is taken of them
   */
  void takeNodes(Collection<Node> nodes, Map<NodeId, Timeline> timelines) {
    Map<NodePoolId, PoolState> states = new HashMap<>(view.pools());
    Map<NodePoolId, Map<NodeId, Node>> changed = new HashMap<>();
    for (Node node : nodes) {
      Place before = places.get(node.id());
      if (before != null) {
        members(states, changed, before.pool()).remove(node.id());
      }
      if (states.containsKey(node.pool()) && !node.gone()) {
        members(states, changed, node.pool()).put(node.id(), node);
        places.put(
            node.id(),
            new Place(node.pool(), node, timelines.getOrDefault(node.id(), Timeline.EMPTY)));
      } else {
        places.remove(node.id());
      }
    }
    changed.forEach((pool, members) -> {
      PoolState before = states.get(pool);
      if (before != null) {
        states.put(pool, state(before.offer(), before.pool(), members.values()));
      }
    });
    publish(states);
  }

  private static Map<NodeId, Node> members(
      Map<NodePoolId, PoolState> states,
      Map<NodePoolId, Map<NodeId, Node>> changed,
      NodePoolId pool) {
    return changed.computeIfAbsent(
        pool,
        key -> {
          Map<NodeId, Node> members = new HashMap<>();
          PoolState state = states.get(key);
          if (state != null) {
            state.nodes().forEach(node -> members.put(node.id(), node));
          }
          return members;
        });
  }

  /** Forgets pools and nodes, before all of them are taken anew. */
  void clear() {
    places.clear();
    policyClasses.clear();
    flags.clear();
    view = new View(List.of(), List.of(), Map.of(), view.providers());
  }

  /** Takes organizations as they stand now. */
  void takeProviders(Map<OrganizationId, Organization> providers) {
    Map<OrganizationId, Organization> all = new HashMap<>(view.providers());
    all.putAll(providers);
    view = new View(view.byPrice(), view.interruptible(), view.pools(), Map.copyOf(all));
  }

  /** Those that offer something and are not known. */
  static Set<OrganizationId> missingProviders(View view, Collection<Offer> offers) {
    Set<OrganizationId> missing = new HashSet<>();
    for (Offer offer : offers) {
      if (!view.providers().containsKey(offer.provider())) {
        missing.add(offer.provider());
      }
    }
    return missing;
  }

  private void publish(Map<NodePoolId, PoolState> states) {
    List<OfferedPool> byPrice = new ArrayList<>();
    for (PoolState state : states.values()) {
      if (state.offered() != null) {
        byPrice.add(state.offered());
      }
    }
    byPrice.sort(Planner.BY_PRICE);
    List<OfferedPool> interruptible =
        byPrice.stream()
            .flatMap(pool -> pool.offer().interruptibly().map(pool::under).stream())
            .sorted(Planner.BY_PRICE)
            .toList();
    view = new View(List.copyOf(byPrice), interruptible, Map.copyOf(states), view.providers());
  }

  private PoolState state(Offer offer, NodePool pool, Collection<Node> members) {
    List<Node> nodes = members.stream().sorted(BY_ID).toList();
    AcceleratorModel model = pool.modelId().flatMap(catalog::find).orElse(null);
    Map<NodeId, Integer> numbers = new HashMap<>();
    List<SnapshotNode> sellable = new ArrayList<>();
    for (Node node : nodes) {
      if (node.sellable()) {
        numbers.put(node.id(), sellable.size());
        sellable.add(new SnapshotNode(node.id(), traits(node), timeline(node.id())));
      }
    }
    return new PoolState(
        offer,
        pool,
        model == null ? null : new OfferedPool(offer, pool, model, sellable),
        nodes,
        Map.copyOf(numbers));
  }

  /** A node by what it is alone, whether it is for sale or not. */
  static SnapshotNode described(Node node) {
    return new SnapshotNode(node.id(), traits(node, -1), Timeline.EMPTY);
  }

  private SnapshotNode.Traits traits(Node node) {
    NodeFlags shared = flags.computeIfAbsent(node.flags(), key -> key);
    int policyClass =
        policyClasses.computeIfAbsent(
            new PolicyKey(
                node.provider(), node.modelId(), node.country(), node.jurisdiction(), shared),
            key -> policyClasses.size());
    return traits(node, policyClass);
  }

  private static SnapshotNode.Traits traits(Node node, int policyClass) {
    return new SnapshotNode.Traits(
        node.country(),
        node.region(),
        node.fabric(),
        node.nvlinkDomain(),
        node.slots(),
        node.cpuMillisPerSlot(),
        node.memoryMibPerSlot(),
        node.resources().reliability(),
        policyClass);
  }
}
