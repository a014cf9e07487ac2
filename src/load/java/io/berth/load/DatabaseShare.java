package io.berth.load;

import io.berth.load.LoadMarket.Tenant;
import io.berth.load.StatementLog.Sent;
import io.berth.sandbox.SandboxDatabase;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How many bookings a second the database alone makes: the statements of one booking are logged as
 * the service sends them, and pgbench repeats them, in the same transactions, for other slots. What
 * bookings that come together share, such as the look for what changed of the market, is repeated
 * as often a booking as the service did it under load.
 */
final class DatabaseShare {

  /** A transaction that ran so often a booking is each booking's own. */
  private static final double OWN_MIN = 0.9;

  private static final int WEIGHT = 10_000;

  /** As many as the service has connections by default. */
  private static final int CLIENTS = 20;

  private final SandboxDatabase database;
  private final Path folder;
  private final StatementLog log;

  /**
   * Prepares it.
   *
   * @param folder the database's, where scripts are written, too
   */
  DatabaseShare(SandboxDatabase database, Path folder) {
    this.database = database;
    this.folder = folder;
    this.log = new StatementLog(database, folder.resolve("postgres/log"));
  }

  /** How often each statement has run so far. */
  Map<Long, Long> calls() throws SQLException {
    return log.calls();
  }

  /**
   * What a booking is made of.
   *
   * @param files scripts with their weights, the one of what is a booking's own first
   * @param statements how many statements the first has
   * @param transactions how many transactions it has
   * @param shared what comes to a booking of the others, in transactions
   */
  record Scripts(Map<Path, Integer> files, int statements, int transactions, double shared) {}

  /**
   * Makes one booking and writes down what it sends.
   *
   * @param ahead at which hour from now on: nobody else books then or later
   * @param calls how often each statement ran while so many bookings were made
   */
  Scripts record(URI service, Tenant tenant, Duration ahead, Map<Long, Long> calls, int bookings)
      throws IOException, SQLException {
    LoadClient client = new LoadClient(service, tenant.token());
    Instant since = Instant.now();
    Instant start = since.truncatedTo(ChronoUnit.HOURS).plus(ahead);
    String quoteKey = "load-quote-" + since.toEpochMilli();
    String confirmKey = "load-confirm-" + since.toEpochMilli();
    List<List<Sent>> all =
        log.during(() -> {
          String quote =
              client
                  .post(
                      "/v1/quotes",
                      "{\"models\": [\"%s\"], \"accelerators\": 1, \"start\": \"%s\", \"duration\": \"PT1H\"}"
                          .formatted(LoadMarket.MODELS.getFirst(), start),
                      quoteKey)
                  .get("id")
                  .asText();
          client.post("/v1/quotes/" + quote + "/confirm", "", confirmKey);
        });
    Booked booked = Booked.newest(database, tenant);
    String party = tenant.id().value().toString();
    List<List<Sent>> sent = new ArrayList<>();
    for (List<Sent> transaction : all) {
      if (isOf(transaction, party, booked.node())) {
        sent.add(transaction);
      }
      if (transaction.stream().anyMatch(one -> one.parameters().containsValue(confirmKey))) {
        // What comes after the answer is not waited for.
        break;
      }
    }
    BookingScript script = new BookingScript(since);
    script.replace(party, ":tenant::text");
    script.replace(booked.node(), LoadMarket.nodeId(":node") + "::text");
    script.replace(booked.account(), ":account::text");
    script.replace(quoteKey, "'load-quote-' || lpad((:booking::bigint)::text, 13, '0')");
    script.replace(confirmKey, "'load-confirm-' || lpad((:booking::bigint)::text, 13, '0')");
    for (Instant moment : List.of(booked.start(), booked.end())) {
      String text = moment.toString().replace("T", " ").replace("Z", "+00");
      script.replace(
          text,
          "("
              + BookingScript.literal(text)
              + "::timestamptz + (:hour)::int * interval '1 hour')::text");
    }
    return scripts(script, sent, calls, bookings);
  }

  /** Whether a transaction names the tenant or the node, or looks for what changed. */
  private static boolean isOf(List<Sent> transaction, String tenant, String node) {
    return transaction.stream()
        .anyMatch(sent ->
            sent.sql().contains("from market_change")
                || sent.parameters().values().stream()
                    .anyMatch(value ->
                        value != null && (value.contains(tenant) || value.contains(node))));
  }

  private Scripts scripts(
      BookingScript script, List<List<Sent>> all, Map<Long, Long> calls, int bookings)
      throws IOException {
    Map<Long, Long> inOne =
        all.stream()
            .flatMap(List::stream)
            .collect(Collectors.groupingBy(Sent::query, Collectors.counting()));
    List<List<Sent>> own = new ArrayList<>();
    Map<Path, Integer> files = new LinkedHashMap<>();
    Path ownFile = folder.resolve("booking.sql");
    files.put(ownFile, WEIGHT);
    double shared = 0;
    for (List<Sent> transaction : all) {
      double often =
          transaction.stream()
              .filter(sent -> !sent.isBoundary())
              .mapToDouble(sent ->
                  calls.getOrDefault(sent.query(), 0L)
                      / (double) bookings
                      / inOne.get(sent.query()))
              .min()
              .orElse(0);
      if (often >= OWN_MIN) {
        own.add(transaction);
      } else if (often > 0) {
        shared += often;
        Path file = folder.resolve("shared-" + files.size() + ".sql");
        files.put(file, (int) Math.round(often * WEIGHT));
        Files.writeString(file, counting() + script.lines(List.of(transaction)));
      }
    }
    Files.writeString(ownFile, counting() + script.lines(own));
    return new Scripts(files, (int) own.stream().mapToLong(List::size).sum(), own.size(), shared);
  }

  /** Which booking it is, of whom, and of which node and hour; every client counts for itself. */
  private static String counting() {
    return """
    \\if :ready = 0
    select tenant, account from load_tenant where number = :client_id \\gset
    \\set ready 1
    \\endif
    \\set counter :counter + 1
    \\set booking (:client_id + 1) * 1000000 + :counter
    \\set place :counter * :clients + :client_id
    \\set node :place % :nodes + 1
    \\set hour :place / :nodes + 1
    """;
  }

  /**
   * Repeats it, once.
   *
   * @return bookings a second
   */
  double repeat(PgBench pgbench, Scripts scripts, int nodes, Duration duration)
      throws IOException, SQLException {
    try (Connection connection = database.superuser();
        Statement statement = connection.createStatement()) {
      statement.execute("drop table if exists load_tenant");
      statement.execute(
          "create table load_tenant as select (row_number() over (order by organization_id) - 1)::int"
              + " as number, organization_id as tenant, id as account from ledger_account"
              + " where kind = 'TENANT'");
      statement.execute("grant select on load_tenant to berth_application");
      statement.execute("vacuum analyze");
    }
    Map<String, String> variables = new HashMap<>();
    variables.put("ready", "0");
    variables.put("counter", "0");
    variables.put("nodes", Integer.toString(nodes));
    variables.put("clients", Integer.toString(CLIENTS));
    return pgbench.run(scripts.files(), variables, CLIENTS, duration);
  }
}
