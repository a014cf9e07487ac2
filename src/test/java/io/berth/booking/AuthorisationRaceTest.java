package io.berth.booking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;

import io.berth.identity.Role;
import io.berth.platform.OrganizationId;
import io.berth.policy.Licences;
import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.berth.testing.Books;
import io.berth.testing.OwnMarket;
import io.restassured.response.Response;
import java.sql.Connection;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Many clients at once want more than two licences permit; there are slots and money enough. */
@BerthTest
class AuthorisationRaceTest {

  private static final long SEED = 1_789;
  private static final int CLIENTS = 8;
  private static final int BOOKINGS = 10;
  private static final int HOURS = 40;
  private static final String MODEL = "nvidia-a100-80g-sxm";
  private static final String COUNTRY = "KZ";

  @Test
  void neverTakesMoreThanIsPermittedAndGivesAllOfItBack() throws Exception {
    Instant start = Instant.now().truncatedTo(ChronoUnit.HOURS).plus(40, ChronoUnit.DAYS);
    try (OwnMarket market = new OwnMarket(MODEL, COUNTRY, 3)) {
      List<OrganizationId> tenants = List.of(OwnMarket.tenant("DE"), OwnMarket.tenant("FR"));
      List<String> licences =
          List.of(
              Licences.verified(
                  market.provider(),
                  MODEL,
                  COUNTRY,
                  "{\"units\": 7}",
                  Instant.now(),
                  start.plus(90, ChronoUnit.DAYS)),
              Licences.verified(
                  tenants.getFirst(),
                  MODEL,
                  COUNTRY,
                  "{\"units\": 4, \"tpp\": 15000}",
                  Instant.now(),
                  start.plus(80, ChronoUnit.DAYS)));
      Random random = new Random(SEED);
      List<Integer> statuses = new ArrayList<>();
      try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
          Connection observer = BerthResource.superuser()) {
        List<Future<List<Integer>>> clients =
            IntStream.range(0, CLIENTS)
                .mapToObj(client -> {
                  Random choices = new Random(random.nextLong());
                  OrganizationId tenant = tenants.get(client % tenants.size());
                  return threads.submit(() -> {
                    List<Integer> seen = new ArrayList<>();
                    for (int booking = 0; booking < BOOKINGS; booking++) {
                      book(market, tenant, start, choices, seen);
                    }
                    return seen;
                  });
                })
                .toList();
        while (clients.stream().anyMatch(client -> !client.isDone())) {
          Books.assertSound(observer, Instant.now());
        }
        for (Future<List<Integer>> client : clients) {
          statuses.addAll(client.get());
        }
        Books.assertSound(observer, Instant.now());
      }

      assertThat(statuses).contains(201, 422).isSubsetOf(201, 202, 409, 422);
      for (String licence : licences) {
        OwnMarket.officer("reader")
            .get("/v1/authorisations/" + licence)
            .then()
            .body("reserved.units", is(0))
            .body("committed.units", is(0));
      }
    }
  }

  /** Always ends with nothing held. */
  private static void book(
      OwnMarket market, OrganizationId tenant, Instant start, Random choices, List<Integer> seen) {
    Instant from = start.plus(choices.nextInt(HOURS), ChronoUnit.HOURS);
    Response quote = market.quote(tenant, 1 + choices.nextInt(4), from.toString(), "PT1H");
    seen.add(quote.statusCode());
    if (quote.statusCode() != 201) {
      return;
    }
    String id = quote.path("id");
    if (choices.nextInt(3) == 0) {
      release(tenant, id, seen);
      return;
    }
    Response lease = OwnMarket.once(tenant).post("/v1/quotes/" + id + "/confirm");
    seen.add(lease.statusCode());
    if (lease.statusCode() != 201) {
      release(tenant, id, seen);
      return;
    }
    seen.add(
        OwnMarket.as(tenant, Role.TENANT)
            .post("/v1/leases/" + lease.path("id") + "/cancel")
            .statusCode());
  }

  private static void release(OrganizationId tenant, String quote, List<Integer> seen) {
    seen.add(
        OwnMarket.as(tenant, Role.TENANT).post("/v1/quotes/" + quote + "/release").statusCode());
  }
}
