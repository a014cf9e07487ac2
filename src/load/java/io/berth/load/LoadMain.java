package io.berth.load;

import io.berth.load.DatabaseShare.Scripts;
import io.berth.load.LoadMarket.Tenant;
import io.berth.load.RestLoad.Answers;
import io.berth.load.RestLoad.Arrivals;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Bookings and searches through REST on one machine, service, database and load together, beside
 * what pgbench reaches with the same statements on the same database.
 *
 * <p>System properties: {@code seconds} of each phase (30), {@code warmUpSeconds} (120), {@code
 * users} that book at once (16), {@code searches} a second (20), {@code nodes} (4000).
 */
public final class LoadMain {

  private static final int NODES_A_POOL = 100;
  private static final int TENANTS = 32;
  private static final int DAYS_BOOKED = 30;
  private static final double PGBENCH_SHARE_MIN = 0.4;

  private final Duration phase = Duration.ofSeconds(Integer.getInteger("seconds", 30));
  private final Duration warmUp = Duration.ofSeconds(Integer.getInteger("warmUpSeconds", 120));
  private final int users = Integer.getInteger("users", 16);
  private final int searches = Integer.getInteger("searches", 20);
  private final int nodes = Integer.getInteger("nodes", 4_000);

  private LoadMain() {}

  /** Measures and prints it. */
  public static void main(String[] arguments) throws Exception {
    new LoadMain().run();
  }

  /** How the service did. */
  private record Rest(
      Map<String, Answers> most,
      Map<String, Answers> half,
      Map<String, Answers> random,
      Map<String, Answers> search,
      double cpuMillisABooking,
      Scripts scripts) {}

  private void run() throws IOException, SQLException {
    try (Surroundings around = Surroundings.start()) {
      PgBench pgbench = PgBench.find(around.database());
      DatabaseShare database = new DatabaseShare(around.database(), around.folder());
      Rest rest = rest(around, database);
      // Without the service, which has background work to do and memory to take.
      double most = database.repeat(pgbench, rest.scripts(), nodes, phase);
      print(rest, most);
    }
  }

  private Rest rest(Surroundings around, DatabaseShare database) throws IOException, SQLException {
    try (LoadService service =
        LoadService.start(around.folder(), around.settings(), Options.ofService())) {
      LoadMarket market = new LoadMarket(service.address(), around.issuer(), around.database());
      market.lay(nodes / NODES_A_POOL, NODES_A_POOL);
      List<Tenant> tenants = market.tenants(TENANTS);
      Instant tomorrow = Instant.now().truncatedTo(ChronoUnit.HOURS).plus(Duration.ofDays(1));
      List<String> hours =
          IntStream.range(0, DAYS_BOOKED * 24)
              .mapToObj(hour -> tomorrow.plus(Duration.ofHours(hour)).toString())
              .toList();
      RestLoad load = new RestLoad(service.address(), around.folder(), tenants, hours);
      load.closed("booking", users, warmUp);
      load.open("search", searches, Arrivals.REGULAR, phase);
      Map<Long, Long> before = database.calls();
      Duration cpu = service.cpu();
      Map<String, Answers> most = load.closed("booking", users, phase);
      int bookings = most.get("confirm").good();
      double cpuMillis = service.cpu().minus(cpu).toMillis() / (double) bookings;
      Map<Long, Long> calls = new HashMap<>(database.calls());
      before.forEach((query, count) -> calls.merge(query, -count, Long::sum));
      double rate = most.get("confirm").rate() / 2;
      Map<String, Answers> half = load.open("booking", rate, Arrivals.REGULAR, phase);
      Map<String, Answers> random = load.open("booking", rate, Arrivals.RANDOM, phase);
      Map<String, Answers> search = load.open("search", searches, Arrivals.REGULAR, phase);
      Duration after = Duration.ofDays(DAYS_BOOKED + 2L);
      Scripts scripts =
          database.record(service.address(), tenants.getFirst(), after, calls, bookings);
      return new Rest(most, half, random, search, cpuMillis, scripts);
    }
  }

  private void print(Rest rest, double pgbench) throws IOException {
    Scripts scripts = rest.scripts();
    System.out.println(Machine.described());
    System.out.printf(
        "%,d nodes with eight devices; %d users, each for one of %d tenants; %d s a phase%n",
        nodes, users, TENANTS, phase.toSeconds());
    System.out.printf(
        "a booking: %d statements in %d transactions, and %.1f of those that bookings share%n%n",
        scripts.statements(), scripts.transactions(), scripts.shared());
    System.out.println("| what | answers | failed | a second | median | p99 | longest |");
    System.out.println("|-|-|-|-|-|-|-|");
    rows("as many bookings as can be", rest.most());
    rows("half as many", rest.half());
    rows("half as many, at random", rest.random());
    rows("capacity search", rest.search());
    double bookings = rest.most().get("confirm").rate();
    System.out.printf(
        "%npgbench: %.1f bookings a second; the service: %.1f, which is %.2f of it (at least"
            + " %.1f), with %.1f ms of processor time each%n",
        pgbench, bookings, bookings / pgbench, PGBENCH_SHARE_MIN, rest.cpuMillisABooking());
    System.out.printf(
        "p99 of a booking at half of that: %.1f ms (under 100), %.1f ms where they come at random;"
            + " of a search: %.1f ms (under 50)%n",
        rest.half().get(Stopwatch.METRIC).p99Millis(),
        rest.random().get(Stopwatch.METRIC).p99Millis(),
        rest.search().get("search").p99Millis());
  }

  private static void rows(String what, Map<String, Answers> answers) {
    answers.forEach((metric, one) ->
        System.out.printf(
            "| %s: %s | %,d | %,d | %.1f | %.1f ms | %.1f ms | %.1f ms |%n",
            what,
            metric,
            one.good(),
            one.answered() - one.good() + one.failed(),
            one.rate(),
            one.medianMillis(),
            one.p99Millis(),
            one.maxMillis()));
  }
}
