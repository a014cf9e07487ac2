package io.berth.inventory.internal;

import io.berth.inventory.NodeId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** Keeps since when nodes fail, or are without slots, and how often they did. */
@ApplicationScoped
public class NodeFailures {

  private static final Duration HALVE_AFTER = Duration.ofDays(30);

  /** Slots beyond are not followed: a cluster may say that it had any number. */
  private static final int SLOTS_MAX = 4_096;

  /** Nodes that one statement counts. */
  private static final int NODES_MAX = 1_000;

  private final StoredJson json;

  NodeFailures(StoredJson json) {
    this.json = json;
  }

  /**
   * Takes whether a node is well; tells whether it began to fail, which is to be counted. One that
   * went away and comes back ill did not fail anew.
   */
  boolean follow(NodeRow row, boolean isWell, Instant now) {
    if (isWell) {
      row.failingSince = null;
    } else if (row.failingSince == null) {
      row.failingSince = now;
      return true;
    }
    return false;
  }

  /** Takes how many slots a node has where it had others. */
  void followSlots(NodeRow row, int before, Instant now) {
    if (row.slots == before) {
      return;
    }
    SortedMap<Integer, Instant> lost = new TreeMap<>(json.readSlotsLost(row.slotsLost));
    lost.headMap(row.slots).clear();
    for (int slot = row.slots; slot < Math.min(before, SLOTS_MAX); slot++) {
      lost.putIfAbsent(slot, now);
    }
    row.slotsLost = json.write(lost);
  }

  /** Counts that nodes began to fail. */
  Uni<Void> count(Mutiny.Session session, List<UUID> nodes, Instant now) {
    Uni<Void> counted = Uni.createFrom().voidItem();
    for (int from = 0; from < nodes.size(); from += NODES_MAX) {
      List<UUID> some = nodes.subList(from, Math.min(nodes.size(), from + NODES_MAX));
      counted =
          counted.chain(() ->
              session
                  .createNativeQuery(
                      "update node set failures = 1 + failures * power(2, -greatest(0, coalesce("
                          + "extract(epoch from cast(:now as timestamptz) - failed_at), 0)"
                          + " / :halveAfter)), failed_at = :now where id in (:nodes)")
                  .setParameter("now", now)
                  .setParameter("halveAfter", (double) HALVE_AFTER.toSeconds())
                  .setParameter("nodes", some)
                  .executeUpdate()
                  .replaceWithVoid());
    }
    return counted;
  }

  /** As {@link io.berth.inventory.Inventory#countFailure}. */
  public Uni<Void> count(SqlConnection connection, NodeId node, Instant since, Instant now) {
    return connection
        .preparedQuery(
            "update node set failures = 1 + failures * power(2, -greatest(0, coalesce("
                + "extract(epoch from $2 - failed_at), 0) / $4)), failed_at = $2,"
                + " version = version + 1"
                + " where id = $1 and (failed_at is null or failed_at < $3)")
        .execute(
            Tuple.of(
                node.value(),
                now.atOffset(ZoneOffset.UTC),
                since.atOffset(ZoneOffset.UTC),
                (double) HALVE_AFTER.toSeconds()))
        .replaceWithVoid();
  }
}
