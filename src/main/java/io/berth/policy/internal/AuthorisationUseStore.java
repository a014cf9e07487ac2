package io.berth.policy.internal;

import io.berth.platform.Id;
import io.berth.platform.OrganizationId;
import io.berth.platform.PageRequest;
import io.berth.policy.AuthorisationId;
import io.berth.policy.AuthorisationUse;
import io.berth.policy.Quantity;
import io.berth.policy.internal.AuthorisationApi.UseState;
import io.berth.policy.internal.AuthorisationApi.UseView;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;

/**
 * Reads and writes what quotes and leases hold of authorisations. Rows are locked in the order of
 * authorisation and id, by whoever needs several.
 */
@ApplicationScoped
public class AuthorisationUseStore {

  /**
   * Marks holds whose time has passed, so that {@link #commit} in another transaction either was
   * first, and this one waits for it and counts it, or finds nothing to commit: by the row, not by
   * two clocks.
   */
  public Uni<Void> markOverdue(
      SqlConnection connection, Collection<AuthorisationId> authorisations, Instant now) {
    return connection
        .preparedQuery(
            "with overdue as (select id from authorisation_use where authorisation_id = any($1)"
                + " and state = 'HELD' and expires_at <= $2 order by authorisation_id, id for update)"
                + " update authorisation_use set state = 'LAPSED'"
                + " where id in (select id from overdue)")
        .execute(Tuple.of(values(authorisations), utc(now)))
        .replaceWithVoid();
  }

  /** Holds for a quote. */
  public Uni<Void> insert(
      SqlConnection connection,
      Id quote,
      OrganizationId tenant,
      List<AuthorisationUse> uses,
      Instant expiresAt,
      Instant now) {
    return connection
        .preparedQuery(
            "insert into authorisation_use (id, authorisation_id, quote, tenant_id, units, tpp, state,"
                + " expires_at, created_at) values ($1, $2, $3, $4, $5, $6, 'HELD', $7, $8)")
        .executeBatch(
            uses.stream()
                .map(use ->
                    Tuple.tuple()
                        .addUUID(Id.fresh())
                        .addUUID(use.authorisation().value())
                        .addString(quote.toString())
                        .addUUID(tenant.value())
                        .addLong(use.quantity().units())
                        .addLong(use.quantity().tpp())
                        .addOffsetDateTime(utc(expiresAt))
                        .addOffsetDateTime(utc(now)))
                .toList())
        .replaceWithVoid();
  }

  /** Locks what a quote holds or held, and names the authorisations. */
  public Uni<List<AuthorisationId>> lockOf(SqlConnection connection, Id quote) {
    return connection
        .preparedQuery(
            "select authorisation_id from authorisation_use where quote = $1"
                + " order by authorisation_id, id for update")
        .execute(Tuple.of(quote.toString()))
        .map(rows ->
            StreamSupport.stream(rows.spliterator(), false)
                .map(row -> new AuthorisationId(row.getUUID("authorisation_id")))
                .toList());
  }

  /** Makes holds the lease's, those only whose time has not passed; gives their number. */
  public Uni<Integer> commit(
      SqlConnection connection,
      Id quote,
      Id lease,
      Collection<AuthorisationId> authorisations,
      Instant now) {
    return connection
        .preparedQuery(
            "update authorisation_use set state = 'COMMITTED', lease = $2, expires_at = null"
                + " where quote = $1 and authorisation_id = any($3) and state = 'HELD'"
                + " and expires_at > $4")
        .execute(Tuple.of(quote.toString(), lease.toString(), values(authorisations), utc(now)))
        .map(RowSet::rowCount);
  }

  /** Gives back what a quote holds, or what a lease does. */
  public Uni<Void> release(SqlConnection connection, Id quoteOrLease) {
    return connection
        .preparedQuery(
            "with live as (select id from authorisation_use where quote = $1 and state = 'HELD'"
                + " or lease = $1 and state = 'COMMITTED' order by authorisation_id, id for update)"
                + " update authorisation_use set state = 'RELEASED' where id in (select id from live)")
        .execute(Tuple.of(quoteOrLease.toString()))
        .replaceWithVoid();
  }

  /** A page of an authorisation's uses and one more, in the order of reservation. */
  Uni<List<UseView>> list(
      SqlConnection connection, AuthorisationId authorisation, PageRequest page, Instant now) {
    return connection
        .preparedQuery(
            "select id, quote, lease, tenant_id, units, tpp, expires_at, created_at,"
                + " case when state = 'HELD' and expires_at <= $2 then 'LAPSED' else state end as state"
                + " from authorisation_use where authorisation_id = $1"
                + " and ($3::uuid is null or id > $3) order by id limit $4")
        .execute(
            Tuple.of(
                authorisation.value(),
                utc(now),
                page.after().map(UUID::fromString).orElse(null),
                page.limit()))
        .map(rows ->
            StreamSupport.stream(rows.spliterator(), false)
                .map(AuthorisationUseStore::view)
                .toList());
  }

  /** What quotes, and the leases that were made of them, hold or held, by authorisation. */
  Uni<Map<AuthorisationId, List<UseView>>> of(
      SqlConnection connection, Collection<String> quotes, Instant now) {
    return connection
        .preparedQuery(
            "select authorisation_id, id, quote, lease, tenant_id, units, tpp, expires_at,"
                + " created_at, case when state = 'HELD' and expires_at <= $2 then 'LAPSED' else"
                + " state end as state from authorisation_use where quote = any($1) order by id")
        .execute(Tuple.of(quotes.toArray(String[]::new), utc(now)))
        .map(rows -> {
          Map<AuthorisationId, List<UseView>> uses = new LinkedHashMap<>();
          rows.forEach(row ->
              uses.computeIfAbsent(
                      new AuthorisationId(row.getUUID("authorisation_id")),
                      key -> new ArrayList<>())
                  .add(view(row)));
          return uses;
        });
  }

  private static UseView view(Row row) {
    OffsetDateTime expiresAt = row.getOffsetDateTime("expires_at");
    return new UseView(
        row.getUUID("id"),
        row.getString("quote"),
        row.getString("lease"),
        new OrganizationId(row.getUUID("tenant_id")),
        new Quantity(row.getLong("units"), row.getLong("tpp")),
        UseState.valueOf(row.getString("state")),
        expiresAt == null ? null : expiresAt.toInstant(),
        row.getOffsetDateTime("created_at").toInstant());
  }

  private static UUID[] values(Collection<AuthorisationId> ids) {
    return ids.stream().map(AuthorisationId::value).sorted().toArray(UUID[]::new);
  }

  private static OffsetDateTime utc(Instant moment) {
    return moment.atOffset(ZoneOffset.UTC);
  }
}
