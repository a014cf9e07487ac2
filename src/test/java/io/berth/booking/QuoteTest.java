package io.berth.booking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.berth.platform.Problem;
import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.berth.testing.SeededMarket;
import io.restassured.response.Response;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@BerthTest
class QuoteTest {

  private static final String H200_IN_DE =
      """
      {"models": ["nvidia-h200-sxm"], "countries": ["DE"], "accelerators": %d, "duration": "PT1H"}
      """;

  @Test
  void searchShowsWhatPolicyPermitsAndCountsWhatItHides() {
    SeededMarket.as("tenant")
        .get("/v1/capacity?model=nvidia-h100-sxm")
        .then()
        .statusCode(200)
        .body("items.country", not(hasItem("CN")))
        .body("items.country", not(hasItem("AE")))
        .body("items.verdict", everyItem(is("ALLOW")))
        .body("hidden.find { it.reason?.ruleId == 'us-3a090-d5-node' }.nodes", is(2))
        .body("hidden.find { it.kind == 'notSellable' }.nodes", greaterThan(0));
  }

  @Test
  void searchPagesThroughTheSameRows() {
    List<String> whole =
        SeededMarket.as("tenant")
            .get("/v1/capacity?accelerators=0")
            .then()
            .extract()
            .path("items.offerId");
    List<String> paged = new ArrayList<>();
    String token = null;
    do {
      var request =
          SeededMarket.as("tenant").queryParam("accelerators", 0).queryParam("pageSize", 2);
      if (token != null) {
        request.queryParam("pageToken", token);
      }
      Response page = request.get("/v1/capacity");
      page.then().statusCode(200);
      paged.addAll(page.path("items.offerId"));
      token = page.path("nextPageToken");
    } while (token != null);
    assertThat(paged).isEqualTo(whole).hasSizeGreaterThan(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          model=nvidia-h999            | ?model
          country=Germany              | ?country
          duration=4h                  | ?duration
          start=yesterday              | ?start
          start=2026-11-23T00:00:30Z   | ?start
          duration=PT0S                | ?duration
          end=2099-01-01T00:00:00Z     | ?end
          accelerators=-1              | ?accelerators
          accelerators=many            | ?accelerators
          mode=magic                   | ?mode
          sort=colour                  | ?sort
          colour=red                   | ?colour
          pageSize=0                   | ?pageSize
          pageToken=foreign            | ?pageToken
          provider=org_x               | ?provider
          """)
  void searchNamesTheParameterThatIsWrong(String query, String pointer) {
    SeededMarket.as("tenant")
        .get("/v1/capacity?" + query)
        .then()
        .statusCode(org.hamcrest.Matchers.oneOf(400, 422))
        .contentType(Problem.MEDIA_TYPE)
        .body("errors[0].pointer", is(pointer));
  }

  @Test
  void holdsSlotsAndMoney() {
    long before = reserved("tenant");

    Response quote = SeededMarket.once("tenant").body(H200_IN_DE.formatted(2)).post("/v1/quotes");

    quote
        .then()
        .statusCode(201)
        .body("state", is("open"))
        .body("accelerators", is(2))
        .body("nodes", hasSize(1))
        .body("nodes[0].country", is("DE"))
        .header("Location", equalTo("/v1/quotes/" + quote.path("id")))
        .header("ETag", equalTo("\"0\""));
    long total = Long.parseLong(quote.path("total.amountMicros"));
    assertThat(reserved("tenant") - before).isEqualTo(total);

    SeededMarket.as("tenant")
        .post("/v1/quotes/" + quote.path("id") + "/release")
        .then()
        .statusCode(202)
        .body("state", is("released"));
    assertThat(reserved("tenant")).isEqualTo(before);
  }

  @Test
  void answersARepeatedRequestTheSame() {
    String key = UUID.randomUUID().toString();
    Response first =
        SeededMarket.as("tenant")
            .header("Idempotency-Key", key)
            .body(H200_IN_DE.formatted(1))
            .post("/v1/quotes");
    Response second =
        SeededMarket.as("tenant")
            .header("Idempotency-Key", key)
            .body(H200_IN_DE.formatted(1))
            .post("/v1/quotes");
    Response other =
        SeededMarket.as("tenant")
            .header("Idempotency-Key", key)
            .body(H200_IN_DE.formatted(2))
            .post("/v1/quotes");

    first.then().statusCode(201);
    assertThat(second.statusCode()).isEqualTo(201);
    assertThat(second.asString()).isEqualTo(first.asString());
    assertThat(second.header("Location")).isEqualTo(first.header("Location"));
    other.then().statusCode(422).body("code", is("idempotency-mismatch"));
    release("tenant", first);
  }

  @Test
  void needsAnIdempotencyKey() {
    SeededMarket.as("tenant")
        .body(H200_IN_DE.formatted(1))
        .post("/v1/quotes")
        .then()
        .statusCode(400)
        .body("errors[0].pointer", is("header:Idempotency-Key"));
  }

  @Test
  void explainsARefusal() {
    Response refusal =
        SeededMarket.once("tenant-hk")
            .body(
                """
                {"models": ["nvidia-h200-sxm"], "countries": ["DE"], "accelerators": 1, "duration": "PT1H"}
                """)
            .post("/v1/quotes");

    refusal
        .then()
        .statusCode(422)
        .body("code", is("policy-refused"))
        .body("verdict", is("HOLD_EVIDENCE"))
        .body("reasons.ruleId", hasItem("tenant-parent-unknown"))
        .body("reasons[0].wouldChange", not(empty()));
    SeededMarket.as("tenant-hk")
        .get("/v1/decisions/" + refusal.path("decisionId"))
        .then()
        .statusCode(200)
        .body("verdict", is("HOLD_EVIDENCE"));
  }

  @Test
  void saysWhatStoodInTheWay() {
    SeededMarket.once("tenant")
        .body(H200_IN_DE.formatted(17))
        .post("/v1/quotes")
        .then()
        .statusCode(409)
        .body("code", is("capacity-unavailable"))
        .body("obstacles.kind", hasItem("tooFew"))
        .body("detail", containsString("2 nodes"));
  }

  @Test
  void refusesMoreThanTheAccountHolds() {
    String month =
        """
        {"models": ["%s"], "countries": ["%s"], "accelerators": 16, "duration": "PT720H",
         "use": {"workload": "inference"}}
        """;
    Response first =
        SeededMarket.once("tenant-sg")
            .body(month.formatted("nvidia-b200", "JP"))
            .post("/v1/quotes");
    first.then().statusCode(201);

    Response second =
        SeededMarket.once("tenant-sg")
            .body(month.formatted("nvidia-b200", "US"))
            .post("/v1/quotes");

    second
        .then()
        .statusCode(422)
        .body("code", is("insufficient-funds"))
        .body("needed.currency", is("USD"))
        .body("available.amountMicros", not(empty()));
    release("tenant-sg", first);
    // Nothing of the refused one is left: the same capacity can be had for less time.
    Response third =
        SeededMarket.once("tenant-sg")
            .body(month.formatted("nvidia-b200", "US").replace("PT720H", "PT1H"))
            .post("/v1/quotes");
    third.then().statusCode(201);
    release("tenant-sg", third);
  }

  @Test
  void doesNotShowAnotherTenantsQuote() {
    Response quote = SeededMarket.once("tenant").body(H200_IN_DE.formatted(1)).post("/v1/quotes");
    String id = quote.path("id");

    SeededMarket.as("tenant-fr").get("/v1/quotes/" + id).then().statusCode(404);
    SeededMarket.as("tenant-fr").post("/v1/quotes/" + id + "/release").then().statusCode(404);
    SeededMarket.once("tenant-fr").post("/v1/quotes/" + id + "/confirm").then().statusCode(404);
    SeededMarket.as("tenant-fr").get("/v1/quotes").then().body("items.id", not(hasItem(id)));
    SeededMarket.as("compliance").get("/v1/quotes/" + id).then().statusCode(200);
    release("tenant", quote);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {                                                                    |
          []                                                                   |
          {"duration": "PT1H"}                                                 | /accelerators
          {"accelerators": 0, "duration": "PT1H"}                              | /accelerators
          {"accelerators": "8", "duration": "PT1H"}                            | /accelerators
          {"accelerators": 1.5, "duration": "PT1H"}                            | /accelerators
          {"accelerators": 1, "nodes": 1, "duration": "PT1H"}                  | /accelerators
          {"nodes": 1, "duration": "PT1H"}                                     | /acceleratorsPerNode
          {"accelerators": 1}                                                  | /duration
          {"accelerators": 1, "duration": "1h"}                                | /duration
          {"accelerators": 1, "duration": "PT90S"}                             | /duration
          {"accelerators": 1, "duration": "-PT1H"}                             | /duration
          {"accelerators": 1, "duration": "PT1H", "end": "2026-12-24T00:00:00Z"} | /end
          {"accelerators": 1, "duration": "PT1H", "start": "2020-01-01T00:00:00Z"} | /start
          {"accelerators": 1, "duration": "PT1H", "models": ["h100"]}          | /models/0
          {"accelerators": 1, "duration": "PT1H", "models": [null]}            | /models/0
          {"accelerators": 1, "duration": "PT1H", "countries": ["XX"]}         | /countries/0
          {"accelerators": 1, "duration": "PT1H", "providers": ["org_1"]}      | /providers/0
          {"accelerators": 1, "duration": "PT1H", "offerId": "offer_1"}        | /offerId
          {"accelerators": 1, "duration": "PT1H", "colour": "red"}             | /colour
          {"accelerators": 1, "duration": "PT1H", "use": {"mode": "magic"}}    | /use/mode
          {"accelerators": 1, "duration": "PT1H", "use": {"usNexus": " "}}     | /use/usNexus
          {"accelerators": 1, "duration": "PT1H", "memoryGbMin": " "}          | /memoryGbMin
          {"accelerators": 1, "duration": "PT1H", "pricePerAcceleratorHourMax": {"amountMicros": "٣", "currency": "USD"}} | /pricePerAcceleratorHourMax
          {"accelerators": 1, "duration": "PT1H", "pricePerAcceleratorHourMax": {"amountMicros": "x", "currency": "USD"}} | /pricePerAcceleratorHourMax
          {"accelerators": 1, "duration": "PT1H", "pricePerAcceleratorHourMax": {"amountMicros": "1"}} | /pricePerAcceleratorHourMax/currency
          """)
  void namesTheMemberThatIsWrong(String body, String pointer) {
    SeededMarket.once("tenant")
        .body(body)
        .post("/v1/quotes")
        .then()
        .statusCode(org.hamcrest.Matchers.oneOf(400, 422))
        .contentType(Problem.MEDIA_TYPE)
        .body("errors[0].pointer", is(pointer == null ? "" : pointer))
        .body("errors[0].detail", not(is("")));
  }

  @Test
  void sellsADeviceOnceHoweverManyAsk() throws Exception {
    String body =
        """
        {"models": ["amd-mi300x"], "countries": ["US"], "nodes": 1, "acceleratorsPerNode": 3, "duration": "PT1H"}
        """;
    List<Callable<Response>> clients = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      clients.add(() -> SeededMarket.once("tenant").body(body).post("/v1/quotes"));
    }
    List<Response> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(clients.size())) {
      for (Future<Response> answer : threads.invokeAll(clients)) {
        answers.add(answer.get());
      }
    }

    List<Response> sold = answers.stream().filter(answer -> answer.statusCode() == 201).toList();
    // One node of eight devices has room for two such quotes.
    assertThat(sold).hasSize(2);
    assertThat(answers)
        .filteredOn(answer -> answer.statusCode() != 201)
        .allSatisfy(
            answer -> answer.then().statusCode(409).body("code", is("capacity-unavailable")));
    assertNothingSoldTwice();
    sold.forEach(quote -> release("tenant", quote));
  }

  @Test
  void theDatabaseItselfRefusesAnOverlap() throws SQLException {
    Response quote = SeededMarket.once("tenant").body(H200_IN_DE.formatted(1)).post("/v1/quotes");
    quote.then().statusCode(201);
    try (Connection connection = BerthResource.superuser();
        Statement statement = connection.createStatement()) {
      assertThat(
              org.assertj.core.api.Assertions.catchThrowableOfType(
                      SQLException.class,
                      () ->
                          statement.execute(
                              "insert into allocation (id, quote_id, node_id, slots, period, state, expires_at)"
                                  + " select gen_random_uuid(), quote_id, node_id, slots, period, state, expires_at"
                                  + " from allocation where state = 'HELD' limit 1"))
                  .getSQLState())
          .isEqualTo("23P01");
    }
    release("tenant", quote);
  }

  private static void assertNothingSoldTwice() throws SQLException {
    try (Connection connection = BerthResource.superuser();
        Statement statement = connection.createStatement();
        ResultSet twice =
            statement.executeQuery(
                "select count(*) from allocation a join allocation b on a.node_id = b.node_id"
                    + " and a.id < b.id and a.slots && b.slots and a.period && b.period"
                    + " where a.state in ('HELD', 'LEASED') and b.state in ('HELD', 'LEASED')")) {
      twice.next();
      assertThat(twice.getInt(1)).isZero();
    }
  }

  private static void release(String user, Response quote) {
    SeededMarket.as(user)
        .post("/v1/quotes/" + quote.path("id") + "/release")
        .then()
        .statusCode(202);
  }

  private static long reserved(String user) {
    String micros =
        SeededMarket.as(user)
            .get("/v1/accounts")
            .then()
            .statusCode(200)
            .extract()
            .path("items[0].reserved.amountMicros");
    return Long.parseLong(micros);
  }
}
