package io.berth.booking;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.berth.testing.Books;
import io.berth.testing.Locks;
import io.berth.testing.SeededMarket;
import io.restassured.response.Response;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Many clients at once on few nodes; who wins is left to chance, what must hold is not. */
@BerthTest
class ConcurrentBookingTest {

  private static final long SEED = 4_711;
  private static final int CLIENTS = 8;
  private static final int BOOKINGS = 12;
  private static final String JOB =
      """
      {"name": "train", "image": "registry.example/train:1", "accelerators": 1,
       "command": ["sh", "-c", "sleep infinity"]}
      """;
  private static final List<String> TENANTS = List.of("tenant", "tenant-sg");

  @Test
  void keepsTheBooksSoundHoweverManyBookAndCancelAtOnce() throws Exception {
    SeededMarket.tokens();
    long deadlocksBefore;
    try (Connection connection = BerthResource.superuser()) {
      deadlocksBefore = deadlocks(connection);
    }
    Random random = new Random(SEED);
    List<Integer> statuses = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<List<Integer>>> clients =
          IntStream.range(0, CLIENTS)
              .mapToObj(client -> {
                Random choices = new Random(random.nextLong());
                return threads.submit(() -> {
                  List<Integer> seen = new ArrayList<>();
                  for (int booking = 0; booking < BOOKINGS; booking++) {
                    book(choices, TENANTS.get(client % TENANTS.size()), seen);
                  }
                  return seen;
                });
              })
              .toList();
      for (Future<List<Integer>> client : clients) {
        statuses.addAll(client.get());
      }
    }

    try (Connection connection = BerthResource.superuser()) {
      Books.assertSound(connection, Instant.now());
      assertThat(deadlocks(connection)).isEqualTo(deadlocksBefore);
    }
    assertThat(statuses).contains(201, 202, 409).containsOnly(201, 202, 409);
  }

  private static long deadlocks(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet count =
            statement.executeQuery(
                "select deadlocks from pg_stat_database where datname = current_database()")) {
      count.next();
      return count.getLong(1);
    }
  }

  /** Books some of the eight devices of one node, for hours that overlap with others. */
  private static void book(Random choices, String tenant, List<Integer> seen) {
    Instant start =
        Instant.now().truncatedTo(ChronoUnit.HOURS).plus(24 + choices.nextInt(3), ChronoUnit.HOURS);
    Response quote =
        SeededMarket.once(tenant)
            .body(
                """
                {"models": ["amd-mi300x"], "countries": ["US"], "accelerators": %d,
                 "start": "%s", "duration": "PT%dH", "use": {"workload": "inference"}}
                """
                    .formatted(1 + choices.nextInt(5), start, 1 + choices.nextInt(2)))
            .post("/v1/quotes");
    seen.add(quote.statusCode());
    if (quote.statusCode() != 201) {
      quote.then().body("code", org.hamcrest.Matchers.is("capacity-unavailable"));
      return;
    }
    String id = quote.path("id");
    if (choices.nextInt(3) == 0) {
      seen.add(SeededMarket.as(tenant).post("/v1/quotes/" + id + "/release").statusCode());
      return;
    }
    Response lease = SeededMarket.once(tenant).post("/v1/quotes/" + id + "/confirm");
    seen.add(lease.statusCode());
    String leaseId = lease.path("id");
    if (choices.nextBoolean()) {
      Response job = SeededMarket.once(tenant).body(JOB).post("/v1/leases/" + leaseId + "/jobs");
      seen.add(job.statusCode());
      String jobId = job.path("id");
      CompletableFuture<Integer> cancelled =
          async(() -> SeededMarket.as(tenant).post("/v1/jobs/" + jobId + "/cancel").statusCode());
      seen.add(SeededMarket.as(tenant).post("/v1/leases/" + leaseId + "/cancel").statusCode());
      seen.add(cancelled.join());
      return;
    }
    seen.add(SeededMarket.as(tenant).post("/v1/leases/" + leaseId + "/cancel").statusCode());
  }

  @Test
  void doesNotHoldAJobWhileItWaitsForItsLease() throws Exception {
    Instant tomorrow = Instant.now().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.DAYS);
    String quote =
        SeededMarket.once("tenant")
            .body(
                """
                {"models": ["nvidia-h200-sxm"], "countries": ["DE"], "accelerators": 1,
                 "start": "%s", "duration": "PT1H"}
                """
                    .formatted(tomorrow))
            .post("/v1/quotes")
            .path("id");
    String lease = SeededMarket.once("tenant").post("/v1/quotes/" + quote + "/confirm").path("id");
    String job =
        SeededMarket.once("tenant").body(JOB).post("/v1/leases/" + lease + "/jobs").path("id");
    CompletableFuture<Response> cancelled;
    String jobRow = "select * from job where state = 'QUEUED' for update nowait";
    try (Locks leaseEnding =
        Locks.taking("select * from lease where state = 'RESERVED' for update")) {
      cancelled = async(() -> SeededMarket.as("tenant").post("/v1/jobs/" + job + "/cancel"));
      leaseEnding.awaitWaiting(1);

      // The end of a lease takes its jobs next: somebody who had one and waited here were a
      // deadlock.
      leaseEnding.take(jobRow);
    }

    assertThat(cancelled.join().statusCode()).isEqualTo(202);
    SeededMarket.as("tenant").post("/v1/leases/" + lease + "/cancel").then().statusCode(202);
  }

  /** On a thread of its own: the common pool may have but one. */
  private static <T> CompletableFuture<T> async(Supplier<T> request) {
    return CompletableFuture.supplyAsync(request, command -> Thread.ofVirtual().start(command));
  }
}
