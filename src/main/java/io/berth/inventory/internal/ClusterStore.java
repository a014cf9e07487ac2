package io.berth.inventory.internal;

import io.berth.inventory.Cluster;
import io.berth.inventory.ClusterId;
import io.berth.inventory.ClusterState;
import io.berth.inventory.NodeId;
import io.berth.inventory.NodePoolId;
import io.berth.platform.OrganizationId;
import io.berth.platform.PageRequest;
import io.berth.platform.Scope;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.net.URI;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** The inventory's queries; each sees the rows that its scope may see. */
@ApplicationScoped
public class ClusterStore {

  private final StoredJson json;

  ClusterStore(StoredJson json) {
    this.json = json;
  }

  /** One cluster; empty where there is none that the scope may see. */
  Uni<Optional<ClusterRow>> find(Mutiny.Session session, Scope scope, ClusterId id) {
    return new Filter("ClusterRow")
        .scoped(scope)
        .and("id = :id", "id", id.value())
        .query(session, ClusterRow.class)
        .getSingleResultOrNull()
        .map(Optional::ofNullable);
  }

  /** As {@link #find}, locked until the transaction's end. */
  Uni<Optional<ClusterRow>> lock(Mutiny.Session session, Scope scope, ClusterId id) {
    return new Filter("ClusterRow")
        .scoped(scope)
        .and("id = :id", "id", id.value())
        .query(session, ClusterRow.class)
        .setLockMode(LockModeType.PESSIMISTIC_WRITE)
        .getSingleResultOrNull()
        .map(Optional::ofNullable);
  }

  Uni<List<ClusterRow>> clusters(
      Mutiny.Session session, Scope scope, @Nullable ClusterState state, PageRequest page) {
    return new Filter("ClusterRow")
        .scoped(scope)
        .and("state = :state", "state", state)
        .and("id > :after", "after", after(page, ClusterId::fromString))
        .query(session, ClusterRow.class)
        .setMaxResults(page.limit())
        .getResultList();
  }

  Uni<List<ClusterRow>> clusters(Mutiny.Session session, Scope scope, Collection<ClusterId> ids) {
    return new Filter("ClusterRow")
        .scoped(scope)
        .and("id in :ids", "ids", ids.stream().map(ClusterId::value).toList())
        .query(session, ClusterRow.class)
        .getResultList();
  }

  /** Whether another cluster's nodes were read after a moment. */
  Uni<Boolean> anotherReadSince(Mutiny.Session session, ClusterId except, Instant moment) {
    return session
        .createSelectionQuery(
            "select count(*) from ClusterRow c where c.id <> :except and c.lastSyncedAt > :moment",
            Long.class)
        .setParameter("except", except.value())
        .setParameter("moment", moment)
        .getSingleResult()
        .map(count -> count > 0);
  }

  /** Whether an organization has a cluster that is not retired. */
  Uni<Boolean> hasCluster(Mutiny.Session session, OrganizationId provider) {
    return session
        .createSelectionQuery(
            "select count(*) from ClusterRow c where c.providerId = :provider and c.state <> :retired",
            Long.class)
        .setParameter("provider", provider.value())
        .setParameter("retired", ClusterState.RETIRED)
        .getSingleResult()
        .map(count -> count > 0);
  }

  /** Whether an organization has a cluster of that name that is not retired. */
  Uni<Boolean> isNamed(Mutiny.Session session, OrganizationId provider, String name) {
    return session
        .createSelectionQuery(
            "select count(*) from ClusterRow c where c.providerId = :provider and c.name = :name"
                + " and c.state <> :retired",
            Long.class)
        .setParameter("provider", provider.value())
        .setParameter("name", name)
        .setParameter("retired", ClusterState.RETIRED)
        .getSingleResult()
        .map(count -> count > 0);
  }

  Uni<List<NodePoolRow>> pools(
      Mutiny.Session session, Scope scope, ClusterId cluster, PageRequest page) {
    return new Filter("NodePoolRow")
        .scoped(scope)
        .and("clusterId = :cluster", "cluster", cluster.value())
        .and("id > :after", "after", after(page, NodePoolId::fromString))
        .query(session, NodePoolRow.class)
        .setMaxResults(page.limit())
        .getResultList();
  }

  Uni<List<NodePoolRow>> pools(Mutiny.Session session, Scope scope, Collection<NodePoolId> ids) {
    return new Filter("NodePoolRow")
        .scoped(scope)
        .and("id in :ids", "ids", ids.stream().map(NodePoolId::value).toList())
        .query(session, NodePoolRow.class)
        .getResultList();
  }

  /** How many nodes and slots there are in pools, and how many of them may be sold now. */
  Uni<Map<UUID, PoolCount>> counts(Mutiny.Session session, List<UUID> pools) {
    if (pools.isEmpty()) {
      return Uni.createFrom().item(Map.of());
    }
    return session
        .createSelectionQuery(
            "select n.poolId, count(*), sum(n.slots),"
                + " sum(case when n.sellable then n.slots else 0 end)"
                + " from NodeRow n where n.goneAt is null and n.poolId in :pools group by n.poolId",
            Object[].class)
        .setParameter("pools", pools)
        .getResultList()
        .map(rows -> {
          Map<UUID, PoolCount> counts = new LinkedHashMap<>();
          for (Object[] row : rows) {
            counts.put(
                (UUID) row[0],
                new PoolCount(
                    ((Number) row[1]).longValue(),
                    ((Number) row[2]).longValue(),
                    ((Number) row[3]).longValue()));
          }
          return counts;
        });
  }

  /** What a pool holds at the moment. */
  record PoolCount(long nodes, long slots, long sellableSlots) {
    static final PoolCount NONE = new PoolCount(0, 0, 0);
  }

  /** Which nodes a list shows; null is no filter. */
  record NodeFilter(
      @Nullable NodePoolId pool,
      @Nullable String country,
      @Nullable Boolean sellable,
      boolean gone) {}

  Uni<List<NodeRow>> nodes(
      Mutiny.Session session, Scope scope, ClusterId cluster, NodeFilter filter, PageRequest page) {
    return new Filter("NodeRow")
        .scoped(scope)
        .and("clusterId = :cluster", "cluster", cluster.value())
        .and("poolId = :pool", "pool", filter.pool() == null ? null : filter.pool().value())
        .and("country = :country", "country", filter.country())
        .and("sellable = :sellable", "sellable", filter.sellable())
        .and(filter.gone() ? "goneAt is not null" : "goneAt is null")
        .and("id > :after", "after", after(page, NodeId::fromString))
        .query(session, NodeRow.class)
        .setMaxResults(page.limit())
        .getResultList();
  }

  Uni<Optional<NodeRow>> node(Mutiny.Session session, Scope scope, NodeId id) {
    return new Filter("NodeRow")
        .scoped(scope)
        .and("id = :id", "id", id.value())
        .query(session, NodeRow.class)
        .getSingleResultOrNull()
        .map(Optional::ofNullable);
  }

  Cluster cluster(ClusterRow row) {
    return new Cluster(
        new ClusterId(row.id),
        new OrganizationId(row.providerId),
        row.name,
        URI.create(row.server),
        row.credentialType,
        row.state,
        json.readDeclarations(row.declarations),
        json.readConditions(row.conditions),
        row.kubernetesVersion,
        row.lastSyncedAt,
        row.version,
        row.createdAt);
  }

  private static <I extends io.berth.platform.Id> @Nullable UUID after(
      PageRequest page, java.util.function.Function<String, I> parse) {
    return page.afterId(parse).map(io.berth.platform.Id::value).orElse(null);
  }

  /** A query by conditions that all must hold, ordered by id; a null value leaves its out. */
  private static final class Filter {
    private final StringBuilder text;
    private final Map<String, Object> parameters = new LinkedHashMap<>();

    Filter(String entity) {
      text = new StringBuilder("from ").append(entity).append(" where 1 = 1");
    }

    Filter scoped(Scope scope) {
      return and("providerId = :provider", "provider", scope.organizationFilter());
    }

    Filter and(String condition) {
      text.append(" and ").append(condition);
      return this;
    }

    Filter and(String condition, String parameter, @Nullable Object value) {
      if (value != null) {
        and(condition);
        parameters.put(parameter, value);
      }
      return this;
    }

    <T> Mutiny.SelectionQuery<T> query(Mutiny.Session session, Class<T> type) {
      Mutiny.SelectionQuery<T> query = session.createSelectionQuery(text + " order by id", type);
      parameters.forEach(query::setParameter);
      return query;
    }
  }
}
