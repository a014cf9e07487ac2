package io.berth.booking.internal;

import io.berth.inventory.NodeId;
import io.berth.platform.Period;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/** Finds nodes that nobody has anything of. */
@ApplicationScoped
public class ProbeStore {

  ProbeStore() {}

  /**
   * Those of the nodes of which nothing is taken in a period. Others that book any of them wait
   * until the end of the transaction.
   */
  public Uni<Set<NodeId>> free(
      SqlConnection connection, Collection<NodeId> nodes, Period period, Instant now) {
    // In the order in which all take their locks.
    UUID[] ids = nodes.stream().map(NodeId::value).sorted().toArray(UUID[]::new);
    return BookingLocks.nodes(connection, ids)
        .chain(() ->
            connection
                .preparedQuery(
                    """
                    select node.id from node where id = any($1)
                      and not exists (select from allocation where node_id = node.id
                        and state in ('HELD', 'LEASED') and period && tstzrange($2, $3)
                        and (expires_at is null or expires_at > $4))
                      and not exists (select from maintenance_window kept where kept.state = 'PLANNED'
                        and (kept.node_id = node.id
                          or (kept.node_id is null and kept.pool_id = node.pool_id))
                        and kept.start_at < $3 and kept.end_at > $2)
                    """)
                .execute(
                    Tuple.of(
                        ids,
                        period.start().atOffset(ZoneOffset.UTC),
                        period.end().atOffset(ZoneOffset.UTC),
                        now.atOffset(ZoneOffset.UTC))))
        .map(rows -> {
          Set<NodeId> free = new HashSet<>();
          rows.forEach(row -> free.add(new NodeId(row.getUUID("id"))));
          return free;
        });
  }
}
