package io.berth.booking;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.berth.testing.SeededMarket;
import io.restassured.response.Response;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What must hold whoever is first; each race is brought about with locks of the database. */
@BerthTest
class BookingRaceTest {

  private static final int OPEN_QUOTES_MAX = 20;

  @Test
  void opensNoMoreQuotesThanAllowedAtOnce() throws Exception {
    Response first = quote("nvidia-h200-sxm", "DE");
    first.then().statusCode(201);
    try (Connection connection = BerthResource.superuser();
        Statement statement = connection.createStatement()) {
      statement.execute("create table copied as select * from quote where false");
      statement.execute(
          "with copy as (insert into quote select gen_random_uuid(), tenant_id, provider_id, cluster_id,"
              + " pool_id, offer_id, decision_id, state, model_id, start_at, end_at, turnaround_seconds,"
              + " accelerators, price_micros, total_micros, currency, use_profile, warnings, expires_at,"
              + " created_at, version from quote, generate_series(1, "
              + (OPEN_QUOTES_MAX - 1 - openQuotes(statement))
              + ") where quote.id = (select id from quote where state = 'OPEN' order by id desc limit 1)"
              + " returning *) insert into copied select * from copy");
      connection.setAutoCommit(false);
      statement.execute("select 1 from ledger_account for update");

      List<Response> answers;
      try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
        List<Future<Response>> asked =
            Stream.of("nvidia-b200:JP", "amd-mi300x:US")
                .map(what -> what.split(":"))
                .map(what -> threads.submit(() -> quote(what[0], what[1])))
                .toList();
        awaitWaiting(asked);
        connection.commit();
        answers = List.of(asked.get(0).get(), asked.get(1).get());
      }

      assertThat(answers).extracting(Response::statusCode).containsExactlyInAnyOrder(201, 429);
      connection.setAutoCommit(true);
      statement.execute("delete from quote where id in (select id from copied)");
      statement.execute("drop table copied");
      answers.stream()
          .filter(answer -> answer.statusCode() == 201)
          .forEach(BookingRaceTest::release);
    }
    release(first);
  }

  private static int openQuotes(Statement statement) throws SQLException {
    try (ResultSet count =
        statement.executeQuery(
            "select count(*) from quote where state = 'OPEN' and expires_at > now() and tenant_id ="
                + " (select tenant_id from quote where state = 'OPEN' order by id desc limit 1)")) {
      count.next();
      return count.getInt(1);
    }
  }

  /** Until all wait for a lock; at once where one has its answer without. */
  private static void awaitWaiting(List<Future<Response>> asked) throws SQLException {
    try (Connection connection = BerthResource.superuser();
        Statement statement = connection.createStatement()) {
      int waiting = 0;
      while (waiting < asked.size() && asked.stream().noneMatch(Future::isDone)) {
        try (ResultSet count =
            statement.executeQuery(
                "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
                    + " and query like '%ledger_account%'")) {
          count.next();
          waiting = count.getInt(1);
        }
      }
    }
  }

  private static Response quote(String model, String country) {
    return SeededMarket.once("tenant")
        .body(
            """
            {"models": ["%s"], "countries": ["%s"], "accelerators": 1, "duration": "PT1H"}
            """
                .formatted(model, country))
        .post("/v1/quotes");
  }

  private static void release(Response quote) {
    SeededMarket.as("tenant")
        .post("/v1/quotes/" + quote.path("id") + "/release")
        .then()
        .statusCode(202);
  }
}
