package io.berth.leasing.internal;

import io.berth.leasing.LeaseId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Keeps when on-demand leases are renewed. */
@ApplicationScoped
public class RenewalStore {

  /**
   * Claims leases that are due to be renewed: they come due again at {@code until} unless somebody
   * says otherwise before.
   */
  Uni<List<LeaseId>> claimDue(SqlConnection connection, Instant now, Instant until, int limit) {
    return connection
        .preparedQuery(
            "update lease set next_renewal_at = $2 where id in ("
                + "select id from lease where next_renewal_at <= $1"
                + " order by next_renewal_at limit $3 for update skip locked) returning id")
        .execute(Tuple.of(now.atOffset(ZoneOffset.UTC), until.atOffset(ZoneOffset.UTC), limit))
        .map(rows ->
            StreamSupport.stream(rows.spliterator(), false)
                .map(row -> new LeaseId(row.getUUID("id")))
                .toList());
  }

  /**
   * Says when a locked lease is renewed next, null for never, and why it could not be the last
   * time, null where it could.
   */
  Uni<Void> next(
      SqlConnection connection, LeaseId id, @Nullable Instant next, @Nullable String problem) {
    return connection
        .preparedQuery(
            "update lease set next_renewal_at = $2, renewal_problem = $3::text, version = version"
                + " + case when ($2::timestamptz is null) <> (next_renewal_at is null)"
                + " or $3::text is distinct from renewal_problem then 1 else 0 end where id = $1")
        .execute(Tuple.of(id.value(), next == null ? null : next.atOffset(ZoneOffset.UTC), problem))
        .replaceWithVoid();
  }
}
