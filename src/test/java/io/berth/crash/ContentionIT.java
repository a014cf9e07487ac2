package io.berth.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.berth.audit.AuditKeys;
import io.berth.platform.Secrets;
import io.berth.sandbox.PublishedKeys;
import io.berth.sandbox.SandboxDatabase;
import io.berth.sandbox.SandboxIssuer;
import io.berth.testing.Books;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many tenants want the same few nodes, through two replicas on one database, one of which is
 * killed in the middle of it. Whether anything was sold twice is told from the database alone.
 */
class ContentionIT {

  private static final long SEED = 20_261_128;
  private static final int NODES = 100;
  private static final int TENANTS = 8;
  private static final int CLIENTS = 64;

  /**
   * In the build fewer than the twenty thousand that {@code -Dberth.contention.attempts} asks for.
   */
  private static final int ATTEMPTS = Integer.getInteger("berth.contention.attempts", 2_000);

  /** How often the books are looked at meanwhile. */
  private static final int LOOKS = 5;

  private static final int HOURS = 24;
  private static final Duration WAIT_MAX = Duration.ofMinutes(20);

  @TempDir private Path folder;

  @Test
  void sellsNothingTwice() throws Exception {
    try (SandboxDatabase database = SandboxDatabase.startTemporary()) {
      SandboxIssuer issuer = SandboxIssuer.temporary();
      try (PublishedKeys keys = PublishedKeys.of(issuer)) {
        Map<String, String> settings = new HashMap<>(database.settings());
        settings.putAll(keys.settings());
        settings.put("berth.platform.secrets.keyset", Secrets.freshKeyset());
        settings.put("berth.audit.signing-key", AuditKeys.freshSigningKey());
        settings.put("berth.booking.open-quotes-max", "10000");
        try (ServiceProcess one = service("one", settings);
            ServiceProcess other = service("other", settings)) {
          one.start();
          other.start();
          CrowdedMarket market = new CrowdedMarket(one, issuer, database, NODES);
          crowd(database, market, one, other);
        }
      }
    }
  }

  private ServiceProcess service(String name, Map<String, String> settings) throws Exception {
    return ServiceProcess.of(Files.createDirectory(folder.resolve(name)), settings);
  }

  /** A tenant's user, who asks one replica or the other. */
  private record Tenant(StubbornClient one, StubbornClient other) {

    StubbornClient either(Random choices) {
      return choices.nextBoolean() ? one : other;
    }
  }

  private static void crowd(
      SandboxDatabase database, CrowdedMarket market, ServiceProcess one, ServiceProcess other)
      throws Exception {
    List<Tenant> tenants = new ArrayList<>();
    for (int i = 0; i < TENANTS; i++) {
      String token = market.tenant();
      tenants.add(new Tenant(new StubbornClient(one, token), new StubbornClient(other, token)));
    }
    Random random = new Random(SEED);
    AtomicInteger attempts = new AtomicInteger();
    AtomicInteger refused = new AtomicInteger();
    Instant start = Instant.now().truncatedTo(ChronoUnit.HOURS).plus(Duration.ofHours(2));
    try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<?>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        Random choices = new Random(random.nextLong());
        Tenant tenant = tenants.get(i % TENANTS);
        clients.add(
            threads.submit(() -> {
              while (attempts.getAndIncrement() < ATTEMPTS) {
                if (!book(market, tenant, start, choices)) {
                  refused.incrementAndGet();
                }
              }
            }));
      }
      for (int look = 1; look <= LOOKS; look++) {
        int due = ATTEMPTS / 2 / LOOKS * look;
        await().atMost(WAIT_MAX).until(() -> attempts.get() >= due);
        // The books are sound at any moment, not only at the end.
        try (Connection connection = database.superuser()) {
          Books.assertSound(connection, Instant.now());
        }
      }
      tenants.getFirst().one().killAfter(1, true);
      one.awaitEnd();
      one.start();
      for (Future<?> client : clients) {
        client.get();
      }
    }
    assertThat(refused).hasPositiveValue();
    assertEverythingStands(database, tenants);
  }

  /** Gives whether there was anything to book. */
  private static boolean book(CrowdedMarket market, Tenant tenant, Instant start, Random choices) {
    Instant from = start.plus(Duration.ofHours(choices.nextInt(HOURS)));
    StubbornClient.Answer quote =
        tenant
            .either(choices)
            .once(
                "/v1/quotes",
                "{\"offerId\": \"%s\", \"accelerators\": %d, \"start\": \"%s\", \"duration\": \"PT%dH\"}"
                    .formatted(
                        market.offer(), 1 + choices.nextInt(16), from, 1 + choices.nextInt(4)),
                key(choices));
    if (quote.status() != 201) {
      assertThat(quote.body()).contains("capacity-unavailable");
      return false;
    }
    switch (choices.nextInt(4)) {
      case 0 ->
          assertThat(tenant.either(choices).act("/v1/quotes/" + quote.id() + "/release").status())
              .isEqualTo(202);
      case 1 -> {
        // It stays open: what is held is neither lost nor sold.
      }
      default -> {
        StubbornClient.Answer lease =
            tenant.either(choices).once("/v1/quotes/" + quote.id() + "/confirm", "", key(choices));
        assertThat(lease.status()).as(lease.body()).isEqualTo(201);
        if (choices.nextInt(3) == 0) {
          assertThat(tenant.either(choices).act("/v1/leases/" + lease.id() + "/cancel").status())
              .isEqualTo(202);
        }
      }
    }
    return true;
  }

  private static String key(Random choices) {
    return new UUID(choices.nextLong(), choices.nextLong()).toString();
  }

  /** Every answer that was given is still true, and there is nothing beside what was answered. */
  private static void assertEverythingStands(SandboxDatabase database, List<Tenant> tenants)
      throws Exception {
    int quotes = 0;
    int leases = 0;
    for (Tenant tenant : tenants) {
      List<StubbornClient.Kept> kept = new ArrayList<>(tenant.one().kept());
      kept.addAll(tenant.other().kept());
      for (StubbornClient.Kept request : kept) {
        if (request.path().endsWith("/confirm")) {
          leases++;
        } else {
          quotes++;
        }
      }
      // A repeated request is answered by either replica as it was at first.
      for (StubbornClient.Kept request : kept.subList(0, Math.min(kept.size(), 50))) {
        assertThat(tenant.other().once(request.path(), request.body(), request.key()))
            .isEqualTo(request.answer());
      }
    }
    try (Connection connection = database.superuser()) {
      Books.assertSound(connection, Instant.now());
      assertThat(count(connection, "quote")).isEqualTo(quotes);
      assertThat(count(connection, "lease")).isEqualTo(leases);
      assertThat(leases).isPositive();
    }
  }

  private static long count(Connection connection, String table) throws Exception {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select count(*) from " + table)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
