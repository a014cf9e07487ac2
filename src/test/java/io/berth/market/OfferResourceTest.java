package io.berth.market;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.startsWith;

import io.berth.identity.Role;
import io.berth.inventory.NodePoolId;
import io.berth.platform.OrganizationId;
import io.berth.platform.Problem;
import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@BerthTest
class OfferResourceTest {

  private static final String MODEL = "nvidia-h100-sxm";
  private static final String UNKNOWN_OFFER = OfferId.fresh().toString();

  private static final Map<String, Object> STORAGE =
      Map.of("cidr", "10.20.0.0/24", "ports", List.of(Map.of("protocol", "tcp", "port", 2049)));

  private OrganizationId provider;
  private NodePoolId pool;

  @BeforeEach
  void layGround() {
    provider = Pools.organization();
    pool = Pools.pool(provider, MODEL);
  }

  @Test
  void draftsAnOfferWithDefaults() {
    post(body())
        .statusCode(201)
        .header("ETag", "\"0\"")
        .header("Location", startsWith("/v1/offers/offer_"))
        .body("state", is("draft"))
        .body("providerId", is(provider.toString()))
        .body("poolId", is(pool.toString()))
        .body("pricePerAcceleratorHour.amountMicros", is("2950000"))
        .body("pricePerAcceleratorHour.currency", is("USD"))
        .body("termMin", is("PT1H"))
        .body("termMax", is("PT720H"))
        .body("acceleratorsMin", is(1))
        .body("acceleratorsMax", is(100000))
        .body("turnaround", is("PT5M"))
        .body("priceBasis", is("quoted"))
        .body("networkExceptions", hasSize(0))
        .body("$", not(hasKey("availableUntil")))
        .body("$", not(hasKey("priceNote")));
  }

  @Test
  void keepsEveryTermAsGiven() {
    Map<String, Object> body = body();
    body.put("termMin", "PT30M");
    body.put("termMax", "P7D");
    body.put("acceleratorsMin", 8);
    body.put("acceleratorsMax", 64);
    body.put("availableFrom", "2027-01-01T00:00:00Z");
    body.put("availableUntil", "2027-06-30T00:00:00Z");
    body.put("turnaround", "PT0S");
    body.put("priceBasis", "observed");
    body.put("priceNote", "List price of 2026-10-01");
    body.put("networkExceptions", List.of(STORAGE));

    String location = post(body).statusCode(201).extract().header("Location");

    as(provider, Role.PROVIDER)
        .get(location)
        .then()
        .statusCode(200)
        .header("ETag", "\"0\"")
        .body("termMin", is("PT30M"))
        .body("termMax", is("PT168H"))
        .body("acceleratorsMin", is(8))
        .body("acceleratorsMax", is(64))
        .body("availableFrom", is("2027-01-01T00:00:00Z"))
        .body("availableUntil", is("2027-06-30T00:00:00Z"))
        .body("turnaround", is("PT0S"))
        .body("priceBasis", is("observed"))
        .body("priceNote", is("List price of 2026-10-01"))
        .body("networkExceptions", contains(STORAGE));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "poolId | null | 400 | /poolId",
        "poolId | 'pool_1' | 400 | /poolId",
        "poolId | 'cluster_agpmn4a4tvyrnd6ag6m7s3tnke' | 400 | /poolId",
        "poolId | 7 | 400 | /poolId",
        "pricePerAcceleratorHour | null | 400 | /pricePerAcceleratorHour",
        "pricePerAcceleratorHour | 2.95 | 400 | /pricePerAcceleratorHour",
        "pricePerAcceleratorHour | {'currency':'USD'} | 400 | /pricePerAcceleratorHour/amountMicros",
        "pricePerAcceleratorHour | {'amountMicros':'1'} | 400 | /pricePerAcceleratorHour/currency",
        "pricePerAcceleratorHour | {'amountMicros':1,'currency':'USD'} | 400 | /pricePerAcceleratorHour/amountMicros",
        "pricePerAcceleratorHour | {'amountMicros':'+1','currency':'USD'} | 400 | /pricePerAcceleratorHour/amountMicros",
        "pricePerAcceleratorHour | {'amountMicros':'1.5','currency':'USD'} | 400 | /pricePerAcceleratorHour/amountMicros",
        "pricePerAcceleratorHour | {'amountMicros':'99999999999999999999','currency':'USD'} | 400 | /pricePerAcceleratorHour/amountMicros",
        "pricePerAcceleratorHour | {'amountMicros':'0','currency':'USD'} | 400 | /pricePerAcceleratorHour/amountMicros",
        "pricePerAcceleratorHour | {'amountMicros':'-1','currency':'USD'} | 400 | /pricePerAcceleratorHour/amountMicros",
        "pricePerAcceleratorHour | {'amountMicros':'1000000000001','currency':'USD'} | 400 | /pricePerAcceleratorHour/amountMicros",
        "pricePerAcceleratorHour | {'amountMicros':'1','currency':'EUR'} | 400 | /pricePerAcceleratorHour/currency",
        "pricePerAcceleratorHour | {'amountMicros':'1','currency':'dollars'} | 400 | /pricePerAcceleratorHour/currency",
        "pricePerAcceleratorHour | {'amountMicros':'1','currency':'USD','per':'hour'} | 400 | /pricePerAcceleratorHour/per",
        "networkExceptions | {} | 400 | /networkExceptions",
        "networkExceptions | [null] | 400 | /networkExceptions/0",
        "networkExceptions | [{'ports':[{'protocol':'tcp','port':1}]}] | 400 | /networkExceptions/0/cidr",
        "networkExceptions | [{'cidr':'10.0.0.0/24'}] | 400 | /networkExceptions/0/ports",
        "networkExceptions | [{'cidr':'10.0.0.0/24','ports':[]}] | 400 | /networkExceptions/0/ports",
        "networkExceptions | [{'cidr':'10.0.0.0/24','ports':[{'protocol':'sctp','port':1}]}] | 400 | /networkExceptions/0/ports/0/protocol",
        "networkExceptions | [{'cidr':'10.0.0.0/24','ports':[{'protocol':'tcp','port':0}]}] | 400 | /networkExceptions/0/ports/0/port",
        "networkExceptions | [{'cidr':'10.0.0.0/24','ports':[{'protocol':'tcp','port':1}],'except':[]}] | 400 | /networkExceptions/0/except",
        "networkExceptions | [{'cidr':'169.254.169.254/32','ports':[{'protocol':'tcp','port':80}]}] | 400 | /networkExceptions/0/cidr",
        "networkExceptions | [{'cidr':'0.0.0.0/0','ports':[{'protocol':'tcp','port':80}]}] | 400 | /networkExceptions/0/cidr",
        "termMin | 'one hour' | 400 | /termMin",
        "termMin | 3600 | 400 | /termMin",
        "termMin | 'PT30S' | 400 | /termMin",
        "termMin | 'PT90S' | 400 | /termMin",
        "termMax | 'P367D' | 400 | /termMax",
        "termMax | 'PT30M' | 422 | /termMin",
        "acceleratorsMin | 0 | 400 | /acceleratorsMin",
        "acceleratorsMin | '1' | 400 | /acceleratorsMin",
        "acceleratorsMin | 1.5 | 400 | /acceleratorsMin",
        "acceleratorsMin | 99999999999 | 400 | /acceleratorsMin",
        "acceleratorsMax | 100001 | 400 | /acceleratorsMax",
        "acceleratorsMax | -8 | 400 | /acceleratorsMax",
        "availableFrom | 'tomorrow' | 400 | /availableFrom",
        "availableFrom | 1767225600 | 400 | /availableFrom",
        "availableUntil | '+999999999-12-31T23:59:59Z' | 400 | /availableUntil",
        "turnaround | 'P8D' | 400 | /turnaround",
        "turnaround | '-PT5M' | 400 | /turnaround",
        "priceBasis | 'QUOTED' | 400 | /priceBasis",
        "priceBasis | 'guessed' | 400 | /priceBasis",
        "priceBasis | 0 | 400 | /priceBasis",
        "priceBasis | 'illustrative' | 422 | /priceNote",
        "priceNote | '' | 400 | /priceNote",
        "priceNote | 'a\\u0000b' | 400 | /priceNote",
        "priceNote | ['a'] | 400 | /priceNote",
        "state | 'published' | 400 | /state",
        "colour | 'green' | 400 | /colour",
      })
  void refusesBadValuesWithAPointer(String field, String value, int status, String pointer) {
    String json = value.replace('\'', '"');
    String others = field.equals("poolId") ? "" : "\"poolId\":\"%s\",".formatted(pool);
    if (!field.equals("pricePerAcceleratorHour")) {
      others += "\"pricePerAcceleratorHour\":{\"amountMicros\":\"1\",\"currency\":\"USD\"},";
    }

    ValidatableResponse answer = post("{%s\"%s\":%s}".formatted(others, field, json));

    refused(answer, status).body("errors.pointer", contains(pointer));
    assertThat(offersOf(pool)).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "7", "null", "{", "{\"poolId\":"})
  void refusesWhatIsNoObject(String body) {
    refused(post(body), 400);
  }

  @Test
  void refusesATooLongNote() {
    Map<String, Object> body = body();
    body.put("priceNote", "x".repeat(501));

    refused(post(body), 400).body("errors.pointer", contains("/priceNote"));
  }

  @Test
  void namesEveryMissingField() {
    refused(post("{}"), 400)
        .body("errors.pointer", contains("/poolId", "/pricePerAcceleratorHour"));
  }

  @Test
  void refusesOtherMediaTypes() {
    as(provider, Role.PROVIDER)
        .contentType("text/plain")
        .body("poolId")
        .post("/v1/offers")
        .then()
        .statusCode(415)
        .contentType(Problem.MEDIA_TYPE);
  }

  @Test
  void refusesAPoolThatIsNotThere() {
    Map<String, Object> body = body();
    body.put("poolId", NodePoolId.fresh().toString());

    refused(post(body), 422).body("errors.pointer", contains("/poolId"));
  }

  @Test
  void refusesSomebodyElsesPoolAsIfItWereNotThere() {
    NodePoolId foreign = Pools.pool(Pools.organization(), MODEL);
    Map<String, Object> body = body();
    body.put("poolId", foreign.toString());

    refused(post(body), 422)
        .body("errors.pointer", contains("/poolId"))
        .body("detail", is("Your organization has no node pool " + foreign + "."));
  }

  @Test
  void refusesSomebodyElsesPoolEvenToOneWhoSeesIt() {
    Map<String, Object> body = body();
    body.put("poolId", Pools.pool(Pools.organization(), MODEL).toString());

    refused(
            as(provider, Role.PROVIDER, Role.OPERATOR)
                .contentType(ContentType.JSON)
                .body(body)
                .post("/v1/offers")
                .then(),
            422)
        .body("errors.pointer", contains("/poolId"));
  }

  @Test
  void refusesAPoolOfUnknownModel() {
    Map<String, Object> body = body();
    body.put("poolId", Pools.pool(provider, null).toString());

    refused(post(body), 422)
        .body("errors.pointer", contains("/poolId"))
        .body("detail", containsString("model is not known"));
  }

  @Test
  void refusesCallersWithoutToken() {
    given().get("/v1/offers").then().statusCode(401).contentType(Problem.MEDIA_TYPE);
    given()
        .contentType(ContentType.JSON)
        .body(body())
        .post("/v1/offers")
        .then()
        .statusCode(401)
        .contentType(Problem.MEDIA_TYPE);
  }

  @ParameterizedTest
  @ValueSource(strings = {Role.TENANT, Role.OPERATOR, Role.COMPLIANCE})
  void letsOnlyProvidersWrite(String role) {
    String offer = drafted();
    RequestSpecification caller = as(provider, role).contentType(ContentType.JSON);

    caller.body(body()).post("/v1/offers").then().statusCode(403);
    as(provider, role)
        .contentType(ContentType.JSON)
        .header("If-Match", "\"0\"")
        .body("{}")
        .patch("/v1/offers/" + offer)
        .then()
        .statusCode(403);
    for (OfferAction action : OfferAction.values()) {
      as(provider, role)
          .post("/v1/offers/" + offer + "/" + action.verb())
          .then()
          .statusCode(403)
          .contentType(Problem.MEDIA_TYPE);
    }
  }

  @Test
  void showsADraftToItsProviderAndToOversightOnly() {
    String offer = drafted();
    OrganizationId other = Pools.organization();

    assertThat(statusOfGet(provider, offer, Role.PROVIDER)).isEqualTo(200);
    assertThat(statusOfGet(other, offer, Role.OPERATOR)).isEqualTo(200);
    assertThat(statusOfGet(other, offer, Role.COMPLIANCE)).isEqualTo(200);
    assertThat(statusOfGet(other, offer, Role.PROVIDER)).isEqualTo(404);
    assertThat(statusOfGet(other, offer, Role.TENANT)).isEqualTo(404);
    assertThat(statusOfGet(provider, offer, Role.TENANT)).isEqualTo(404);
  }

  @Test
  void showsAPublishedOfferToTenantsButNotToOtherProviders() {
    String offer = published();
    OrganizationId other = Pools.organization();

    assertThat(statusOfGet(other, offer, Role.TENANT)).isEqualTo(200);
    assertThat(statusOfGet(other, offer, Role.PROVIDER)).isEqualTo(404);
    assertThat(statusOfGet(other, offer, Role.PROVIDER, Role.TENANT)).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"offer_1", "pool_agpmn4a4tvyrnd6ag6m7s3tnke", "1", "%00"})
  void answersNotFoundForWhatIsNoIdentifier(String id) {
    as(provider, Role.PROVIDER)
        .urlEncodingEnabled(false)
        .get("/v1/offers/" + id)
        .then()
        .statusCode(404)
        .contentType(Problem.MEDIA_TYPE);
  }

  @Test
  void answersNotFoundForSomebodyElsesOfferOnEveryChange() {
    String offer = published();
    for (OrganizationId other : List.of(Pools.organization(), Pools.organization())) {
      String[] roles = {Role.PROVIDER, Role.OPERATOR};
      for (OfferAction action : OfferAction.values()) {
        refused(as(other, roles).post("/v1/offers/" + offer + "/" + action.verb()).then(), 404);
      }
      refused(
          as(other, roles)
              .contentType(ContentType.JSON)
              .header("If-Match", "*")
              .body("{}")
              .patch("/v1/offers/" + offer)
              .then(),
          404);
    }
    get(offer).body("state", is("published")).header("ETag", "\"1\"");
  }

  @Test
  void answersNotFoundForAnOfferThatIsNotThere() {
    refused(as(provider, Role.PROVIDER).get("/v1/offers/" + UNKNOWN_OFFER).then(), 404);
    refused(act(UNKNOWN_OFFER, "publish"), 404);
    refused(patch(UNKNOWN_OFFER, "\"0\"", "{}"), 404);
  }

  @Test
  void listsItsOwnOffersInEveryStateToAProvider() {
    String draft = drafted();
    String published = published();
    Pools.organization();

    as(provider, Role.PROVIDER)
        .get("/v1/offers")
        .then()
        .statusCode(200)
        .body("items.id", contains(draft, published))
        .body("$", not(hasKey("nextPageToken")));
  }

  @Test
  void listsPublishedOffersOnlyToATenant() {
    String draft = drafted();
    String published = published();
    OrganizationId tenant = Pools.organization();

    for (OrganizationId caller : List.of(tenant, provider)) {
      as(caller, Role.TENANT)
          .queryParam("pool", pool.toString())
          .get("/v1/offers")
          .then()
          .statusCode(200)
          .body("items.id", contains(published))
          .body("items.id", not(hasItem(draft)));
      as(caller, Role.TENANT)
          .queryParam("pool", pool.toString())
          .queryParam("state", "draft")
          .get("/v1/offers")
          .then()
          .statusCode(200)
          .body("items", hasSize(0));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {Role.OPERATOR, Role.COMPLIANCE})
  void listsEveryOfferToOversight(String role) {
    String draft = drafted();
    String published = published();

    as(Pools.organization(), role)
        .queryParam("pool", pool.toString())
        .get("/v1/offers")
        .then()
        .statusCode(200)
        .body("items.id", contains(draft, published));
  }

  @Test
  void filtersByStateAndPool() {
    String draft = drafted();
    String published = published();
    NodePoolId secondPool = Pools.pool(provider, MODEL);
    Map<String, Object> body = body();
    body.put("poolId", secondPool.toString());
    String second = post(body).statusCode(201).extract().path("id");

    assertThat(idsOfList(Map.of("state", "draft"))).containsExactly(draft, second);
    assertThat(idsOfList(Map.of("state", "published"))).containsExactly(published);
    assertThat(idsOfList(Map.of("pool", secondPool.toString()))).containsExactly(second);
    assertThat(idsOfList(Map.of("pool", secondPool.toString(), "state", "published"))).isEmpty();
  }

  @Test
  void pagesThroughTheListWithoutLossOrRepetition() {
    List<String> made = List.of(drafted(), drafted(), drafted(), drafted(), drafted());

    List<String> seen = new ArrayList<>();
    String token = null;
    do {
      RequestSpecification request = as(provider, Role.PROVIDER).queryParam("pageSize", 2);
      if (token != null) {
        request.queryParam("pageToken", token);
      }
      Response page = request.get("/v1/offers");
      assertThat(page.statusCode()).isEqualTo(200);
      List<String> ids = page.path("items.id");
      assertThat(ids).hasSizeBetween(1, 2);
      seen.addAll(ids);
      token = page.path("nextPageToken");
    } while (token != null);

    assertThat(seen).containsExactlyElementsOf(made);
  }

  @ParameterizedTest
  @CsvSource({
    "state,live",
    "state,DRAFT",
    "pool,pool_1",
    "pool,offer_agpmn4a4tvyrnd6ag6m7s3tnke",
    "pageSize,0",
    "pageSize,201",
    "pageSize,many",
    "pageToken,abc",
    "model,nvidia-h100-sxm"
  })
  void refusesBadQueryParameters(String name, String value) {
    refused(as(provider, Role.PROVIDER).queryParam(name, value).get("/v1/offers").then(), 400)
        .body("errors.pointer", contains("?" + name));
  }

  @Test
  void refusesAPageTokenOfAnotherFilter() {
    drafted();
    drafted();
    String token =
        as(provider, Role.PROVIDER)
            .queryParam("pageSize", 1)
            .get("/v1/offers")
            .then()
            .body("nextPageToken", notNullValue())
            .extract()
            .path("nextPageToken");

    refused(
            as(provider, Role.PROVIDER)
                .queryParam("state", "draft")
                .queryParam("pageToken", token)
                .get("/v1/offers")
                .then(),
            400)
        .body("errors.pointer", contains("?pageToken"));
  }

  @Test
  void goesThroughItsLife() {
    String offer = drafted();

    act(offer, "publish").statusCode(202).header("ETag", "\"1\"").body("state", is("published"));
    act(offer, "pause").statusCode(202).header("ETag", "\"2\"").body("state", is("paused"));
    act(offer, "publish").statusCode(202).header("ETag", "\"3\"").body("state", is("published"));
    act(offer, "retire").statusCode(202).header("ETag", "\"4\"").body("state", is("retired"));

    get(offer).statusCode(200).header("ETag", "\"4\"").body("state", is("retired"));
    assertThat(events(offer))
        .containsExactly("offer.published", "offer.paused", "offer.published", "offer.retired");
    assertThat(actions(offer))
        .containsExactly(
            "offer.draft", "offer.publish", "offer.pause", "offer.publish", "offer.retire");
  }

  @ParameterizedTest
  @CsvSource({
    "DRAFT,PAUSE",
    "PUBLISHED,PUBLISH",
    "PAUSED,PAUSE",
    "RETIRED,PUBLISH",
    "RETIRED,PAUSE",
    "RETIRED,RETIRE"
  })
  void refusesIllegalTransitionsNamingTheState(OfferState state, OfferAction action) {
    String offer = inState(state);
    List<String> eventsBefore = events(offer);

    refused(act(offer, action.verb()), 409)
        .body("code", is("conflict"))
        .body("detail", startsWith("The offer is " + state.wire()));

    get(offer).body("state", is(state.wire()));
    assertThat(events(offer)).isEqualTo(eventsBefore);
  }

  @Test
  void refusesToPublishWhatIsOver() {
    Map<String, Object> body = body();
    body.put("availableUntil", "2026-01-01T00:00:00Z");
    String offer = post(body).statusCode(201).extract().path("id");

    refused(act(offer, "publish"), 409).body("detail", containsString("availableUntil"));
  }

  @Test
  void refusesASecondPublishedOfferOfAPool() {
    String second = drafted();
    String first = published();

    refused(act(second, "publish"), 409)
        .body("detail", startsWith("The offer " + first + " of the same pool is published"));

    act(first, "pause").statusCode(202);
    act(second, "publish").statusCode(202);
    refused(act(first, "publish"), 409);
  }

  @Test
  void publishesOneOfTwoOffersThatRaceForAPool() throws Exception {
    for (int round = 0; round < 10; round++) {
      NodePoolId contested = Pools.pool(provider, MODEL);
      Map<String, Object> body = body();
      body.put("poolId", contested.toString());
      String first = post(body).statusCode(201).extract().path("id");
      String second = post(body).statusCode(201).extract().path("id");

      List<Integer> statuses =
          together(
              () -> act(first, "publish").extract().statusCode(),
              () -> act(second, "publish").extract().statusCode());

      assertThat(statuses).containsExactlyInAnyOrder(202, 409);
      assertThat(
              Pools.count(
                  "select count(*) from offer where pool_id = ? and state = 'PUBLISHED'",
                  contested.value()))
          .isEqualTo(1);
      assertThat(events(first).size() + events(second).size()).isEqualTo(1);
    }
  }

  @Test
  void publishesAnOfferOnceWhenTwoRace() throws Exception {
    for (int round = 0; round < 10; round++) {
      pool = Pools.pool(provider, MODEL);
      String offer = drafted();

      List<Integer> statuses =
          together(
              () -> act(offer, "publish").extract().statusCode(),
              () -> act(offer, "publish").extract().statusCode());

      assertThat(statuses).containsExactlyInAnyOrder(202, 409);
      assertThat(events(offer)).containsExactly("offer.published");
    }
  }

  @Test
  void losesNoChangeWhenTwoRace() throws Exception {
    for (int round = 0; round < 10; round++) {
      String offer = drafted();

      List<Integer> statuses =
          together(
              () -> patch(offer, "\"0\"", "{\"acceleratorsMax\":8}").extract().statusCode(),
              () -> patch(offer, "\"0\"", "{\"acceleratorsMax\":16}").extract().statusCode());

      assertThat(statuses).containsExactlyInAnyOrder(200, 412);
      get(offer).header("ETag", "\"1\"");
    }
  }

  @Test
  void changesWhatThePatchNamesAndNothingElse() {
    Map<String, Object> body = body();
    body.put("availableUntil", "2027-06-30T00:00:00Z");
    body.put("acceleratorsMax", 64);
    String offer = post(body).statusCode(201).extract().path("id");

    patch(offer, "\"0\"", "{\"pricePerAcceleratorHour\":{\"amountMicros\":\"2790000\"}}")
        .statusCode(200)
        .header("ETag", "\"1\"")
        .body("pricePerAcceleratorHour.amountMicros", is("2790000"))
        .body("pricePerAcceleratorHour.currency", is("USD"))
        .body("availableUntil", is("2027-06-30T00:00:00Z"))
        .body("acceleratorsMax", is(64))
        .body("state", is("draft"));
    assertThat(events(offer)).containsExactly("offer.changed");
    assertThat(actions(offer)).containsExactly("offer.draft", "offer.change");
  }

  @Test
  void takesAwayWhatThePatchSetsToNull() {
    Map<String, Object> body = body();
    body.put("availableUntil", "2027-06-30T00:00:00Z");
    body.put("turnaround", "PT1H");
    String offer = post(body).statusCode(201).extract().path("id");

    patch(offer, "\"0\"", "{\"availableUntil\":null,\"turnaround\":null}")
        .statusCode(200)
        .body("$", not(hasKey("availableUntil")))
        .body("turnaround", is("PT5M"));
  }

  @Test
  void leavesTheVersionWhereNothingChanges() {
    String offer = drafted();

    patch(offer, "\"0\"", "{\"priceBasis\":\"quoted\"}").statusCode(200).header("ETag", "\"0\"");

    assertThat(events(offer)).isEmpty();
  }

  @Test
  void wantsIfMatchOnChanges() {
    String offer = drafted();

    refused(patch(offer, null, "{\"acceleratorsMax\":8}"), 428)
        .body("errors.pointer", contains("header:If-Match"));
    refused(patch(offer, "\"7\"", "{\"acceleratorsMax\":8}"), 412);

    get(offer).header("ETag", "\"0\"").body("acceleratorsMax", is(100000));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'pricePerAcceleratorHour':null} | 400 | /pricePerAcceleratorHour",
        "{'pricePerAcceleratorHour':{'currency':'EUR'}} | 400 | /pricePerAcceleratorHour/currency",
        "{'pricePerAcceleratorHour':{'amountMicros':null}} | 400 | /pricePerAcceleratorHour/amountMicros",
        "{'termMin':'P31D'} | 422 | /termMin",
        "{'termMax':7} | 400 | /termMax",
        "{'acceleratorsMin':0} | 400 | /acceleratorsMin",
        "{'availableFrom':'2027-01-02T00:00:00Z','availableUntil':'2027-01-01T00:00:00Z'} | 422 | /availableUntil",
        "{'priceBasis':'observed'} | 422 | /priceNote",
        "{'priceNote':' '} | 400 | /priceNote",
        "{'poolId':'pool_agpmn4a4tvyrnd6ag6m7s3tnke'} | 400 | /poolId",
        "{'poolId':null} | 400 | /poolId",
        "{'state':'published'} | 400 | /state",
      })
  void refusesBadPatchesWithAPointer(String patch, int status, String pointer) {
    String offer = drafted();

    refused(patch(offer, "\"0\"", patch.replace('\'', '"')), status)
        .body("errors.pointer", contains(pointer));

    get(offer).header("ETag", "\"0\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "7", "null", "{"})
  void refusesPatchesThatAreNoObject(String patch) {
    refused(patch(drafted(), "\"0\"", patch), 400);
  }

  @Test
  void refusesChangesOfARetiredOffer() {
    String offer = inState(OfferState.RETIRED);

    refused(patch(offer, "\"1\"", "{\"acceleratorsMax\":8}"), 409)
        .body("detail", containsString("retired"));
  }

  @Test
  void refusesToLetAPublishedOfferBeOver() {
    String offer = published();

    refused(patch(offer, "\"1\"", "{\"availableUntil\":\"2026-01-01T00:00:00Z\"}"), 422)
        .body("errors.pointer", contains("/availableUntil"));

    get(offer).header("ETag", "\"1\"");
  }

  private Map<String, Object> body() {
    Map<String, Object> body = new HashMap<>();
    body.put("poolId", pool.toString());
    body.put("pricePerAcceleratorHour", Map.of("amountMicros", "2950000", "currency", "USD"));
    return body;
  }

  private String drafted() {
    return post(body()).statusCode(201).extract().path("id");
  }

  private String published() {
    String offer = drafted();
    act(offer, "publish").statusCode(202);
    return offer;
  }

  private String inState(OfferState state) {
    return switch (state) {
      case DRAFT -> drafted();
      case PUBLISHED -> published();
      case PAUSED -> {
        String offer = published();
        act(offer, "pause").statusCode(202);
        yield offer;
      }
      case RETIRED -> {
        String offer = drafted();
        act(offer, "retire").statusCode(202);
        yield offer;
      }
    };
  }

  private ValidatableResponse post(Object body) {
    return as(provider, Role.PROVIDER)
        .contentType(ContentType.JSON)
        .body(body)
        .post("/v1/offers")
        .then();
  }

  private ValidatableResponse get(String offer) {
    return as(provider, Role.PROVIDER).get("/v1/offers/" + offer).then();
  }

  private ValidatableResponse act(String offer, String verb) {
    return as(provider, Role.PROVIDER).post("/v1/offers/" + offer + "/" + verb).then();
  }

  private ValidatableResponse patch(String offer, String ifMatch, String patch) {
    RequestSpecification request =
        as(provider, Role.PROVIDER).contentType(ContentType.JSON).body(patch);
    if (ifMatch != null) {
      request.header("If-Match", ifMatch);
    }
    return request.patch("/v1/offers/" + offer).then();
  }

  private List<String> idsOfList(Map<String, String> filters) {
    return as(provider, Role.PROVIDER)
        .queryParams(filters)
        .get("/v1/offers")
        .then()
        .statusCode(200)
        .extract()
        .path("items.id");
  }

  private static int statusOfGet(OrganizationId caller, String offer, String... roles) {
    return as(caller, roles).get("/v1/offers/" + offer).statusCode();
  }

  private static RequestSpecification as(OrganizationId caller, String... roles) {
    return given().auth().oauth2(BerthResource.token(caller, roles));
  }

  private static ValidatableResponse refused(ValidatableResponse answer, int status) {
    return answer
        .statusCode(status)
        .contentType(Problem.MEDIA_TYPE)
        .body("status", is(status))
        // No class of ours or of a library; a field has "Exceptions" in its name.
        .body("detail", not(matchesPattern("(?s).*Exception\\b.*")));
  }

  private static long offersOf(NodePoolId pool) {
    return Pools.count("select count(*) from offer where pool_id = ?", pool.value());
  }

  private static List<String> events(String offer) {
    return Pools.texts("select type from outbox_event where subject = ? order by id", offer);
  }

  private static List<String> actions(String offer) {
    return Pools.texts("select action from audit_entry where subject = ? order by id", offer);
  }

  /** Runs both at the same moment, each in a thread of its own. */
  private static List<Integer> together(Callable<Integer> one, Callable<Integer> other)
      throws Exception {
    CyclicBarrier start = new CyclicBarrier(2);
    try (var threads = Executors.newFixedThreadPool(2)) {
      List<Future<Integer>> answers = new ArrayList<>();
      for (Callable<Integer> work : List.of(one, other)) {
        answers.add(
            threads.submit(() -> {
              start.await();
              return work.call();
            }));
      }
      return List.of(answers.get(0).get(), answers.get(1).get());
    }
  }
}
