package io.berth.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.booking.QuoteId;
import io.berth.leasing.LeaseDebtId;
import io.berth.leasing.LeaseId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Checks from the database alone, by brute force, that slots, money, authorisations and contracts
 * agree: what must hold at any moment, whatever was done at once and whenever a service was killed.
 */
public final class Books {

  private static final String SLOTS_COUNT =
      "(select sum(upper(part) - lower(part)) from unnest(a.slots) part)";

  /** What the stretches of a lease, or of what is owed for one, cost together. */
  private static final String STRETCHES_COST =
      "(select sum(greatest(1, round((s -> 'pricePerAcceleratorHour' ->> 'micros')::numeric"
          + " * (s ->> 'accelerators')::numeric * extract(epoch from"
          + " (s -> 'period' ->> 'end')::timestamptz - (s -> 'period' ->> 'start')::timestamptz)"
          + " / 3600))) from json_array_elements(%s.price::json -> 'stretches') s)";

  /**
   * Who pays whom for leases that ended: their tenants and whoever owes for them pay who sold it to
   * them what that one received, and the provider the rest.
   */
  private static final String PAYERS =
      """
      with payer as (
        select l.id as lease, null::uuid as debt, 0 as seller_at, l.tenant_id as payer,
          l.charged_micros as charged, l.price
        from lease l where l.charged_micros is not null
        union all select d.lease_id, d.id, d.position + 1, d.debtor_id, d.charged_micros, d.price
        from lease_debt d where d.charged_micros is not null),
      payment as (
        select payer.lease, payer.debt, payer.payer, payer.charged, seller.debtor_id as seller,
          coalesce(seller.received_micros, 0) as to_seller, lease.provider_id as provider,
          payer.price::json -> 'stretches' -> -1 -> 'period' ->> 'end' as ends_at,
          seller.price::json -> 'stretches' -> -1 -> 'period' ->> 'end' as seller_ends_at
        from payer join lease on lease.id = payer.lease
        left join lease_debt seller
          on seller.lease_id = payer.lease and seller.position = payer.seller_at)
      """;

  private Books() {}

  /**
   * Fails where the books are not sound.
   *
   * @param connection a superuser's; its transaction is used and rolled back
   * @param now the service's time: quotes that are overdue then hold nothing
   */
  public static void assertSound(Connection connection, Instant now) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      // One snapshot for all of it, since work may be going on.
      statement.execute("set transaction isolation level repeatable read");
      assertSlots(connection);
      assertContracts(connection);
      assertReservations(connection, now);
      assertAuthorisations(connection, now);
      assertPostings(connection);
      assertPayees(connection);
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  private static void assertSlots(Connection connection) throws SQLException {
    assertNone(
        connection,
        "slots that are taken twice at one time",
        "select a.id, b.id from allocation a join allocation b on a.node_id = b.node_id"
            + " and a.id < b.id and a.slots && b.slots and a.period && b.period"
            + " where a.state in ('HELD', 'LEASED') and b.state in ('HELD', 'LEASED')");
    assertNone(
        connection,
        "slots that the node does not have",
        "select a.id from allocation a join node n on n.id = a.node_id"
            + " where not a.slots <@ int4multirange(int4range(0, n.slots))");
    assertNone(
        connection,
        "leases whose allocations are not what was sold",
        "select l.id, l.accelerators, sum("
            + SLOTS_COUNT
            + ") from lease l left join allocation a on a.lease_id = l.id and a.quote_id = l.quote_id"
            + " and a.given_back_at is null group by l.id having sum("
            + SLOTS_COUNT
            + ") is distinct from l.accelerators");
    assertNone(
        connection,
        "live leases without their slots for their period",
        "select l.id, a.state, a.period from lease l join allocation a on a.lease_id = l.id"
            + " where l.state <> 'ENDED' and a.given_back_at is null and (a.state <> 'LEASED'"
            // A node that joined later has been the lease's since then.
            + " or (a.joined = 0 and lower(a.period) <> l.start_at)"
            // Slots pass to another tenant without a turnaround.
            + " or (upper(a.period) <> l.end_at + l.turnaround_seconds * interval '1 second'"
            + " and (l.transferred_at is null or upper(a.period) <> l.end_at)))");
    assertNone(
        connection,
        "slots leased to nobody",
        "select a.id from allocation a left join lease l on l.id = a.lease_id"
            + " and l.quote_id = a.quote_id where a.state = 'LEASED' and l.id is null");
  }

  private static void assertContracts(Connection connection) throws SQLException {
    assertNone(
        connection,
        "leases that cost something else than their stretches and what is retained",
        "select l.id, l.total_micros from lease l where l.total_micros <> l.retained_micros + "
            + STRETCHES_COST.formatted("l"));
    assertNone(
        connection,
        "quotes that are confirmed without a lease, or leased without being confirmed",
        "select q.id, q.state, count(l.id) from quote q left join lease l on l.quote_id = q.id"
            + " group by q.id having count(l.id) <> (case when q.state = 'CONFIRMED' then 1 else 0"
            + " end)");
    assertNone(
        connection,
        "open quotes that hold other slots than they sell",
        "select q.id, q.accelerators, q.state from quote q left join allocation a"
            + " on a.quote_id = q.id and a.state in ('HELD', 'LAPSED') where q.state = 'OPEN'"
            + " group by q.id having sum("
            + SLOTS_COUNT
            + ") is distinct from q.accelerators");
    assertNone(
        connection,
        "released quotes that hold slots",
        "select q.id from quote q join allocation a on a.quote_id = q.id"
            + " where q.state = 'RELEASED' and a.state in ('HELD', 'LEASED')");
    assertNone(
        connection,
        "jobs that outlive their lease",
        "select j.id, j.state from job j join lease l on l.id = j.lease_id where l.state = 'ENDED'"
            + " and j.state not in ('SUCCEEDED', 'FAILED', 'CANCELLED')");
  }

  private record Reservation(String state, long micros, boolean forGood) {}

  private static void assertReservations(Connection connection, Instant now) throws SQLException {
    Map<String, Reservation> expected = new LinkedHashMap<>();
    Map<String, Reservation> found = new LinkedHashMap<>();
    try (Statement statement = connection.createStatement()) {
      try (ResultSet quotes =
          statement.executeQuery("select id, state, total_micros, expires_at from quote")) {
        while (quotes.next()) {
          boolean overdue =
              !quotes.getObject("expires_at", OffsetDateTime.class).toInstant().isAfter(now);
          String id = new QuoteId(quotes.getObject("id", UUID.class)).toString();
          long total = quotes.getLong("total_micros");
          switch (quotes.getString("state")) {
            case "OPEN" ->
                expected.put(id, new Reservation(overdue ? "OVERDUE" : "HELD", total, false));
            case "RELEASED" -> expected.put(id, new Reservation("RELEASED", total, false));
            default -> {
              // A confirmed quote's reservation has become the lease's.
            }
          }
        }
      }
      try (ResultSet leases = statement.executeQuery("select id, state, total_micros from lease")) {
        while (leases.next()) {
          expected.put(
              new LeaseId(leases.getObject("id", UUID.class)).toString(),
              new Reservation(
                  leases.getString("state").equals("ENDED") ? "SETTLED" : "HELD",
                  leases.getLong("total_micros"),
                  true));
        }
      }
      try (ResultSet debts =
          statement.executeQuery("select id, charged_micros, reserved_micros from lease_debt")) {
        while (debts.next()) {
          expected.put(
              new LeaseDebtId(debts.getObject("id", UUID.class)).toString(),
              new Reservation(
                  debts.getObject("charged_micros") == null ? "HELD" : "SETTLED",
                  debts.getLong("reserved_micros"),
                  true));
        }
      }
      try (ResultSet reservations =
          statement.executeQuery(
              "select reference, state, amount_micros, expires_at from ledger_reservation")) {
        while (reservations.next()) {
          OffsetDateTime expiresAt = reservations.getObject("expires_at", OffsetDateTime.class);
          boolean overdue = expiresAt != null && !expiresAt.toInstant().isAfter(now);
          String state = reservations.getString("state");
          String reference = reservations.getString("reference");
          Reservation wanted = expected.get(reference);
          // Money of an overdue quote is free, whether or not somebody has written that down.
          boolean lapsed = wanted != null && wanted.state().equals("OVERDUE") && overdue;
          found.put(
              reference,
              new Reservation(
                  lapsed ? "OVERDUE" : state,
                  reservations.getLong("amount_micros"),
                  expiresAt == null));
        }
      }
    }
    assertThat(found).as("money set aside").isEqualTo(expected);
    assertNone(
        connection,
        "accounts with more set aside than they hold",
        "select a.id, a.balance_micros from ledger_account a where a.kind = 'TENANT'"
            + " and a.balance_micros < (select coalesce(sum(r.amount_micros), 0)"
            + " from ledger_reservation r where r.account_id = a.id and r.state = 'HELD'"
            + " and (r.expires_at is null or r.expires_at > ?))",
        now.atOffset(ZoneOffset.UTC));
  }

  private static void assertAuthorisations(Connection connection, Instant now) throws SQLException {
    assertNone(
        connection,
        "authorisations of which more is used than they permit",
        "select a.id, a.units, a.tpp, sum(u.units), sum(u.tpp) from authorisation a"
            + " join authorisation_use u on u.authorisation_id = a.id"
            + " where u.state = 'COMMITTED' or u.state = 'HELD' and u.expires_at > ?"
            + " group by a.id having sum(u.units) > a.units or sum(u.tpp) > a.tpp",
        now.atOffset(ZoneOffset.UTC));
    Map<String, String> states = new LinkedHashMap<>();
    try (Statement statement = connection.createStatement()) {
      try (ResultSet quotes = statement.executeQuery("select id, state from quote")) {
        while (quotes.next()) {
          states.put(
              new QuoteId(quotes.getObject("id", UUID.class)).toString(),
              quotes.getString("state"));
        }
      }
      try (ResultSet leases = statement.executeQuery("select id, state from lease")) {
        while (leases.next()) {
          states.put(
              new LeaseId(leases.getObject("id", UUID.class)).toString(),
              leases.getString("state"));
        }
      }
      try (ResultSet uses =
          statement.executeQuery("select quote, lease, state, expires_at from authorisation_use")) {
        while (uses.next()) {
          String quote = states.get(uses.getString("quote"));
          String lease = states.get(uses.getString("lease"));
          String what = "what " + uses.getString("quote") + " took of an authorisation";
          switch (uses.getString("state")) {
            case "HELD" -> assertThat(quote).as(what).isEqualTo("OPEN");
            case "COMMITTED" -> assertThat(lease).as(what).isNotNull().isNotEqualTo("ENDED");
            case "RELEASED" ->
                assertThat(lease == null ? quote : lease)
                    .as(what)
                    .isIn("RELEASED", "CONFIRMED", "ENDED");
            default ->
                assertThat(uses.getObject("expires_at", OffsetDateTime.class).toInstant())
                    .as(what)
                    .isBeforeOrEqualTo(now);
          }
        }
      }
    }
  }

  private static void assertPostings(Connection connection) throws SQLException {
    assertNone(
        connection,
        "entries whose postings do not sum to zero",
        "select e.id from ledger_entry e left join ledger_posting p on p.entry_id = e.id"
            + " group by e.id having coalesce(sum(p.amount_micros), 1) <> 0 or count(*) not in (2, 3)");
    assertNone(
        connection,
        "accounts whose balance is not the sum of their postings",
        "select a.id, a.balance_micros, sum(p.amount_micros) from ledger_account a"
            + " left join ledger_posting p on p.account_id = a.id group by a.id"
            + " having a.balance_micros <> coalesce(sum(p.amount_micros), 0)");
    Map<String, Long> charged = new LinkedHashMap<>();
    Map<String, Long> settled = new LinkedHashMap<>();
    try (Statement statement = connection.createStatement()) {
      try (ResultSet leases =
          statement.executeQuery("select id, charged_micros from lease where state = 'ENDED'")) {
        while (leases.next()) {
          String id = new LeaseId(leases.getObject("id", UUID.class)).toString();
          Long micros = leases.getObject("charged_micros", Long.class);
          assertThat(micros).as("charge of the ended lease " + id).isNotNull();
          if (micros > 0) {
            charged.put(id, micros);
          }
        }
      }
      try (ResultSet debts = statement.executeQuery("select id, charged_micros from lease_debt")) {
        while (debts.next()) {
          if (debts.getLong("charged_micros") > 0) {
            charged.put(
                new LeaseDebtId(debts.getObject("id", UUID.class)).toString(),
                debts.getLong("charged_micros"));
          }
        }
      }
      try (ResultSet entries =
          statement.executeQuery(
              "select e.reference, -min(p.amount_micros) as micros from ledger_entry e"
                  + " join ledger_posting p on p.entry_id = e.id where e.kind = 'SETTLEMENT'"
                  + " group by e.reference")) {
        while (entries.next()) {
          settled.put(entries.getString("reference"), entries.getLong("micros"));
        }
      }
    }
    assertThat(settled).as("what was paid").isEqualTo(charged);
  }

  /**
   * Along the debts of a lease money goes from its tenant to its provider, and leaves out nobody.
   */
  private static void assertPayees(Connection connection) throws SQLException {
    assertNone(
        connection,
        "debts with gaps between them, or of leases that they do not belong to",
        "select lease_id from lease_debt group by lease_id"
            + " having max(position) + 1 <> count(*)");
    assertNone(
        connection,
        "leases that ended with debts that were not paid, or debts that were paid before",
        "select l.id from lease l join lease_debt d on d.lease_id = l.id"
            + " where (l.state = 'ENDED') <> (d.charged_micros is not null)");
    assertNone(
        connection,
        "debts that come to more than was sold, or to something else than their stretches",
        "select d.id from lease_debt d where d.charged_micros is null and abs(d.reserved_micros"
            + " - d.retained_micros - "
            + STRETCHES_COST.formatted("d")
            + ") > 4");
    assertNone(
        connection,
        "sellers who were not paid all for a lease to which nothing was added since",
        PAYERS
            + "select lease, debt, charged, to_seller from payment where seller is not null"
            + " and ends_at = seller_ends_at and charged <> to_seller");
    Map<String, Set<String>> expected = new TreeMap<>();
    Map<String, Set<String>> found = new TreeMap<>();
    try (Statement statement = connection.createStatement()) {
      try (ResultSet payments = statement.executeQuery(PAYERS + "select * from payment")) {
        while (payments.next()) {
          UUID debt = payments.getObject("debt", UUID.class);
          String reference =
              debt == null
                  ? new LeaseId(payments.getObject("lease", UUID.class)).toString()
                  : new LeaseDebtId(debt).toString();
          long toSeller = payments.getLong("to_seller");
          long toProvider = payments.getLong("charged") - toSeller;
          String pays = payments.getString("payer") + " TENANT pays ";
          if (toSeller != 0) {
            expected
                .computeIfAbsent(reference, key -> new TreeSet<>())
                .add(pays + payments.getString("seller") + " TENANT " + toSeller);
          }
          if (toProvider != 0) {
            expected
                .computeIfAbsent(reference, key -> new TreeSet<>())
                .add(pays + payments.getString("provider") + " PROVIDER " + toProvider);
          }
        }
      }
      try (ResultSet entries =
          statement.executeQuery(
              "select e.reference, f.organization_id || ' ' || f.kind || ' pays ' ||"
                  + " t.organization_id || ' ' || t.kind || ' ' || q.amount_micros as payment"
                  + " from ledger_entry e"
                  + " join ledger_posting p on p.entry_id = e.id and p.amount_micros < 0"
                  + " join ledger_account f on f.id = p.account_id"
                  + " join ledger_posting q on q.entry_id = e.id and q.amount_micros > 0"
                  + " join ledger_account t on t.id = q.account_id where e.kind = 'SETTLEMENT'")) {
        while (entries.next()) {
          found
              .computeIfAbsent(entries.getString("reference"), key -> new TreeSet<>())
              .add(entries.getString("payment"));
        }
      }
    }
    assertThat(found).as("who paid whom").isEqualTo(expected);
  }

  private static void assertNone(
      Connection connection, String what, String query, Object... parameters) throws SQLException {
    List<List<Object>> found = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          List<Object> row = new ArrayList<>();
          for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
            row.add(rows.getObject(column));
          }
          found.add(row);
        }
      }
    }
    assertThat(found).as(what).isEmpty();
  }
}
