package io.berth.leasing.internal;

import com.fasterxml.jackson.core.type.TypeReference;
import io.berth.booking.Bookings;
import io.berth.booking.LeaseTerm;
import io.berth.booking.LeasedSlots;
import io.berth.booking.Quote;
import io.berth.booking.QuoteId;
import io.berth.identity.UseProfile;
import io.berth.inventory.ClusterId;
import io.berth.inventory.NodePoolId;
import io.berth.leasing.Lease;
import io.berth.leasing.LeaseId;
import io.berth.leasing.LeaseJudgement;
import io.berth.leasing.LeaseOutage;
import io.berth.leasing.LeasePrice;
import io.berth.leasing.LeaseRenewal;
import io.berth.leasing.LeaseState;
import io.berth.leasing.WindDown;
import io.berth.market.NetworkException;
import io.berth.market.OfferId;
import io.berth.platform.Condition;
import io.berth.platform.Money;
import io.berth.platform.OrganizationId;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.Period;
import io.berth.platform.ProblemException;
import io.berth.platform.Scope;
import io.berth.platform.StoredJson;
import io.berth.policy.Decision;
import io.berth.policy.DecisionId;
import io.berth.policy.Verdict;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Currency;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads and writes leases. */
@ApplicationScoped
public class LeaseStore {

  private static final String COLUMNS =
      "id, tenant_id, provider_id, cluster_id, pool_id, offer_id, quote_id, decision_id, state,"
          + " model_id, start_at, end_at, turnaround_seconds, accelerators, price_micros,"
          + " price, total_micros, currency, use_profile, conditions, active_at, ending_at, ended_at,"
          + " charged_micros, judged_decision_id, judged_verdict, judged_at, permitted_until,"
          + " start_permitted_at, wind_downs, created_at, version, retained_micros,"
          + " early_release_refund_percent, released_early, term, next_renewal_at, renewal_problem, transferred_at,"
          + " interruption_notice_minutes, outages, network_exceptions";

  /** A lease is seen by its tenant and by its provider. */
  private static final String SEEN = "($1::uuid is null or tenant_id = $1 or provider_id = $1)";

  private final Bookings bookings;
  private final StoredJson json;

  LeaseStore(Bookings bookings, StoredJson json) {
    this.bookings = bookings;
    this.json = json;
  }

  /**
   * Writes the lease that a quote becomes. The decision that permits it also lets it start where
   * its time has come; one that begins later is judged again then.
   */
  public Uni<Void> insert(
      SqlConnection connection, LeaseId id, Quote quote, Decision decision, Instant now) {
    LeasePrice price =
        LeasePrice.of(quote.period(), quote.accelerators(), quote.pricePerAcceleratorHour());
    return insert(connection, id, quote, price, decision, now, now);
  }

  /**
   * The same where the decision rests on facts that were read in this transaction after it had
   * locked the quote: {@link JudgementTriggers} waits for such, and it need not be judged at once.
   *
   * @param judgeAt when to judge it again
   */
  Uni<Void> insertJudged(
      SqlConnection connection,
      LeaseId id,
      Quote quote,
      Decision decision,
      Instant judgeAt,
      Instant now) {
    LeasePrice price =
        LeasePrice.of(quote.period(), quote.accelerators(), quote.pricePerAcceleratorHour());
    return insert(connection, id, quote, price, decision, judgeAt, now);
  }

  /** The same where its price differs from stretch to stretch; their sum is the quote's total. */
  public Uni<Void> insert(
      SqlConnection connection,
      LeaseId id,
      Quote quote,
      LeasePrice price,
      Decision decision,
      Instant now) {
    return insert(connection, id, quote, price, decision, now, now);
  }

  private Uni<Void> insert(
      SqlConnection connection,
      LeaseId id,
      Quote quote,
      LeasePrice price,
      Decision decision,
      Instant judgeAt,
      Instant now) {
    boolean starts = !now.isBefore(quote.period().start());
    return connection
        .preparedQuery(
            "insert into lease (id, tenant_id, provider_id, cluster_id, pool_id, offer_id,"
                + " quote_id, decision_id, state, model_id, start_at, end_at, turnaround_seconds,"
                + " accelerators, price_micros, total_micros, currency, use_profile, conditions,"
                + " judged_decision_id, judged_verdict, judged_outcome, judged_at,"
                + " permitted_until, next_judgement_at, start_permitted_at, next_delivery_at,"
                + " created_at, price, early_release_refund_percent, term, next_renewal_at, interruption_notice_minutes,"
                + " network_exceptions) values ($1, $2, $3, $4, $5, $6, $7, $8,"
                + " 'RESERVED', $9, $10, $11, $12, $13, $14, $15, $16, $17, '[]', $8, $19, $20,"
                + " $18, $11, $21, $22, $23, $18, $24, $25, $26, $27, $28, $29)")
        .execute(
            Tuple.tuple()
                .addUUID(id.value())
                .addUUID(quote.tenant().value())
                .addUUID(quote.provider().value())
                .addUUID(quote.cluster().value())
                .addUUID(quote.pool().value())
                .addUUID(quote.offer().value())
                .addUUID(quote.id().value())
                .addUUID(decision.id().value())
                .addString(quote.modelId())
                .addOffsetDateTime(utc(quote.period().start()))
                .addOffsetDateTime(utc(quote.period().end()))
                .addLong(quote.turnaround().toSeconds())
                .addInteger(quote.accelerators())
                .addLong(quote.pricePerAcceleratorHour().micros())
                .addLong(quote.total().micros())
                .addString(quote.total().currency().getCurrencyCode())
                .addString(json.write(quote.use()))
                .addOffsetDateTime(utc(now))
                .addString(decision.verdict().name())
                .addString(Outcomes.of(decision))
                .addOffsetDateTime(utc(judgeAt))
                .addOffsetDateTime(starts ? utc(now) : null)
                .addOffsetDateTime(utc(starts ? quote.period().start() : quote.period().end()))
                .addString(json.write(price))
                .addInteger(quote.earlyReleaseRefundPercent())
                .addString(quote.term().name())
                // At once: whoever renews says when.
                .addOffsetDateTime(quote.term() == LeaseTerm.ON_DEMAND ? utc(now) : null)
                .addInteger(
                    quote.interruptionNotice() == null
                        ? null
                        : Math.toIntExact(quote.interruptionNotice().toMinutes()))
                .addString(json.write(quote.networkExceptions())))
        .replaceWithVoid();
  }

  /** One lease that the scope sees; fails with 404. */
  public Uni<Lease> get(SqlConnection connection, Scope scope, LeaseId id) {
    return one(connection, scope, id, "");
  }

  /** One lease that the scope sees, locked against change; fails with 404. */
  public Uni<Lease> lock(SqlConnection connection, Scope scope, LeaseId id) {
    return one(connection, scope, id, " for update");
  }

  private Uni<Lease> one(SqlConnection connection, Scope scope, LeaseId id, String suffix) {
    return connection
        .preparedQuery("select " + COLUMNS + " from lease where " + SEEN + " and id = $2" + suffix)
        .execute(Tuple.of(scope.organizationFilter(), id.value()))
        .chain(rows -> withSlots(connection, rows))
        .map(leases -> {
          if (leases.isEmpty()) {
            throw ProblemException.notFound("lease", id);
          }
          return leases.getFirst();
        });
  }

  /** Leases that the scope sees, by id. */
  public Uni<Page<Lease>> list(
      SqlConnection connection, Scope scope, @Nullable LeaseState state, PageRequest page) {
    UUID after = page.afterId(LeaseId::fromString).map(LeaseId::value).orElse(null);
    return connection
        .preparedQuery(
            "select "
                + COLUMNS
                + " from lease where "
                + SEEN
                + " and ($2::uuid is null or id > $2) and ($3::text is null or state = $3)"
                + " order by id limit $4")
        .execute(
            Tuple.of(
                scope.organizationFilter(),
                after,
                state == null ? null : state.name(),
                page.limit()))
        .chain(rows -> withSlots(connection, rows))
        .map(leases -> page.page(leases, lease -> lease.id().toString()));
  }

  private static final String DUE =
      " next_delivery_at <= $1 and (claimed_until is null or claimed_until <= $1)"
          + " and cluster_id <> all($3) and id <> all($4)";

  /**
   * Leases that somebody should look after at {@code now}, locked; those that others hold are left
   * out.
   *
   * @param ofOneMax how many of one cluster there may be, those under way among them
   * @param except clusters whose leases are left out, too
   * @param underWay leases that are left out, too
   */
  public Uni<List<Lease>> lockDue(
      SqlConnection connection,
      Instant now,
      int limit,
      int ofOneMax,
      Set<ClusterId> except,
      Set<LeaseId> underWay) {
    return connection
        .preparedQuery(
            "with busy as (select cluster_id, count(*) as places from lease where id = any($4)"
                + " group by cluster_id), due as (select id, cluster_id, row_number() over"
                + " (partition by cluster_id order by next_delivery_at) as place from lease where"
                + DUE
                + ") select "
                + COLUMNS
                + " from lease where id in (select due.id from due left join busy using"
                + " (cluster_id) where place <= $5 - coalesce(places, 0)) and"
                // Once more: another may have been faster since those were numbered.
                + DUE
                + " order by next_delivery_at limit $2 for update skip locked")
        .execute(
            Tuple.of(
                utc(now),
                limit,
                except.stream().map(ClusterId::value).toArray(UUID[]::new),
                underWay.stream().map(LeaseId::value).toArray(UUID[]::new),
                ofOneMax))
        .chain(rows -> withSlots(connection, rows));
  }

  /**
   * Writes a locked lease's new terms. Somebody looks after it at once where it has begun, and it
   * is judged anew.
   */
  public Uni<Void> amend(SqlConnection connection, Lease lease, Terms terms, Instant now) {
    return connection
        .preparedQuery(
            "update lease set end_at = $2, turnaround_seconds = $3, accelerators = $4, price = $5,"
                + " total_micros = $6, retained_micros = $8, version = version + 1,"
                + " next_delivery_at = case when state = 'RESERVED' then"
                + " least(next_delivery_at, $2) else least(next_delivery_at, $7) end,"
                + " next_judgement_at = least(next_judgement_at, $7) where id = $1")
        .execute(
            Tuple.tuple()
                .addUUID(lease.id().value())
                .addOffsetDateTime(utc(terms.end()))
                .addLong(terms.turnaround().toSeconds())
                .addInteger(terms.accelerators())
                .addString(json.write(terms.price()))
                .addLong(terms.total().micros())
                .addOffsetDateTime(utc(now))
                .addLong(terms.retained().micros()))
        .replaceWithVoid();
  }

  /** What of a lease may change while it lives. */
  public record Terms(
      Instant end, Duration turnaround, int accelerators, LeasePrice price, Money retained) {

    /** What it costs in all. */
    Money total() {
      return price.total().plus(retained);
    }
  }

  /** Takes a locked lease to a state, with the time that belongs to it. */
  public Uni<Void> move(SqlConnection connection, LeaseId id, LeaseState to, Instant at) {
    return connection
        .preparedQuery(
            "update lease set state = $2, version = version + 1,"
                + " active_at = case when $2 = 'ACTIVE' then $3 else active_at end,"
                + " ending_at = case when $2 = 'ENDING' or ($2 = 'ENDED' and ending_at is null)"
                + " then $3 else ending_at end,"
                + " ended_at = case when $2 = 'ENDED' then $3 else ended_at end,"
                + " next_judgement_at = case when $2 in ('ENDING', 'ENDED') then null"
                + " else next_judgement_at end,"
                + " next_renewal_at = case when $2 in ('ENDING', 'ENDED') then null"
                + " else next_renewal_at end"
                + " where id = $1")
        .execute(Tuple.of(id.value(), to.name(), utc(at)))
        .replaceWithVoid();
  }

  /** Notes that the rest of it went to another tenant. */
  public Uni<Void> transferred(SqlConnection connection, LeaseId id, Instant now) {
    return connection
        .preparedQuery("update lease set transferred_at = $2 where id = $1")
        .execute(Tuple.of(id.value(), utc(now)))
        .replaceWithVoid();
  }

  /** Those of some leases that another tenant has the rest of from a moment on, locked. */
  Uni<List<UUID>> lockPassedOn(SqlConnection connection, Collection<UUID> ids, Instant moment) {
    return connection
        .preparedQuery(
            "select id from lease where id = any($1) and transferred_at is not null"
                + " and end_at = $2 order by id for update")
        .execute(Tuple.of(ids.toArray(UUID[]::new), utc(moment)))
        .map(rows -> {
          List<UUID> found = new ArrayList<>();
          rows.forEach(row -> found.add(row.getUUID("id")));
          return found;
        });
  }

  /** Writes when which of a locked lease's accelerators could not be used. */
  public Uni<Void> outages(SqlConnection connection, LeaseId id, List<LeaseOutage> outages) {
    return connection
        .preparedQuery(
            "update lease set outages = $2, outage_open = $3, version = version + 1 where id = $1")
        .execute(
            Tuple.of(
                id.value(),
                json.write(outages),
                outages.stream().anyMatch(outage -> outage.until() == null)))
        .replaceWithVoid();
  }

  /**
   * Says whether nothing of a locked lease's unused price comes back, or the share that was agreed
   * on at first.
   */
  Uni<Void> refundNothing(SqlConnection connection, LeaseId id, boolean nothing) {
    return connection
        .preparedQuery(
            "update lease set early_release_refund_percent = wanted.percent,"
                + " version = version + 1 from (select case when $2 then 0"
                + " else early_release_refund_percent end as percent from quote"
                + " where id = (select quote_id from lease where id = $1)) wanted"
                + " where id = $1 and early_release_refund_percent <> wanted.percent")
        .execute(Tuple.of(id.value(), nothing))
        .replaceWithVoid();
  }

  /** Notes that its tenant ends it before its time. */
  public Uni<Void> releasedEarly(SqlConnection connection, LeaseId id) {
    return connection
        .preparedQuery("update lease set released_early = true where id = $1")
        .execute(Tuple.of(id.value()))
        .replaceWithVoid();
  }

  /** Records what a lease that ended cost. */
  public Uni<Void> charge(SqlConnection connection, LeaseId id, Money amount) {
    return connection
        .preparedQuery("update lease set charged_micros = $2 where id = $1")
        .execute(Tuple.of(id.value(), amount.micros()))
        .replaceWithVoid();
  }

  /** Says when somebody should look after a lease next; null for never. */
  public Uni<Void> dueAt(SqlConnection connection, LeaseId id, @Nullable Instant at) {
    return connection
        .preparedQuery("update lease set next_delivery_at = $2 where id = $1")
        .execute(Tuple.of(id.value(), at == null ? null : utc(at)))
        .replaceWithVoid();
  }

  /** Keeps others from looking after a locked lease for a while, also where it comes due. */
  public Uni<Void> claim(SqlConnection connection, LeaseId id, Instant until) {
    return connection
        .preparedQuery("update lease set claimed_until = $2 where id = $1")
        .execute(Tuple.of(id.value(), utc(until)))
        .replaceWithVoid();
  }

  /** Ends a claim; says when somebody should look after the lease next, null for never. */
  public Uni<Void> release(SqlConnection connection, LeaseId id, @Nullable Instant next) {
    return connection
        .preparedQuery("update lease set claimed_until = null, next_delivery_at = $2 where id = $1")
        .execute(Tuple.of(id.value(), next == null ? null : utc(next)))
        .replaceWithVoid();
  }

  /** The leases of those identifiers that there are. */
  public Uni<List<Lease>> all(SqlConnection connection, Collection<LeaseId> ids) {
    return connection
        .preparedQuery("select " + COLUMNS + " from lease where id = any($1) order by id")
        .execute(Tuple.of(ids.stream().map(LeaseId::value).toArray(UUID[]::new)))
        .chain(rows -> withSlots(connection, rows));
  }

  /** Leases that have not begun to end, by id; after one of them, where given. */
  public Uni<List<Lease>> liveAfter(SqlConnection connection, @Nullable LeaseId after, int limit) {
    return connection
        .preparedQuery(
            "select "
                + COLUMNS
                + " from lease where state in ('RESERVED', 'PROVISIONING', 'ACTIVE')"
                + " and ($1::uuid is null or id > $1) order by id limit $2")
        .execute(Tuple.of(after == null ? null : after.value(), limit))
        .chain(rows -> withSlots(connection, rows));
  }

  /** Those of the leases that are there and have not ended. */
  public Uni<Set<LeaseId>> live(SqlConnection connection, Collection<LeaseId> ids) {
    return connection
        .preparedQuery("select id from lease where id = any($1) and state <> 'ENDED'")
        .execute(Tuple.of(ids.stream().map(LeaseId::value).toArray(UUID[]::new)))
        .map(rows -> {
          Set<LeaseId> live = new HashSet<>();
          rows.forEach(row -> live.add(new LeaseId(row.getUUID("id"))));
          return live;
        });
  }

  /** Writes what was observed of a lease's delivery. */
  public Uni<Void> observe(SqlConnection connection, LeaseId id, List<Condition> conditions) {
    return connection
        .preparedQuery("update lease set conditions = $2 where id = $1")
        .execute(Tuple.of(id.value(), json.write(conditions)))
        .replaceWithVoid();
  }

  /** When pods of a lease were last seen on nodes that it does not have; empty where never. */
  Uni<Optional<Instant>> podsElsewhereAt(SqlConnection connection, LeaseId id) {
    return connection
        .preparedQuery("select pods_elsewhere_at from lease where id = $1")
        .execute(Tuple.of(id.value()))
        .map(rows -> Optional.ofNullable(instant(rows.iterator().next(), "pods_elsewhere_at")));
  }

  /** Notes when they were. */
  Uni<Void> podsElsewhere(SqlConnection connection, LeaseId id, Instant at) {
    return connection
        .preparedQuery("update lease set pods_elsewhere_at = $2 where id = $1")
        .execute(Tuple.of(id.value(), utc(at)))
        .replaceWithVoid();
  }

  private Uni<List<Lease>> withSlots(SqlConnection connection, Iterable<Row> rows) {
    List<Row> read = new ArrayList<>();
    rows.forEach(read::add);
    return bookings
        .slots(connection, read.stream().map(row -> new QuoteId(row.getUUID("quote_id"))).toList())
        .map(slots ->
            read.stream()
                .map(row ->
                    lease(
                        row,
                        slots.getOrDefault(
                            new QuoteId(row.getUUID("quote_id")), LeasedSlots.none())))
                .toList());
  }

  private Lease lease(Row row, LeasedSlots slots) {
    Currency currency = Currency.getInstance(row.getString("currency"));
    Long charged = row.getLong("charged_micros");
    return new Lease(
        new LeaseId(row.getUUID("id")),
        new OrganizationId(row.getUUID("tenant_id")),
        new OrganizationId(row.getUUID("provider_id")),
        new ClusterId(row.getUUID("cluster_id")),
        new NodePoolId(row.getUUID("pool_id")),
        new OfferId(row.getUUID("offer_id")),
        new QuoteId(row.getUUID("quote_id")),
        new DecisionId(row.getUUID("decision_id")),
        LeaseState.valueOf(row.getString("state")),
        LeaseTerm.valueOf(row.getString("term")),
        notice(row),
        new LeaseRenewal(instant(row, "next_renewal_at"), row.getString("renewal_problem")),
        row.getString("model_id"),
        new Period(
            row.getOffsetDateTime("start_at").toInstant(),
            row.getOffsetDateTime("end_at").toInstant()),
        Duration.ofSeconds(row.getLong("turnaround_seconds")),
        row.getInteger("accelerators"),
        new Money(row.getLong("price_micros"), currency),
        json.read(row.getString("price"), new TypeReference<LeasePrice>() {}),
        new Money(row.getLong("total_micros"), currency),
        new Money(row.getLong("retained_micros"), currency),
        row.getInteger("early_release_refund_percent"),
        json.read(
            row.getString("network_exceptions"), new TypeReference<List<NetworkException>>() {}),
        row.getBoolean("released_early"),
        json.read(row.getString("use_profile"), new TypeReference<UseProfile>() {}),
        slots.slots(),
        slots.former(),
        json.read(row.getString("conditions"), new TypeReference<List<Condition>>() {}),
        instant(row, "active_at"),
        instant(row, "ending_at"),
        instant(row, "ended_at"),
        instant(row, "transferred_at"),
        charged == null ? null : new Money(charged, currency),
        new LeaseJudgement(
            new DecisionId(row.getUUID("judged_decision_id")),
            Verdict.valueOf(row.getString("judged_verdict")),
            row.getOffsetDateTime("judged_at").toInstant(),
            instant(row, "permitted_until")),
        row.getOffsetDateTime("start_permitted_at") != null,
        json.read(row.getString("wind_downs"), new TypeReference<List<WindDown>>() {}),
        json.read(row.getString("outages"), new TypeReference<List<LeaseOutage>>() {}),
        row.getOffsetDateTime("created_at").toInstant(),
        row.getLong("version"));
  }

  private static @Nullable Duration notice(Row row) {
    Integer minutes = row.getInteger("interruption_notice_minutes");
    return minutes == null ? null : Duration.ofMinutes(minutes);
  }

  private static @Nullable Instant instant(Row row, String column) {
    OffsetDateTime moment = row.getOffsetDateTime(column);
    return moment == null ? null : moment.toInstant();
  }

  private static OffsetDateTime utc(Instant moment) {
    return moment.atOffset(ZoneOffset.UTC);
  }
}
