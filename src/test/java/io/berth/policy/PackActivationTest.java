package io.berth.policy;

import static io.berth.policy.PackFixtures.act;
import static io.berth.policy.PackFixtures.activated;
import static io.berth.policy.PackFixtures.ban;
import static io.berth.policy.PackFixtures.enquiry;
import static io.berth.policy.PackFixtures.freshName;
import static io.berth.policy.PackFixtures.officer;
import static io.berth.policy.PackFixtures.operator;
import static io.berth.policy.PackFixtures.schedule;
import static io.berth.policy.PackFixtures.uploaded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import io.berth.platform.Database;
import io.berth.policy.internal.PackLibrary;
import io.berth.policy.internal.PackStore;
import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.berth.testing.Locks;
import io.berth.testing.SeededMarket;
import io.restassured.response.Response;
import io.vertx.mutiny.core.Vertx;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@BerthTest
class PackActivationTest {

  private static final Duration WAIT_MAX = Duration.ofSeconds(20);

  @Inject ActivePacks active;
  @Inject PackStore store;
  @Inject Database database;
  @Inject Vertx vertx;

  private final List<String> mine = new ArrayList<>();

  @AfterEach
  void takeOut() {
    mine.forEach(PackFixtures::retire);
  }

  @Test
  void judgesByTheNewVersionAtOnceAndRetiresTheOld() throws SQLException {
    String name = freshName();
    enquiry("NR").then().statusCode(201).body("verdict", equalTo("ALLOW"));

    String first = remember(activated(ban(name, "1", "tenant.residence == country.NR")));
    enquiry("NR")
        .then()
        .body("verdict", equalTo("DENY"))
        .body("reasons[0].pack", equalTo(name))
        .body("packs.id", hasItem(name));
    String second = remember(activated(ban(name, "2", "tenant.residence == country.PW")));

    enquiry("NR").then().body("verdict", equalTo("ALLOW")).body("packs.version", hasItem("2"));
    enquiry("PW").then().body("verdict", equalTo("DENY"));
    officer().get("/v1/rule-packs/" + first).then().body("state", equalTo("retired"));
    act(officer(), second, "retire").then().statusCode(202);
    enquiry("PW").then().body("verdict", equalTo("ALLOW")).body("packs.id", not(hasItem(name)));
    assertThat(events(second)).containsExactly("active", "retired");
    assertThat(audited(second))
        .containsExactly(
            "rulePack.upload", "rulePack.approve", "rulePack.active", "rulePack.retired");
  }

  @Test
  void knowsTheSameAfterARestart() {
    remember(activated(ban(freshName(), "1", "tenant.residence == country.KI")));
    String later = uploaded(operator(), "operator", ban(freshName(), "1", "false"));
    remember(later);
    act(officer(), later, "approve").then().statusCode(202);
    schedule(operator(), later, "{\"at\": \"2999-01-01T00:00:00Z\"}").then().statusCode(202);
    active.refresh().await().atMost(WAIT_MAX);

    ActivePacks restarted = new ActivePacks(store, new PackLibrary(store, vertx), database);
    restarted.refresh().await().atMost(WAIT_MAX);

    assertThat(restarted.current().revision()).isEqualTo(active.current().revision());
    assertThat(restarted.current().packs(null, List.of()))
        .isEqualTo(active.current().packs(null, List.of()))
        .hasSizeGreaterThanOrEqualTo(3);
  }

  @Test
  void comesIntoForceAtItsDateByItself() {
    String id = remember(uploaded(operator(), "operator", ban(freshName(), "1", "false")));
    act(officer(), id, "approve").then().statusCode(202);

    Instant soon = Instant.now().plusSeconds(8);
    schedule(operator(), id, "{\"at\": \"" + soon + "\"}").then().statusCode(202);

    await()
        .atMost(WAIT_MAX)
        .untilAsserted(
            () -> officer().get("/v1/rule-packs/" + id).then().body("state", equalTo("active")));
  }

  @Test
  void countsWhatIsScheduledForThePartOfAPeriodAfterItsDate() {
    String id =
        remember(
            uploaded(
                operator(), "operator", ban(freshName(), "1", "tenant.residence == country.FM")));
    act(officer(), id, "approve").then().statusCode(202);
    schedule(operator(), id, "{\"at\": \"2990-01-01T00:00:00Z\"}").then().statusCode(202);

    enquiry("FM").then().body("verdict", equalTo("ALLOW"));
    officer()
        .contentType("application/json")
        .body(
            """
            {"tenant": {"residence": "FM", "ultimateParent": "DE", "endUse": "DE", "listedOn": [],
              "ownedByListedPercent": 0, "ownRules": []},
             "accelerator": "nvidia-h100-sxm",
             "node": {"country": "DE", "stateFunded": false, "authorisations": []},
             "provider": {"residence": "DE", "ultimateParent": "DE", "listedOn": [], "ownedByListedPercent": 0},
             "period": {"start": "2989-12-31T00:00:00Z", "end": "2990-01-02T00:00:00Z"},
             "use": {"mode": "remote", "workload": "training", "dataResidency": "none",
              "usNexus": false}}
            """)
        .post("/v1/decisions")
        .then()
        .statusCode(201)
        .body("verdict", equalTo("DENY"))
        .body("allowedUntil", equalTo("2990-01-01T00:00:00Z"));
  }

  @Test
  void aQuoteInFlightKeepsWhatItWasJudgedBy() throws Exception {
    String name = freshName();
    SeededMarket.tokens();
    try (ExecutorService threads = Executors.newFixedThreadPool(2);
        Locks account = Locks.taking(OUR_ACCOUNT)) {
      Future<Response> quote = threads.submit(PackActivationTest::quote);
      account.awaitWaiting(1);
      String id = approved(ban(name, "1", OURS));
      Future<Response> activation = threads.submit(() -> schedule(operator(), id, "{}"));
      account.awaitWaiting(2);
      account.close();

      quote.get().then().statusCode(201);
      activation.get().then().statusCode(202);
      assertThat(packsOf(quote.get())).doesNotContain(name);
      quote().then().statusCode(422).body("reasons[0].pack", equalTo(name));
      SeededMarket.as("tenant-fr")
          .post("/v1/quotes/" + quote.get().path("id") + "/release")
          .then()
          .statusCode(202);
    }
  }

  @Test
  void aQuoteThatComesWhileAPackIsActivatedIsJudgedByIt() throws Exception {
    String name = freshName();
    String id = approved(ban(name, "1", OURS));
    try (ExecutorService threads = Executors.newFixedThreadPool(2);
        Locks row =
            Locks.taking("select 1 from rule_pack where pack_id = '" + name + "' for update")) {
      Future<Response> activation = threads.submit(() -> schedule(operator(), id, "{}"));
      row.awaitWaiting(1);
      Future<Response> quote = threads.submit(PackActivationTest::quote);
      row.awaitWaiting(2);
      row.close();

      activation.get().then().statusCode(202);
      quote.get().then().statusCode(422).body("reasons[0].pack", equalTo(name));
      assertThat(packsOf(quote.get())).contains(name);
    }
  }

  private static final String OUR_ACCOUNT =
      "select 1 from ledger_account where organization_id ="
          + " (select id from organization where name = 'Atelier Seine SAS') for update";

  /** Nobody but this test books for a tenant from there. */
  private static final String OURS =
      "tenant.endUse == country.FR && tenant.residence == country.FR";

  private static Response quote() {
    return SeededMarket.once("tenant-fr")
        .body(
            """
            {"models": ["nvidia-h100-sxm"], "countries": ["FI"], "accelerators": 1,
             "duration": "PT1H"}
            """)
        .post("/v1/quotes");
  }

  private static List<String> packsOf(Response quoteOrRefusal) {
    return SeededMarket.as("tenant-fr")
        .get("/v1/decisions/" + quoteOrRefusal.path("decisionId"))
        .then()
        .statusCode(200)
        .extract()
        .path("packs.id");
  }

  private String approved(String text) {
    String id = remember(uploaded(operator(), "operator", text));
    act(officer(), id, "approve").then().statusCode(202);
    return id;
  }

  private String remember(String id) {
    mine.add(id);
    return id;
  }

  private static List<String> events(String id) throws SQLException {
    return column(
        "select cast(payload as json) ->> 'change' from outbox_event"
            + " where type = 'policy.packsChanged' and subject = '"
            + id
            + "' order by occurred_at");
  }

  private static List<String> audited(String id) throws SQLException {
    return column("select action from audit_entry where subject = '" + id + "' order by at, id");
  }

  private static List<String> column(String query) throws SQLException {
    List<String> values = new ArrayList<>();
    try (Connection connection = BerthResource.superuser();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        values.add(rows.getString(1));
      }
    }
    return values;
  }
}
