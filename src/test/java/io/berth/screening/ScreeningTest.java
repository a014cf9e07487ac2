package io.berth.screening;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.berth.identity.Role;
import io.berth.platform.OrganizationId;
import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * From a list's file to a verdict, through officers' hands. Apart from the others, since each list
 * has every organization screened that is there.
 */
@BerthTest
@TestProfile(ScreeningTest.Apart.class)
class ScreeningTest {

  /** A service and a database of its own. */
  public static final class Apart implements QuarkusTestProfile {}

  private static final OrganizationId AUTHORITY = OrganizationId.fresh();
  private static final Duration WAIT_MAX = Duration.ofSeconds(60);
  private static final int HITS_MAX = 50;
  private static final String CLEAR_NAME = "Sonnenblick Rechenhaus GmbH";
  private static final String LISTED_NAME = "Quelbrunn Photonik Institute";

  private static final String ORGANIZATION =
      """
      {"name": "%s", "facts": {"residenceCountry": "DE", "ultimateParentCountry": "DE",
       "endUseCountry": "DE", "owners": [%s], "ownersComplete": true,
       "profile": {"mode": "remote", "workload": "inference", "dataResidency": "none", "usNexus": false}}}
      """;

  private static final String OWNER = "{\"name\": \"%s\", \"country\": \"DE\", \"percent\": %d}";

  private static final String ENQUIRY =
      """
      {"accelerator": "nvidia-h100-sxm",
       "node": {"country": "DE", "stateFunded": false, "authorisations": []},
       "provider": {"residence": "DE", "ultimateParent": "DE", "listedOn": [], "ownedByListedPercent": 0},
       "period": {"start": "2026-11-30T00:00:00Z", "duration": "PT24H"}}
      """;

  /** Others must find no list: it would clear, or hold, whom they made. */
  @AfterEach
  void takeTheListsAway() throws SQLException {
    awaitQueueEmpty();
    execute("delete from screening_entry");
    execute("update screening_import set state = 'RETIRED' where state = 'ACTIVE'");
    execute("update screening_revision set revision = revision + 1");
    execute(
        "update organization set screening_state = 'NOT_SCREENED', screening_at = null,"
            + " screening_lists_hash = null where screening_state <> 'NOT_SCREENED'"
            + " or screening_at is not null");
  }

  @Test
  void clearsWhomNoListNames() throws SQLException {
    OrganizationId tenant = enter(CLEAR_NAME, OWNER.formatted("Familie Sonnenblick", 100));
    enquire(tenant).body("verdict", equalTo("HOLD_EVIDENCE"));

    importFile("us-csl", Lists.bytes("csl.json")).statusCode(201);
    importFile("eu-fsf", Lists.bytes("eu-fsf.xml")).statusCode(201);
    importFile("un-sc", Lists.bytes("un-sc.xml")).statusCode(201);
    awaitQueueEmpty();
    organization(tenant).body("screening.state", equalTo("notScreened"));
    importFile("uk-sl", Lists.bytes("uk-sl.csv")).statusCode(201);

    awaitState(tenant, "clear");
    String listsHash =
        officer("one")
            .get("/v1/screening/lists")
            .then()
            .statusCode(200)
            .body("complete", equalTo(true))
            .body("parties", equalTo(13))
            .body("items.find { it.list == 'un-sc' }.asOf", equalTo("2026-11-17"))
            .body("items.find { it.list == 'us-sdn' }.importId", nullValue())
            .extract()
            .path("listsHash");
    organization(tenant)
        .body("screening.listsHash", equalTo(listsHash))
        .body("screening.at", notNullValue());
    // Its name is on no list, but whether that is its name nobody has seen to.
    enquire(tenant).body("verdict", equalTo("HOLD_EVIDENCE"));
    verify(tenant);
    enquire(tenant)
        .body("verdict", equalTo("ALLOW"))
        .body("facts.tenant.listedOn", hasSize(0))
        .body("facts.tenant.ownedByListedPercent.max", equalTo(0));
  }

  @Test
  void anotherPartyIsSetAsideByTwoOfficersUntilFactsChange() throws SQLException {
    importAll();
    OrganizationId tenant = enter(LISTED_NAME, OWNER.formatted("Familie Sonnenblick", 100));

    awaitState(tenant, "hit");
    enquire(tenant)
        .body("verdict", equalTo("HOLD_EVIDENCE"))
        .body("reasons.missingFacts.flatten()", hasItem("tenant.listedOn"));
    String caseId = openCase(tenant);
    officer("one")
        .get("/v1/review-cases/" + caseId)
        .then()
        .body("kind", equalTo("screening"))
        .body("reason", equalTo("EL/1a7e5b0a4c"))
        .body("detail.hit.entry", equalTo("EL/1a7e5b0a4c"))
        .body("detail.hit.parts[0].detail", containsString("quelbrunn ~ quellbrunn"))
        .body("detail.toApprove", containsString("Another party"));
    as("member", tenant, Role.TENANT)
        .get("/v1/review-cases/" + caseId)
        .then()
        .body("detail", nullValue());

    approve(caseId);

    awaitState(tenant, "clear");
    verify(tenant);
    enquire(tenant).body("verdict", equalTo("ALLOW"));
    matches(tenant, "anotherParty").body("items", hasSize(1));

    // The same name with another seat is another question.
    change(tenant, "{\"facts\": {\"residenceCountry\": \"CN\"}}");
    awaitState(tenant, "hit");
    assertThat(openCase(tenant)).isNotEqualTo(caseId);
  }

  @Test
  void theSamePartyIsListedByOneOfficer() throws SQLException {
    importAll();
    OrganizationId tenant = enter(LISTED_NAME, OWNER.formatted("Familie Sonnenblick", 100));
    awaitState(tenant, "hit");

    refuse(openCase(tenant));

    awaitState(tenant, "listed");
    organization(tenant).body("facts.listings", contains("EL"));
    enquire(tenant)
        .body("verdict", equalTo("DENY"))
        .body("reasons.ruleId", hasItem("entity-list"))
        .body("facts.tenant.listedOn", contains("EL"));
    matches(tenant, "sameParty").body("items", hasSize(1));
    assertThat(strings("select action from audit_entry where subject = ? order by at, id", tenant))
        .contains("organization.screen", "organization.changeFacts");
  }

  @Test
  void aListedOwnerCountsByWhatItHolds() throws SQLException {
    importAll();
    OrganizationId tenant =
        enter(
            CLEAR_NAME,
            OWNER.formatted("Zelmora Trading House", 60)
                + ","
                + OWNER.formatted("Familie Sonnenblick", 40));
    awaitState(tenant, "hit");
    matches(tenant, "open")
        .body("items.owner", contains("Zelmora Trading House"))
        .body("items.hit.entry", contains("SDN/990001"));

    refuse(openCase(tenant));

    await()
        .atMost(WAIT_MAX)
        .untilAsserted(() ->
            organization(tenant)
                .body("facts.owners[0].listed", equalTo(true))
                .body("facts.owners[0].listings", contains("SDN"))
                .body("screening.state", equalTo("clear")));
    enquire(tenant)
        .body("verdict", equalTo("DENY"))
        .body("facts.tenant.ownedByListedPercent.min", equalTo(60))
        .body("facts.tenant.ownedByListedPercent.max", equalTo(60))
        .body("facts.tenant.ownedBySdnPercent.min", equalTo(60))
        .body("reasons.ruleId", hasItem("us-sdn-owned"));

    // Its own word does not take away what officers found.
    change(
        tenant,
        "{\"facts\": {\"owners\": [{\"name\": \"Zelmora Trading House\", \"country\": \"DE\","
            + " \"percent\": 60, \"listed\": false}]}}");
    await()
        .atMost(WAIT_MAX)
        .untilAsserted(() ->
            organization(tenant)
                .body("facts.owners[0].listed", equalTo(true))
                .body("facts.owners[0].listings", contains("SDN"))
                .body("screening.state", equalTo("clear")));
    awaitQueueEmpty();
    enquire(tenant).body("facts.tenant.ownedBySdnPercent.min", equalTo(60));
  }

  @Test
  void aListThatChangesAsksAnewAndForgetsWhatIsGone() throws SQLException {
    importAll();
    OrganizationId tenant = enter(LISTED_NAME, OWNER.formatted("Familie Sonnenblick", 100));
    awaitState(tenant, "hit");
    String first = openCase(tenant);

    byte[] changed =
        Lists.text("csl.json").replace("QPI", "QPI Group").getBytes(StandardCharsets.UTF_8);
    importFile("us-csl", changed).statusCode(201);

    await().atMost(WAIT_MAX).untilAsserted(() -> assertThat(openCase(tenant)).isNotEqualTo(first));
    matches(tenant, "gone").body("items.caseId", contains(first));
    officer("one")
        .get("/v1/review-cases/" + first)
        .then()
        .body("state", equalTo("withdrawn"))
        .body("decision.by", equalTo("system:screening"));

    byte[] without =
        Lists.text("csl.json")
            .replace("Quellbrunn Photonik Institute", "Somebody Else Entirely")
            .replace("Institut für Photonik Quellbrunn", "Jemand Ganz Anderes")
            .getBytes(StandardCharsets.UTF_8);
    importFile("us-csl", without).statusCode(201);
    awaitState(tenant, "clear");
  }

  @Test
  void clearsNobodyWhileThereAreHitsThatNobodyWasAskedAbout() throws SQLException {
    importAll();
    StringBuilder entries = new StringBuilder("\"results\": [");
    for (int i = 0; i < HITS_MAX; i++) {
      entries.append(
          "{\"id\": \"same%d\", \"source\": \"Entity List (EL) - Bureau\", \"name\": \"%s\"},"
              .formatted(i, "Quellbrunn Photonik Institute"));
    }
    String many = Lists.text("csl.json").replace("\"results\": [", entries);
    importFile("us-csl", many.getBytes(StandardCharsets.UTF_8)).statusCode(201);
    OrganizationId tenant = enter(LISTED_NAME, OWNER.formatted("Familie Sonnenblick", 100));
    awaitState(tenant, "hit");
    matches(tenant, "open").body("items", hasSize(HITS_MAX));

    setAside(tenant);

    await().atMost(WAIT_MAX).untilAsserted(() -> matches(tenant, "open").body("items", hasSize(1)));
    organization(tenant).body("screening.state", equalTo("hit"));
    matches(tenant, "anotherParty").body("items", hasSize(HITS_MAX));
    setAside(tenant);
    awaitState(tenant, "clear");
    matches(tenant, "anotherParty").body("items", hasSize(HITS_MAX + 1));
  }

  /** As if officers had set aside every open match, which takes two requests for each. */
  private static void setAside(OrganizationId tenant) throws SQLException {
    awaitQueueEmpty();
    execute(
        "update screening_match set state = 'ANOTHER_PARTY' where state = 'OPEN'"
            + " and organization_id = '"
            + tenant.value()
            + "'");
    execute(
        "insert into screening_task (organization_id, wish, attempts, next_attempt_at) values ('"
            + tenant.value()
            + "', 1, 0, now())");
  }

  @Test
  void goesOnWithWhatAReplicaDiedOver() throws SQLException {
    importAll();
    awaitQueueEmpty();
    OrganizationId tenant = enter(LISTED_NAME, OWNER.formatted("Familie Sonnenblick", 100));
    awaitState(tenant, "hit");
    awaitQueueEmpty();
    String caseId = openCase(tenant);

    // As a replica leaves it that is killed in the middle: claimed, nothing written, time passed.
    execute(
        "update organization set screening_state = 'NOT_SCREENED', screening_at = null,"
            + " screening_lists_hash = null where id = '"
            + tenant.value()
            + "'");
    execute(
        "insert into screening_task (organization_id, wish, attempts, next_attempt_at) values ('"
            + tenant.value()
            + "', 1, 1, now() - interval '1 second')");

    awaitState(tenant, "hit");
    assertThat(openCase(tenant)).as("no second case").isEqualTo(caseId);
  }

  @Test
  void importsTheSameFileOnce() {
    String first =
        importFile("un-sc", Lists.bytes("un-sc.xml")).statusCode(201).extract().path("id");
    String again =
        importFile("un-sc", Lists.bytes("un-sc.xml")).statusCode(201).extract().path("id");

    assertThat(again).isEqualTo(first);
  }

  @Test
  void wantsForceWhereMuchOfTheListIsMissing() {
    importFile("us-sdn", Lists.sdnArchive()).statusCode(201).body("entries", equalTo(3));

    importFile("us-sdn", Lists.bytes("sdn-advanced.xml"))
        .statusCode(409)
        .body("dropped", equalTo(1))
        .body("before", equalTo(3));

    officer("one")
        .contentType("application/octet-stream")
        .body(Lists.bytes("sdn-advanced.xml"))
        .post("/v1/screening/lists/us-sdn/imports?force=true")
        .then()
        .statusCode(201)
        .body("entries", equalTo(2))
        .body("asOf", equalTo("2026-11-18"));
    officer("one")
        .get("/v1/screening/lists/us-sdn/imports?pageSize=200")
        .then()
        .body("items.state", hasItem("retired"))
        .body("items[-1].state", equalTo("active"));
  }

  @Test
  void refusesABrokenFileWholeWithThePlace() {
    importFile("un-sc", Lists.bytes("un-sc.xml")).statusCode(201);
    String broken = Lists.text("un-sc.xml").replace("</ENTITIES>", "");

    importFile("un-sc", broken.getBytes(StandardCharsets.UTF_8))
        .statusCode(422)
        .body("code", equalTo("unprocessable"))
        .body("errors[0].line", greaterThan(30))
        .body("errors[0].column", greaterThan(0));
    importFile("un-sc", Lists.bytes("eu-fsf.xml")).statusCode(422);
    importFile("eu-fsf", new byte[0]).statusCode(anyRefusal());

    officer("one")
        .get("/v1/screening/lists")
        .then()
        .body("items.find { it.list == 'un-sc' }.entries", equalTo(2));
  }

  @Test
  void takesFilesThatAreLargerThanOtherBodies() {
    String padded =
        Lists.text("un-sc.xml")
            .replace(
                "<ENTITIES>", ("<!-- " + "x".repeat(90) + " -->\n").repeat(30_000) + "<ENTITIES>");

    importFile("un-sc", padded.getBytes(StandardCharsets.UTF_8)).statusCode(201);
    officer("one")
        .body("{\"url\": \"https://a.example/" + "x".repeat(2_000_000) + "\"}")
        .post("/v1/screening/lists/un-sc/downloads")
        .then()
        .statusCode(413);
  }

  @Test
  void letsOnlyComplianceOfficersImportAndSearch() {
    for (String role : List.of(Role.TENANT, Role.PROVIDER, Role.OPERATOR)) {
      as("somebody", AUTHORITY, role)
          .contentType("application/octet-stream")
          .body(Lists.bytes("un-sc.xml"))
          .post("/v1/screening/lists/un-sc/imports")
          .then()
          .statusCode(403);
      as("somebody", AUTHORITY, role)
          .body("{\"name\": \"Anybody\"}")
          .post("/v1/screening/searches")
          .then()
          .statusCode(403);
    }
    as("somebody", AUTHORITY, Role.TENANT).get("/v1/screening/lists").then().statusCode(403);
    as("somebody", AUTHORITY, Role.TENANT).get("/v1/screening/matches").then().statusCode(403);
  }

  @Test
  void looksSomebodyUpWithoutKeepingAnything() {
    importFile("us-csl", Lists.bytes("csl.json")).statusCode(201);

    officer("one")
        .body("{\"name\": \"Hypothetika Sensor Group Ltd\", \"countries\": [\"CN\"]}")
        .post("/v1/screening/searches")
        .then()
        .statusCode(200)
        .body("items.entry", contains("CSL/CMIC:9001"))
        .body("items[0].party.programmes", hasSize(1))
        .body("listsHash", not(nullValue()));
  }

  @Test
  void tellsWhatBecameOfADownloadThatCannotBeMade() {
    String location =
        officer("one")
            .body("{\"url\": \"https://localhost:1/consolidated.xml?token=a\"}")
            .post("/v1/screening/lists/un-sc/downloads")
            .then()
            .statusCode(202)
            .body("state", equalTo("queued"))
            .extract()
            .header("Location");
    officer("one").get(location).then().statusCode(200).body("list", equalTo("un-sc"));
    for (String address :
        List.of("http://a.example/x", "https://user@a.example/x", "ftp://a", "%")) {
      officer("one")
          .body(Map.of("url", address))
          .post("/v1/screening/lists/un-sc/downloads")
          .then()
          .statusCode(422)
          .body("errors.pointer", contains("/url"));
    }
  }

  private static org.hamcrest.Matcher<Integer> anyRefusal() {
    return org.hamcrest.Matchers.oneOf(400, 422);
  }

  private static void importAll() throws SQLException {
    importFile("us-csl", Lists.bytes("csl.json")).statusCode(201);
    importFile("eu-fsf", Lists.bytes("eu-fsf.xml")).statusCode(201);
    importFile("un-sc", Lists.bytes("un-sc.xml")).statusCode(201);
    importFile("uk-sl", Lists.bytes("uk-sl.csv")).statusCode(201);
  }

  private static ValidatableResponse importFile(String list, byte[] file) {
    return officer("one")
        .contentType("application/octet-stream")
        .body(file)
        .post("/v1/screening/lists/" + list + "/imports")
        .then();
  }

  private static OrganizationId enter(String name, String owners) {
    return OrganizationId.fromString(
        as("operator", AUTHORITY, Role.OPERATOR)
            .body(ORGANIZATION.formatted(name, owners))
            .post("/v1/organizations")
            .then()
            .statusCode(201)
            .extract()
            .path("id"));
  }

  private static void verify(OrganizationId organization) {
    officer("one")
        .header("If-Match", "*")
        .body(
            """
            {"reason": "Seen.", "evidence": [{"kind": "register-extract", "reference": "test"}]}
            """)
        .post("/v1/organizations/" + organization + "/verify")
        .then()
        .statusCode(202);
  }

  private static void change(OrganizationId organization, String patch) {
    as("operator", AUTHORITY, Role.OPERATOR)
        .contentType("application/merge-patch+json")
        .header("If-Match", "*")
        .body(patch)
        .patch("/v1/organizations/" + organization)
        .then()
        .statusCode(200);
  }

  private static ValidatableResponse organization(OrganizationId organization) {
    return officer("one").get("/v1/organizations/" + organization).then().statusCode(200);
  }

  private static void awaitState(OrganizationId organization, String state) {
    await()
        .atMost(WAIT_MAX)
        .untilAsserted(() -> organization(organization).body("screening.state", equalTo(state)));
  }

  private static void awaitQueueEmpty() {
    await()
        .atMost(WAIT_MAX)
        .untilAsserted(() ->
            assertThat(strings("select wish::text from screening_task where ? <> ''", "-"))
                .isEmpty());
  }

  private static ValidatableResponse enquire(OrganizationId tenant) {
    return as("member", tenant, Role.TENANT)
        .body(ENQUIRY)
        .post("/v1/decisions")
        .then()
        .statusCode(201);
  }

  private static ValidatableResponse matches(OrganizationId organization, String finding) {
    return officer("one")
        .get(
            "/v1/screening/matches?organizationId="
                + organization
                + "&pageSize=200&finding="
                + finding)
        .then()
        .statusCode(200);
  }

  private static String openCase(OrganizationId organization) {
    JsonPath open = matches(organization, "open").extract().jsonPath();
    List<String> cases = open.getList("items.caseId");
    assertThat(cases).hasSize(1);
    return cases.getFirst();
  }

  private static void approve(String caseId) {
    officer("one")
        .header("If-Match", "*")
        .body(
            Map.of(
                "reason",
                "Another register, other people.",
                "expiresAt",
                Instant.now().plus(Duration.ofDays(90)).toString()))
        .post("/v1/review-cases/" + caseId + "/approve")
        .then()
        .statusCode(202);
    officer("two")
        .header("If-Match", "*")
        .body(Map.of("reason", "Seen."))
        .post("/v1/review-cases/" + caseId + "/confirm")
        .then()
        .statusCode(202);
  }

  private static void refuse(String caseId) {
    officer("one")
        .header("If-Match", "*")
        .body(Map.of("reason", "The register shows the same people."))
        .post("/v1/review-cases/" + caseId + "/refuse")
        .then()
        .statusCode(202);
  }

  private static RequestSpecification officer(String name) {
    return as(name, AUTHORITY, Role.COMPLIANCE);
  }

  private static RequestSpecification as(
      String name, OrganizationId organization, String... roles) {
    return given()
        .auth()
        .oauth2(BerthResource.tokenOf(name, organization, roles))
        .contentType(ContentType.JSON);
  }

  private static List<String> strings(String query, Object parameter) throws SQLException {
    List<String> found = new ArrayList<>();
    try (Connection connection = BerthResource.superuser();
        PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, parameter.toString());
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(rows.getString(1));
        }
      }
    }
    return found;
  }

  private static void execute(String update) throws SQLException {
    try (Connection connection = BerthResource.superuser();
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(update);
    }
  }
}
