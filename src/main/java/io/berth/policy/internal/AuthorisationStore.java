package io.berth.policy.internal;

import com.fasterxml.jackson.core.type.TypeReference;
import io.berth.identity.Evidence;
import io.berth.inventory.Regime;
import io.berth.platform.Id;
import io.berth.platform.OrganizationId;
import io.berth.platform.PageRequest;
import io.berth.platform.ProblemException;
import io.berth.platform.Scope;
import io.berth.platform.StoredJson;
import io.berth.policy.Authorisation;
import io.berth.policy.Authorisation.Finding;
import io.berth.policy.Authorisation.Terms;
import io.berth.policy.AuthorisationId;
import io.berth.policy.AuthorisationState;
import io.berth.policy.Quantity;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Reads and writes authorisations, always with what is used of them at the moment. */
@ApplicationScoped
public class AuthorisationStore {

  private static final String COLUMNS =
      "id, holder_id, authority, regime, reference, destinations, models, tpp_per_device_max, units, tpp,"
          + " from_at, until_at, conditions, evidence, state, decided_by, decided_at, decided_reason,"
          + " entered_by, created_at, version";

  /** $1 is the moment: what is held until then counts no more. */
  private static final String SELECT =
      "select a.*, used.* from authorisation a cross join lateral ("
          + "select coalesce(sum(u.units) filter (where u.state = 'HELD'), 0)::bigint as units_reserved,"
          + " coalesce(sum(u.tpp) filter (where u.state = 'HELD'), 0)::bigint as tpp_reserved,"
          + " coalesce(sum(u.units) filter (where u.state = 'COMMITTED'), 0)::bigint as units_committed,"
          + " coalesce(sum(u.tpp) filter (where u.state = 'COMMITTED'), 0)::bigint as tpp_committed"
          + " from authorisation_use u where u.authorisation_id = a.id"
          + " and (u.state = 'COMMITTED' or u.state = 'HELD' and u.expires_at > $1)) used";

  private static final String VERIFIED =
      " a.state = 'VERIFIED' and (a.counts_until is null or a.counts_until > $1)";

  private final StoredJson json;

  AuthorisationStore(StoredJson json) {
    this.json = json;
  }

  /** Which of a list. */
  record Filter(@Nullable OrganizationId holder, @Nullable AuthorisationState state) {}

  /** The verified ones of holders that still count. */
  public Uni<List<Authorisation>> verifiedOf(
      SqlConnection connection, Collection<OrganizationId> holders, Instant now) {
    return connection
        .preparedQuery(SELECT + " where a.holder_id = any($2) and" + VERIFIED)
        .execute(Tuple.of(utc(now), values(holders)))
        .map(rows -> read(rows, now));
  }

  /** Those of the given that are verified and still count. */
  public Uni<List<Authorisation>> verified(
      SqlConnection connection, Collection<AuthorisationId> ids, Instant now) {
    return connection
        .preparedQuery(SELECT + " where a.id = any($2) and" + VERIFIED)
        .execute(Tuple.of(utc(now), values(ids)))
        .map(rows -> read(rows, now));
  }

  /** Those that a quote or its lease holds, as far as they are verified and still count. */
  public Uni<List<Authorisation>> verifiedHeldBy(SqlConnection connection, Id quote, Instant now) {
    return connection
        .preparedQuery(
            SELECT
                + " where exists (select 1 from authorisation_use held"
                + " where held.authorisation_id = a.id and held.quote = $2"
                + " and (held.state = 'COMMITTED' or held.state = 'HELD' and held.expires_at > $1))"
                + " and"
                + VERIFIED)
        .execute(Tuple.of(utc(now), quote.toString()))
        .map(rows -> read(rows, now));
  }

  /** Locks, in order, against everybody who reserves of the same and against a finding. */
  public Uni<Void> lock(SqlConnection connection, Collection<AuthorisationId> ids) {
    return connection
        .preparedQuery(
            "select id from authorisation where id = any($1) order by id for no key update")
        .execute(Tuple.of((Object) values(ids)))
        .replaceWithVoid();
  }

  /** Locks those that a quote holds against a finding, in order; others may reserve of them. */
  public Uni<Void> share(SqlConnection connection, Id quote) {
    return connection
        .preparedQuery(
            "select id from authorisation where id in (select authorisation_id"
                + " from authorisation_use where quote = $1) order by id for key share")
        .execute(Tuple.of(quote.toString()))
        .replaceWithVoid();
  }

  /** Adds one; its use counts for nothing. */
  Uni<Void> insert(SqlConnection connection, Authorisation fresh) {
    Terms terms = fresh.terms();
    return connection
        .preparedQuery(
            "insert into authorisation ("
                + COLUMNS
                + ", counts_until) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,"
                + " $15, null, null, null, $16, $17, $18, $19)")
        .execute(
            Tuple.tuple()
                .addUUID(fresh.id().value())
                .addUUID(terms.holder().value())
                .addString(terms.authority())
                .addString(terms.regime() == null ? null : terms.regime().name())
                .addString(terms.reference())
                .addArrayOfString(terms.destinations().stream().sorted().toArray(String[]::new))
                .addArrayOfString(terms.models().stream().sorted().toArray(String[]::new))
                .addLong(terms.tppPerDeviceMax())
                .addLong(terms.quantity().units())
                .addLong(terms.quantity().tpp())
                .addOffsetDateTime(utc(terms.from()))
                .addOffsetDateTime(terms.until() == null ? null : utc(terms.until()))
                .addString(terms.conditions())
                .addString(json.write(fresh.evidence()))
                .addString(fresh.state().name())
                .addString(fresh.enteredBy())
                .addOffsetDateTime(utc(fresh.createdAt()))
                .addLong(fresh.version())
                .addOffsetDateTime(fresh.countsUntil() == null ? null : utc(fresh.countsUntil())))
        .replaceWithVoid();
  }

  /** Writes a finding; the caller holds the row. */
  Uni<Void> find(
      SqlConnection connection,
      AuthorisationId id,
      AuthorisationState state,
      Finding finding,
      List<Evidence> evidence,
      @Nullable Instant countsUntil) {
    return connection
        .preparedQuery(
            "update authorisation set state = $2, decided_by = $3, decided_at = $4,"
                + " decided_reason = $5, evidence = $6, counts_until = $7, version = version + 1"
                + " where id = $1")
        .execute(
            Tuple.tuple()
                .addUUID(id.value())
                .addString(state.name())
                .addString(finding.by())
                .addOffsetDateTime(utc(finding.at()))
                .addString(finding.reason())
                .addString(json.write(evidence))
                .addOffsetDateTime(countsUntil == null ? null : utc(countsUntil)))
        .replaceWithVoid();
  }

  /** How many of a holder's are entered or verified. */
  Uni<Integer> countLive(SqlConnection connection, OrganizationId holder) {
    return connection
        .preparedQuery(
            "select count(*)::int as live from authorisation"
                + " where holder_id = $1 and state in ('ENTERED', 'VERIFIED')")
        .execute(Tuple.of(holder.value()))
        .map(rows -> rows.iterator().next().getInteger("live"));
  }

  /** One that the scope sees; fails with 404. */
  Uni<Authorisation> get(SqlConnection connection, Scope scope, AuthorisationId id, Instant now) {
    return connection
        .preparedQuery(SELECT + " where a.id = $2 and ($3::uuid is null or a.holder_id = $3)")
        .execute(Tuple.of(utc(now), id.value(), scope.organizationFilter()))
        .map(rows -> {
          if (rows.size() == 0) {
            throw ProblemException.notFound("authorisation", id);
          }
          return authorisation(rows.iterator().next(), now);
        });
  }

  /** The same, locked until the end of the transaction against every use and finding. */
  Uni<Authorisation> lock(SqlConnection connection, Scope scope, AuthorisationId id, Instant now) {
    return connection
        .preparedQuery("select id from authorisation where id = $1 for update")
        .execute(Tuple.of(id.value()))
        .chain(() -> get(connection, scope, id, now));
  }

  /** A page and one more, in the order of entry. */
  Uni<List<Authorisation>> list(
      SqlConnection connection, Scope scope, Filter filter, PageRequest page, Instant now) {
    UUID after = page.afterId(AuthorisationId::fromString).map(AuthorisationId::value).orElse(null);
    return connection
        .preparedQuery(
            SELECT
                + " where ($2::uuid is null or a.holder_id = $2)"
                + " and ($3::uuid is null or a.holder_id = $3)"
                + " and ($4::text is null or $4 = case when a.state = 'VERIFIED'"
                + " and a.counts_until <= $1 then 'EXPIRED' else a.state end)"
                + " and ($5::uuid is null or a.id > $5) order by a.id limit $6")
        .execute(
            Tuple.of(
                utc(now),
                scope.organizationFilter(),
                filter.holder() == null ? null : filter.holder().value(),
                filter.state() == null ? null : filter.state().name(),
                after,
                page.limit()))
        .map(rows -> read(rows, now));
  }

  private List<Authorisation> read(RowSet<Row> rows, Instant now) {
    return StreamSupport.stream(rows.spliterator(), false)
        .map(row -> authorisation(row, now))
        .toList();
  }

  private Authorisation authorisation(Row row, Instant now) {
    AuthorisationState state = AuthorisationState.valueOf(row.getString("state"));
    OffsetDateTime countsUntil = row.getOffsetDateTime("counts_until");
    if (state == AuthorisationState.VERIFIED
        && countsUntil != null
        && !countsUntil.toInstant().isAfter(now)) {
      state = AuthorisationState.EXPIRED;
    }
    OffsetDateTime until = row.getOffsetDateTime("until_at");
    OffsetDateTime decidedAt = row.getOffsetDateTime("decided_at");
    String regime = row.getString("regime");
    return new Authorisation(
        new AuthorisationId(row.getUUID("id")),
        new Terms(
            new OrganizationId(row.getUUID("holder_id")),
            row.getString("authority"),
            regime == null ? null : Regime.valueOf(regime),
            row.getString("reference"),
            Set.of(row.getArrayOfStrings("destinations")),
            Set.of(row.getArrayOfStrings("models")),
            row.getLong("tpp_per_device_max"),
            new Quantity(row.getLong("units"), row.getLong("tpp")),
            row.getOffsetDateTime("from_at").toInstant(),
            until == null ? null : until.toInstant(),
            row.getString("conditions")),
        json.read(row.getString("evidence"), new TypeReference<List<Evidence>>() {}),
        state,
        decidedAt == null
            ? null
            : new Finding(
                row.getString("decided_by"),
                decidedAt.toInstant(),
                row.getString("decided_reason")),
        row.getString("entered_by"),
        new Quantity(row.getLong("units_reserved"), row.getLong("tpp_reserved")),
        new Quantity(row.getLong("units_committed"), row.getLong("tpp_committed")),
        row.getLong("version"),
        row.getOffsetDateTime("created_at").toInstant());
  }

  private static UUID[] values(Collection<? extends Id> ids) {
    return ids.stream().map(Id::value).sorted().toArray(UUID[]::new);
  }

  private static OffsetDateTime utc(Instant moment) {
    return moment.atOffset(ZoneOffset.UTC);
  }
}
