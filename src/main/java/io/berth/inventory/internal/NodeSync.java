package io.berth.inventory.internal;

import io.berth.catalog.AcceleratorCatalog;
import io.berth.inventory.ClusterId;
import io.berth.inventory.Declarations;
import io.berth.inventory.InventoryConfig;
import io.berth.inventory.NodeId;
import io.berth.inventory.NodeLabel;
import io.berth.inventory.NodeObservation;
import io.berth.inventory.SeenNodes;
import io.berth.inventory.domain.NodeFacts;
import io.berth.inventory.domain.PoolKey;
import io.berth.platform.Condition;
import io.berth.platform.Outbox;
import io.berth.platform.Tx;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Brings the rows of a cluster's nodes and pools in line with what was observed and declared. The
 * caller holds the lock on the cluster's row; rows that say the same already are not written.
 */
@ApplicationScoped
public class NodeSync {

  private static final int BATCH_SIZE = 100;

  /** Names that one statement asks for. */
  private static final int NAMES_MAX = 1_000;

  /**
   * How many pools a cluster has at the most: a few for each model that it has. A cluster that
   * makes up regions, or names of resources, must not fill the table.
   */
  static final int POOLS_MAX = 500;

  /** The condition of a node whose pool would be one too many. */
  private static final String POOLS_TOO_MANY = "PoolsTooMany";

  private static final Duration DAY = Duration.ofDays(1);

  private final AcceleratorCatalog catalog;
  private final StoredJson json;
  private final Outbox outbox;
  private final Disputes disputes;
  private final NodeFailures failures;
  private final InventoryConfig config;

  NodeSync(
      AcceleratorCatalog catalog,
      StoredJson json,
      Outbox outbox,
      Disputes disputes,
      NodeFailures failures,
      InventoryConfig config) {
    this.catalog = catalog;
    this.json = json;
    this.outbox = outbox;
    this.disputes = disputes;
    this.failures = failures;
    this.config = config;
  }

  /**
   * Rows of a cluster.
   *
   * @param nodes of the nodes that were seen, and of those that the cluster may have lost
   * @param leftOut names of nodes that were seen and are not taken in, since the cluster brought
   *     too many new ones of late
   */
  record Known(List<NodeRow> nodes, List<NodePoolRow> pools, Set<String> leftOut) {}

  /** Reads what there is already of what was seen. */
  Uni<Known> known(Mutiny.Session session, ClusterRow cluster, SeenNodes seen, Instant now) {
    session.setBatchSize(BATCH_SIZE);
    Set<String> names = names(seen);
    Uni<List<NodeRow>> there =
        seen.isWhole()
            ? there(session, cluster)
            : named(session, cluster, Stream.concat(names.stream(), seen.gone().stream()));
    return there
        .chain(rows -> {
          // Nodes that went away may be back; all that ever did are not read each time.
          Set<String> missing = without(names, rows);
          return seen.isWhole()
              ? named(session, cluster, missing.stream())
                  .map(back -> Stream.concat(rows.stream(), back.stream()).toList())
              : Uni.createFrom().item(rows);
        })
        .chain(rows ->
            pools(session, cluster)
                .chain(pools ->
                    leftOut(session, cluster, without(names, rows), now)
                        .map(leftOut -> new Known(rows, pools, leftOut))));
  }

  private static Set<String> names(SeenNodes seen) {
    return seen.nodes().stream()
        .map(NodeObservation::name)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static Set<String> without(Set<String> names, List<NodeRow> rows) {
    Set<String> left = new LinkedHashSet<>(names);
    rows.forEach(row -> left.remove(row.name));
    return left;
  }

  /** Those of the names of new nodes for which there is no room today. */
  private Uni<Set<String>> leftOut(
      Mutiny.Session session, ClusterRow cluster, Set<String> fresh, Instant now) {
    if (fresh.isEmpty()) {
      return Uni.createFrom().item(Set.of());
    }
    return session
        .createSelectionQuery(
            "select count(*) from NodeRow where clusterId = :cluster and createdAt > :since",
            Long.class)
        .setParameter("cluster", cluster.id)
        .setParameter("since", now.minus(DAY))
        .getSingleResult()
        .map(taken ->
            fresh.stream()
                .skip(Math.max(0, config.newNodesADayMax() - taken))
                .collect(Collectors.toSet()));
  }

  /** Takes over what was seen; of a whole list, what is not in it is gone. */
  Uni<Void> observed(
      Mutiny.Session session, ClusterRow cluster, SeenNodes seen, Known known, Instant now) {
    Work work = new Work(cluster, json.readDeclarations(cluster.declarations), known, now);
    Set<String> taken = new HashSet<>(known.leftOut());
    for (NodeObservation node : seen.nodes()) {
      // The API's paging may show a node twice when it changes meanwhile.
      if (taken.add(node.name())) {
        work.take(node);
      }
    }
    Set<String> names = names(seen);
    known.nodes().stream().filter(row -> !names.contains(row.name)).forEach(work::markGone);
    return finish(session, work);
  }

  /** Draws the conclusions anew from what was last observed, after a declaration changed. */
  Uni<Void> declared(Mutiny.Session session, ClusterRow cluster, Instant now) {
    session.setBatchSize(BATCH_SIZE);
    return there(session, cluster)
        .chain(rows ->
            pools(session, cluster)
                .chain(pools -> {
                  Known known = new Known(rows, pools, Set.of());
                  Work work =
                      new Work(cluster, json.readDeclarations(cluster.declarations), known, now);
                  rows.forEach(row -> work.take(json.readObservation(row.observation)));
                  return finish(session, work);
                }));
  }

  /** Moves all nodes after the cluster started or stopped selling; one statement. */
  Uni<Void> selling(Mutiny.Session session, ClusterRow cluster) {
    return session
        .createNativeQuery(
            "update node set sellable = not sellable, version = version + 1"
                + " where cluster_id = ?1 and sellable is distinct from (offerable and ?2"
                + " and mismatched_model is distinct from model_id"
                + " and not exists (select from node_pool where node_pool.id = pool_id and held))")
        .setParameter(1, cluster.id)
        .setParameter(2, cluster.selling)
        .executeUpdate()
        .chain(moved ->
            moved > 0 && cluster.selling
                ? tellOfCapacity(session, cluster)
                : Uni.createFrom().voidItem());
  }

  /** Some node of a cluster has more to sell than before. */
  private Uni<Void> tellOfCapacity(Mutiny.Session session, ClusterRow cluster) {
    return outbox.append(
        Tx.of(session), "cluster.capacityCame", new ClusterId(cluster.id), Map.of());
  }

  /** Those that the cluster had at the last look. */
  private static Uni<List<NodeRow>> there(Mutiny.Session session, ClusterRow cluster) {
    return session
        .createSelectionQuery(
            "from NodeRow where clusterId = :cluster and goneAt is null", NodeRow.class)
        .setParameter("cluster", cluster.id)
        .getResultList();
  }

  /** Those of some names, gone or not. */
  private static Uni<List<NodeRow>> named(
      Mutiny.Session session, ClusterRow cluster, Stream<String> names) {
    Uni<List<NodeRow>> found = Uni.createFrom().item(new ArrayList<>());
    List<String> all = names.distinct().toList();
    for (int from = 0; from < all.size(); from += NAMES_MAX) {
      List<String> some = all.subList(from, Math.min(all.size(), from + NAMES_MAX));
      found =
          found.call(rows ->
              session
                  .createSelectionQuery(
                      "from NodeRow where clusterId = :cluster and name in :names", NodeRow.class)
                  .setParameter("cluster", cluster.id)
                  .setParameter("names", some)
                  .getResultList()
                  .invoke(rows::addAll));
    }
    return found;
  }

  private static Uni<List<NodePoolRow>> pools(Mutiny.Session session, ClusterRow cluster) {
    return session
        .createSelectionQuery("from NodePoolRow where clusterId = :cluster", NodePoolRow.class)
        .setParameter("cluster", cluster.id)
        .getResultList();
  }

  private Uni<Void> finish(Mutiny.Session session, Work work) {
    // Pools first: nodes refer to them.
    return session
        .persistAll(work.newPools.toArray())
        .chain(session::flush)
        .chain(() -> session.persistAll(work.newNodes.toArray()))
        .chain(session::flush)
        .chain(() -> failures.count(session, work.failed, work.now))
        .chain(() -> labelPools(session, work))
        .chain(() -> {
          Uni<Void> told = Uni.createFrom().voidItem();
          for (NodeRow row : work.flagsChanged) {
            told =
                told.chain(() ->
                    outbox.append(
                        Tx.of(session),
                        "node.flagsChanged",
                        new NodeId(row.id),
                        FlagsChanged.of(row, json.readFlags(row.flags))));
          }
          return told;
        })
        .chain(() -> disputes.open(session, work.disputed))
        .chain(() ->
            work.capacityCame
                ? tellOfCapacity(session, work.cluster)
                : Uni.createFrom().voidItem());
  }

  /** A pool's label is the one that all its nodes share, which are written by now. */
  private static Uni<Void> labelPools(Mutiny.Session session, Work work) {
    return session
        .createSelectionQuery(
            "select distinct poolId, labelKey, labelValue from NodeRow where clusterId = :cluster"
                + " and goneAt is null and poolId is not null and slots > 0",
            Object[].class)
        .setParameter("cluster", work.cluster.id)
        .getResultList()
        .invoke(found -> {
          Map<UUID, List<Optional<NodeLabel>>> labels =
              found.stream()
                  .collect(
                      Collectors.groupingBy(
                          columns -> (UUID) columns[0],
                          Collectors.mapping(
                              columns ->
                                  NodePoolRow.label((String) columns[1], (String) columns[2]),
                              Collectors.toList())));
          for (NodePoolRow pool : work.pools.values()) {
            List<Optional<NodeLabel>> ofPool = labels.getOrDefault(pool.id, List.of());
            if (!ofPool.isEmpty()) {
              Optional<NodeLabel> common =
                  ofPool.size() == 1 ? ofPool.getFirst() : Optional.empty();
              pool.labelKey = common.map(NodeLabel::key).orElse(null);
              pool.labelValue = common.map(NodeLabel::value).orElse(null);
            }
          }
        })
        .replaceWithVoid();
  }

  /** The payload of {@code node.flagsChanged}. */
  record FlagsChanged(
      String cluster, @Nullable String modelId, @Nullable String country, Object flags) {
    static FlagsChanged of(NodeRow row, Object flags) {
      return new FlagsChanged(
          new io.berth.inventory.ClusterId(row.clusterId).toString(),
          row.modelId,
          row.country,
          flags);
    }
  }

  private final class Work {
    private final ClusterRow cluster;
    private final Declarations declarations;
    private final Instant now;
    private final Map<String, NodeRow> nodes = new LinkedHashMap<>();
    private final Map<PoolKey, NodePoolRow> pools = new HashMap<>();
    private final List<NodePoolRow> newPools = new ArrayList<>();
    private final List<NodeRow> newNodes = new ArrayList<>();
    private final List<NodeRow> flagsChanged = new ArrayList<>();
    private final List<NodeRow> disputed = new ArrayList<>();
    private final List<UUID> failed = new ArrayList<>();
    private boolean capacityCame;

    Work(ClusterRow cluster, Declarations declarations, Known known, Instant now) {
      this.cluster = cluster;
      this.declarations = declarations;
      this.now = now;
      known.nodes().forEach(row -> nodes.put(row.name, row));
      known.pools().forEach(row -> pools.put(row.key(), row));
    }

    void take(NodeObservation node) {
      NodeRow known = nodes.get(node.name());
      NodeFacts facts =
          NodeFacts.of(
              node,
              declarations,
              known == null ? null : json.readStated(known.declared),
              known == null ? null : json.readStated(known.verified),
              catalog::find,
              now);
      PoolKey key = facts.pool();
      if (key != null && pool(key).isEmpty()) {
        facts =
            facts.without(
                POOLS_TOO_MANY,
                "The cluster has %d node pools, and may have no more.".formatted(POOLS_MAX),
                now);
      }
      if (known == null) {
        NodeRow row = newNode(node.name());
        row.failingSince = node.isWell() ? null : now;
        apply(row, node, facts);
        nodes.put(row.name, row);
        newNodes.add(row);
        capacityCame |= row.sellable;
        if (!facts.flags().disputed().isEmpty()) {
          disputed.add(row);
        }
        return;
      }
      List<@Nullable Object> before = content(known);
      List<@Nullable Object> judgedBefore = judged(known);
      int slotsBefore = known.slots;
      int soldBefore = known.sellable ? slotsBefore : 0;
      if (failures.follow(known, node.isWell(), now)) {
        failed.add(known.id);
      }
      apply(known, node, facts);
      failures.followSlots(known, slotsBefore, now);
      capacityCame |= known.sellable && known.slots > soldBefore;
      if (!content(known).equals(before)) {
        known.version++;
      }
      if (!judged(known).equals(judgedBefore)) {
        flagsChanged.add(known);
        if (!facts.flags().disputed().isEmpty()) {
          disputed.add(known);
        }
      }
    }

    void markGone(NodeRow row) {
      if (row.goneAt == null) {
        row.goneAt = now;
        row.failingSince = row.failingSince == null ? now : row.failingSince;
        row.offerable = false;
        row.sellable = false;
        row.version++;
      }
    }

    private NodeRow newNode(String name) {
      NodeRow row = new NodeRow();
      row.id = NodeId.fresh().value();
      row.clusterId = cluster.id;
      row.providerId = cluster.providerId;
      row.name = name;
      row.conditions = "[]";
      row.createdAt = now;
      return row;
    }

    private void apply(NodeRow row, NodeObservation node, NodeFacts facts) {
      PoolKey key = facts.pool();
      boolean held = false;
      if (key != null) {
        // A node that offers nothing any more stays in its pool and keeps its model: leases may
        // name it.
        NodePoolRow pool = pool(key).orElseThrow();
        row.poolId = pool.id;
        row.modelId = key.modelId();
        held = pool.held;
      }
      row.slots = facts.slots();
      NodeLabel label = facts.acceleratorLabel();
      row.labelKey = label == null ? null : label.key();
      row.labelValue = label == null ? null : label.value();
      row.country = facts.jurisdiction().country();
      row.countrySource = facts.jurisdiction().source();
      row.countryDiscovered = facts.jurisdiction().discovered();
      row.countryDeclared = facts.jurisdiction().declared();
      row.countryVerified = facts.jurisdiction().verified();
      row.region = facts.region();
      row.zone = facts.zone();
      row.fabric = facts.fabric();
      row.nvlinkDomain = facts.nvlinkDomain();
      row.flags = json.write(facts.flags());
      row.conditions =
          json.writeConditions(
              Condition.since(json.readConditions(row.conditions), facts.conditions()));
      row.observation = json.write(node);
      row.offerable = facts.offerable();
      boolean isMismatched = row.mismatchedModel != null && row.mismatchedModel.equals(row.modelId);
      row.sellable = facts.offerable() && cluster.selling && !held && !isMismatched;
      row.goneAt = null;
    }

    /** The pool of that kind, made where there is none; empty where it would be one too many. */
    private Optional<NodePoolRow> pool(PoolKey key) {
      NodePoolRow known = pools.get(key);
      if (known != null || pools.size() >= POOLS_MAX) {
        return Optional.ofNullable(known);
      }
      NodePoolRow row = NodePoolRow.of(cluster, key, now);
      newPools.add(row);
      pools.put(key, row);
      return Optional.of(row);
    }
  }

  /** Everything but identity and version. */
  private static List<@Nullable Object> content(NodeRow row) {
    return Arrays.asList(
        row.poolId,
        row.modelId,
        row.slots,
        row.labelKey,
        row.labelValue,
        row.country,
        row.countrySource,
        row.countryDiscovered,
        row.countryDeclared,
        row.countryVerified,
        row.declared,
        row.verified,
        row.region,
        row.zone,
        row.fabric,
        row.nvlinkDomain,
        row.flags,
        row.conditions,
        row.observation,
        row.offerable,
        row.sellable,
        row.goneAt);
  }

  /** What export policy judges by. */
  private static List<@Nullable Object> judged(NodeRow row) {
    return Arrays.asList(row.modelId, row.country, row.flags);
  }
}
