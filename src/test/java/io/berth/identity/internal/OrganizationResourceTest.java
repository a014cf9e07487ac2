package io.berth.identity.internal;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.berth.platform.MergePatch;
import io.berth.platform.OrganizationId;
import io.berth.platform.Problem;
import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@BerthTest
class OrganizationResourceTest {

  private static final String PATH = "/v1/organizations";

  /** The organization that the marketplace's own people work in; it has no row. */
  private static final OrganizationId HOUSE = OrganizationId.fresh();

  private static final String FINDING =
      """
      {"reason": "The register agrees.",
       "evidence": [{"kind": "register-extract", "reference": "HRB 1", "expiresAt": "%s"},
                    {"kind": "passport", "reference": "C01X"}]}
      """;

  @Test
  void entersAnOrganizationWithItsFacts() {
    ValidatableResponse created =
        as(HOUSE, "operator").body(OrganizationExamples.STATEMENT).post(PATH).then();

    created
        .statusCode(201)
        .header("ETag", "\"0\"")
        .header("Location", containsString(PATH + "/org_"))
        .body("id", startsWith("org_"))
        .body("facts.owners[0].percent", equalTo(62.5f))
        .body("facts.owners[1].country", nullValue())
        .body("facts.ownersComplete", is(true))
        .body("facts.profile.dataResidency", is("eea-only"))
        .body("verification.state", is("unverified"))
        .body("verification.evidence", empty());
    OrganizationId id = OrganizationId.fromString(created.extract().path("id"));
    as(id, "tenant")
        .get(PATH + "/" + id)
        .then()
        .statusCode(200)
        .header("ETag", "\"0\"")
        .body("name", is("Nordlicht Rechenzentrum GmbH"))
        .body("facts.residenceCountry", is("DE"));
  }

  @Test
  void knowsNothingAboutAnOrganizationEnteredByNameAlone() {
    OrganizationId id = enter("{\"name\": \"Nur ein Name\"}");

    as(id, "provider")
        .get(PATH + "/" + id)
        .then()
        .body("facts.residenceCountry", nullValue())
        .body("facts.owners", empty())
        .body("facts.ownersComplete", is(false))
        .body("facts.profile", nullValue());
  }

  @ParameterizedTest
  @ValueSource(strings = {"tenant", "provider", "compliance", "stranger"})
  void letsOnlyOperatorsEnterOrganizations(String role) {
    problem(as(HOUSE, role).body("{\"name\": \"A\"}").post(PATH).then(), 403, "forbidden");
  }

  @Test
  void asksForAToken() {
    problem(given().get(PATH).then(), 401, "unauthenticated").header("WWW-Authenticate", "Bearer");
    problem(
        given().auth().oauth2("not.a.token").get(PATH + "/" + HOUSE).then(),
        401,
        "unauthenticated");
  }

  @Test
  void hidesOtherOrganizationsFromTenantsAndProviders() {
    OrganizationId mine = enter("Mine");
    OrganizationId other = enter("Other");

    for (String role : List.of("tenant", "provider")) {
      problem(as(mine, role).get(PATH + "/" + other).then(), 404, "not-found");
      problem(
          as(mine, role).header("If-Match", "*").body("{}").patch(PATH + "/" + other).then(),
          404,
          "not-found");
      as(mine, role)
          .get(PATH)
          .then()
          .statusCode(200)
          .body("items.id", contains(mine.toString()))
          .body("nextPageToken", nullValue());
    }
    for (String role : List.of("operator", "compliance")) {
      as(HOUSE, role).get(PATH + "/" + other).then().statusCode(200).body("name", is("Other"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"org_aaaaaaaaaaaaaaaaaaaaaaaaaa", "org_", "cluster_x", "1", "%20"})
  void answersAnIdThatIsNoneAsNotFound(String id) {
    problem(
        as(HOUSE, "operator").urlEncodingEnabled(false).get(PATH + "/" + id).then(),
        404,
        "not-found");
  }

  @Test
  void listsInPagesAndByName() {
    String batch = "Seiten " + UUID.randomUUID();
    List<String> entered = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      entered.add(enter(batch + " " + i).toString());
    }

    List<String> listed = new ArrayList<>();
    String token = null;
    int pages = 0;
    do {
      RequestSpecification request =
          as(HOUSE, "compliance").queryParam("name", batch.toUpperCase(Locale.ROOT));
      if (token != null) {
        request.queryParam("pageToken", token);
      }
      var page = request.queryParam("pageSize", 2).get(PATH).then().statusCode(200).extract();
      listed.addAll(page.path("items.id"));
      token = page.path("nextPageToken");
      pages++;
    } while (token != null && pages < 10);

    assertThat(pages).isEqualTo(3);
    assertThat(listed).containsExactlyElementsOf(entered);
    assertThat(new HashSet<>(listed)).hasSize(5);
  }

  @Test
  void refusesAPageTokenOfAnotherList() {
    enter("Erste");
    enter("Zweite");
    String token = as(HOUSE, "operator").queryParam("pageSize", 1).get(PATH).path("nextPageToken");
    assertThat(token).isNotNull();

    for (String foreign : List.of("x", "%%%", "", token.substring(1))) {
      fault(as(HOUSE, "operator").queryParam("pageToken", foreign).get(PATH).then(), "?pageToken");
    }
    fault(
        as(HOUSE, "operator")
            .queryParam("name", "E")
            .queryParam("pageToken", token)
            .get(PATH)
            .then(),
        "?pageToken");
  }

  @ParameterizedTest
  @CsvSource({
    "pageSize, 0",
    "pageSize, 201",
    "pageSize, many",
    "pageSize, ''",
    "pageSize, 99999999999999999999",
    "verification, perhaps",
    "verification, VERIFIED",
    "name, ' '",
    "name, ''",
    "nome, Nordlicht",
    "state, verified"
  })
  void refusesAQueryThatItDoesNotUnderstand(String name, String value) {
    fault(as(HOUSE, "operator").queryParam(name, value).get(PATH).then(), "?" + name);
  }

  @Test
  void refusesAQueryParameterGivenTwiceOrWithNul() {
    fault(as(HOUSE, "operator").queryParam("pageSize", 1, 2).get(PATH).then(), "?pageSize");
    fault(
        as(HOUSE, "operator").urlEncodingEnabled(false).get(PATH + "?name=a%00b").then(), "?name");
    fault(as(HOUSE, "operator").queryParam("x", 1).body("{}").post(PATH).then(), "?x");
  }

  static List<String[]> malformedStatements() {
    String owners = "{\"name\": \"N\", \"facts\": {\"owners\": [%s]}}";
    List<String[]> cases = new ArrayList<>();
    cases.add(new String[] {"{}", "/name"});
    cases.add(new String[] {"{\"name\": null}", "/name"});
    cases.add(new String[] {"{\"name\": 7}", "/name"});
    cases.add(new String[] {"{\"name\": {}}", "/name"});
    cases.add(new String[] {"{\"name\": \"\"}", "/name"});
    cases.add(new String[] {"{\"name\": \"  \"}", "/name"});
    cases.add(new String[] {"{\"name\": \"" + "x".repeat(201) + "\"}", "/name"});
    cases.add(new String[] {"{\"name\": \"a\\u0000b\"}", "/name"});
    cases.add(new String[] {"{\"name\": \"a\\nb\"}", "/name"});
    cases.add(new String[] {"{\"name\": \"a\\u202eb\"}", "/name"});
    cases.add(new String[] {"{\"name\": \"a\\ud800\"}", "/name"});
    cases.add(new String[] {"{\"name\": \"N\", \"id\": \"org_x\"}", "/id"});
    cases.add(new String[] {"{\"name\": \"N\", \"a/b~c\": 1}", "/a~1b~0c"});
    cases.add(new String[] {"{\"name\": \"N\", \"facts\": []}", "/facts"});
    cases.add(new String[] {"{\"name\": \"N\", \"facts\": \"x\"}", "/facts"});
    for (String country : List.of("de", "DEU", "", "XX", "EU", "D E")) {
      cases.add(
          new String[] {
            "{\"name\": \"N\", \"facts\": {\"residenceCountry\": \"" + country + "\"}}",
            "/facts/residenceCountry"
          });
    }
    cases.add(new String[] {"{\"name\": \"N\", \"facts\": {\"endUse\": \"DE\"}}", "/facts/endUse"});
    cases.add(
        new String[] {
          "{\"name\": \"N\", \"facts\": {\"ownersComplete\": \"true\"}}", "/facts/ownersComplete"
        });
    cases.add(
        new String[] {
          "{\"name\": \"N\", \"facts\": {\"ownRules\": [\"x\"]}}", "/facts/ownRules/0"
        });
    cases.add(
        new String[] {"{\"name\": \"N\", \"facts\": {\"ownRules\": [null]}}", "/facts/ownRules/0"});
    cases.add(
        new String[] {
          "{\"name\": \"N\", \"facts\": {\"profile\": {\"mode\": \"lease\"}}}",
          "/facts/profile/mode"
        });
    cases.add(new String[] {owners.formatted("null"), "/facts/owners/0"});
    cases.add(new String[] {owners.formatted("{\"percent\": 1}"), "/facts/owners/0/name"});
    cases.add(new String[] {owners.formatted("{\"name\": \"O\"}"), "/facts/owners/0/percent"});
    for (String percent :
        List.of("-1", "100.1", "\"50\"", "1e999999999", "1e-999999999", "0.1234567", "true")) {
      cases.add(
          new String[] {
            owners.formatted("{\"name\": \"O\", \"percent\": " + percent + "}"),
            "/facts/owners/0/percent"
          });
    }
    String owner = "{\"name\": \"O\", \"percent\": 0},";
    cases.add(
        new String[] {
          owners.formatted(owner.repeat(100) + "{\"name\": \"O\", \"percent\": 0}"), "/facts/owners"
        });
    return cases;
  }

  @ParameterizedTest
  @MethodSource("malformedStatements")
  void pointsAtWhatIsWrongInAStatement(String body, String pointer) {
    fault(as(HOUSE, "operator").body(body).post(PATH).then(), pointer);
  }

  @ParameterizedTest
  @MethodSource("malformedStatements")
  void pointsAtWhatIsWrongInAPatch(String body, String pointer) {
    if (body.equals("{}")) {
      return;
    }
    OrganizationId id = enter("Vorher");

    fault(
        as(id, "tenant").header("If-Match", "\"0\"").body(body).patch(PATH + "/" + id).then(),
        pointer);

    as(id, "tenant").get(PATH + "/" + id).then().header("ETag", "\"0\"").body("name", is("Vorher"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "\"x\"",
        "7",
        "{",
        "{\"name\": }",
        "{\"name\": \"A\"} {}",
        "{\"name\": \"A\", \"name\": \"B\"}",
        "{\"name\": \"A\", \"facts\": {\"ownRules\": [], \"ownRules\": []}}"
      })
  void refusesABodyThatIsNoObject(String body) {
    problem(as(HOUSE, "operator").body(body).post(PATH).then(), 400, "malformed-request")
        .body("errors", not(empty()));
    OrganizationId id = enter("Unverändert");
    problem(
            as(id, "tenant").header("If-Match", "*").body(body).patch(PATH + "/" + id).then(),
            400,
            "malformed-request")
        .body("errors", not(empty()));
  }

  @Test
  void namesEverythingThatIsWrongAtOnce() {
    String body =
        """
        {"facts": {"residenceCountry": "xx", "owners": [{"name": "", "percent": 101}]}}
        """;

    problem(as(HOUSE, "operator").body(body).post(PATH).then(), 400, "malformed-request")
        .body(
            "errors.pointer",
            containsInAnyOrder(
                "/name",
                "/facts/residenceCountry",
                "/facts/owners/0/name",
                "/facts/owners/0/percent"));
  }

  @Test
  void refusesOwnersOfMoreThanTheWhole() {
    String body =
        """
        {"name": "N", "facts": {"owners": [{"name": "A", "percent": 60}, {"name": "B", "percent": 40.000001}]}}
        """;

    problem(as(HOUSE, "operator").body(body).post(PATH).then(), 422, "unprocessable")
        .body("errors.pointer", contains("/facts/owners"));
  }

  @Test
  void refusesAnotherMediaType() {
    problem(
        as(HOUSE, "operator").contentType("text/plain").body("{}").post(PATH).then(),
        415,
        "unsupported-media-type");
    problem(
        as(HOUSE, "operator").contentType(MergePatch.MEDIA_TYPE).body("{}").post(PATH).then(),
        415,
        "unsupported-media-type");
    problem(as(HOUSE, "operator").accept("text/html").get(PATH).then(), 406, "not-acceptable");
    problem(as(HOUSE, "operator").delete(PATH).then(), 405, "method-not-allowed");
  }

  @Test
  void refusesABodyThatIsTooLarge() {
    String body = "{\"name\": \"" + "x".repeat(2_000_000) + "\"}";

    problem(as(HOUSE, "operator").body(body).post(PATH).then(), 413, "payload-too-large");
  }

  @Test
  void refusesABodyThatTurnsOutTooLarge() throws Exception {
    byte[] body = ("{\"name\": \"" + "x".repeat(2_000_000) + "\"}").getBytes(UTF_8);
    var request =
        HttpRequest.newBuilder(URI.create(RestAssured.baseURI + ":" + RestAssured.port + PATH))
            .header("Authorization", "Bearer " + BerthResource.token(HOUSE, "operator"))
            .header("Content-Type", "application/json")
            // A publisher of unknown length makes the client send chunks.
            .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
            .version(HttpClient.Version.HTTP_1_1)
            .build();

    try (var client = HttpClient.newHttpClient()) {
      var answer = client.send(request, HttpResponse.BodyHandlers.ofString());

      assertThat(answer.statusCode()).isEqualTo(413);
    }
  }

  @Test
  void changesWhatAPatchNamesAndForgetsWhatItSetsToNull() {
    OrganizationId id = enter(OrganizationExamples.STATEMENT);

    as(id, "tenant")
        .contentType(MergePatch.MEDIA_TYPE)
        .header("If-Match", "\"0\"")
        .body(
            """
            {"facts": {"ultimateParentCountry": null, "endUseCountry": "FR", "owners": null,
                       "ownersComplete": null, "profile": {"usNexus": null, "workload": "inference"}}}
            """)
        .patch(PATH + "/" + id)
        .then()
        .statusCode(200)
        .header("ETag", "\"1\"")
        .body("name", is("Nordlicht Rechenzentrum GmbH"))
        .body("facts.residenceCountry", is("DE"))
        .body("facts.ultimateParentCountry", nullValue())
        .body("facts.endUseCountry", is("FR"))
        .body("facts.owners", empty())
        .body("facts.ownersComplete", is(false))
        .body("facts.ownRules", contains("eu-owned-only"))
        .body("facts.profile.mode", is("remote"))
        .body("facts.profile.workload", is("inference"))
        .body("facts.profile.usNexus", nullValue());
  }

  @Test
  void takesAPatchThatChangesNothingWithoutANewVersion() throws SQLException {
    OrganizationId id = enter(OrganizationExamples.STATEMENT);

    for (String body : List.of("{}", "{\"facts\": {}}", OrganizationExamples.STATEMENT)) {
      as(id, "provider")
          .header("If-Match", "\"0\"")
          .body(body)
          .patch(PATH + "/" + id)
          .then()
          .statusCode(200)
          .header("ETag", "\"0\"");
    }

    assertThat(events(id)).containsExactly("organization.created");
    assertThat(actions(id)).containsExactly("organization.create");
  }

  @Test
  void refusesAnUnknownFieldEvenWhereAPatchSetsItToNull() {
    OrganizationId id = enter("Leer");

    fault(
        as(id, "tenant")
            .header("If-Match", "\"0\"")
            .body("{\"facts\": {\"colour\": null}}")
            .patch(PATH + "/" + id)
            .then(),
        "/facts/colour");
  }

  @Test
  void asksForTheVersionThatAChangeWasMadeAgainst() {
    OrganizationId id = enter("Version");
    String patch = "{\"name\": \"Andere\"}";

    problem(
            as(id, "tenant").body(patch).patch(PATH + "/" + id).then(),
            428,
            "precondition-required")
        .body("errors.pointer", contains("header:If-Match"));
    for (String stale : List.of("\"7\"", "0", "W/\"0\"")) {
      problem(
          as(id, "tenant").header("If-Match", stale).body(patch).patch(PATH + "/" + id).then(),
          412,
          "precondition-failed");
    }
    problem(
        as(HOUSE, "compliance").body(finding()).post(PATH + "/" + id + "/verify").then(),
        428,
        "precondition-required");
    problem(
        as(HOUSE, "compliance")
            .header("If-Match", "\"1\"")
            .body(finding())
            .post(PATH + "/" + id + "/reject")
            .then(),
        412,
        "precondition-failed");
    as(id, "tenant").get(PATH + "/" + id).then().header("ETag", "\"0\"");
  }

  @Test
  void letsOnlyComplianceOfficersSayWhichListsNameAnOrganization() {
    OrganizationId id = enter("Gelistet");
    String listed = "{\"facts\": {\"listings\": [\"EL\", \"SDN\", \"EL\"]}}";

    for (var caller : List.of(as(id, "tenant"), as(id, "provider"), as(HOUSE, "operator"))) {
      problem(
              caller.header("If-Match", "*").body(listed).patch(PATH + "/" + id).then(),
              422,
              "unprocessable")
          .body("errors.pointer", contains("/facts/listings"));
    }
    problem(
            as(HOUSE, "operator")
                .body("{\"name\": \"N\", \"facts\": {\"listings\": [\"EL\"]}}")
                .post(PATH)
                .then(),
            422,
            "unprocessable")
        .body("errors.pointer", contains("/facts/listings"));
    problem(
        as(id, "compliance").header("If-Match", "*").body(listed).patch(PATH + "/" + id).then(),
        422,
        "unprocessable");
    problem(
            as(HOUSE, "compliance")
                .header("If-Match", "*")
                .body("{\"name\": \"B\"}")
                .patch(PATH + "/" + id)
                .then(),
            422,
            "unprocessable")
        .body("errors.pointer", contains("/name"));

    as(HOUSE, "compliance")
        .header("If-Match", "\"0\"")
        .body(listed)
        .patch(PATH + "/" + id)
        .then()
        .statusCode(200)
        .body("facts.listings", contains("EL", "SDN"));
  }

  @Test
  void verifiesOnEvidenceAndForgetsWithTheNextChangedFact() {
    OrganizationId id = enter("Geprüft");

    as(HOUSE, "compliance")
        .header("If-Match", "\"0\"")
        .body(finding())
        .post(PATH + "/" + id + "/verify")
        .then()
        .statusCode(202)
        .header("ETag", "\"1\"")
        .body("verification.state", is("verified"))
        .body("verification.by", is("test-compliance"))
        .body("verification.at", notNullValue())
        .body("verification.reason", is("The register agrees."))
        .body("verification.evidence", hasSize(2))
        .body("verification.expiresAt", is("2999-01-01T00:00:00Z"));
    assertThat(listed("verified")).contains(id.toString());
    assertThat(listed("unverified")).doesNotContain(id.toString());

    as(id, "tenant")
        .header("If-Match", "\"1\"")
        .body("{\"facts\": {\"ownRules\": [\"no-nvidia\"]}}")
        .patch(PATH + "/" + id)
        .then()
        .body("verification.state", is("verified"));
    as(id, "tenant")
        .header("If-Match", "\"2\"")
        .body("{\"facts\": {\"residenceCountry\": \"SG\"}}")
        .patch(PATH + "/" + id)
        .then()
        .statusCode(200)
        .body("verification.state", is("unverified"))
        .body("verification.by", nullValue())
        .body("verification.evidence", empty());
  }

  @Test
  void rejectsWithAReason() throws SQLException {
    OrganizationId id = enter("Abgelehnt");

    as(HOUSE, "compliance")
        .header("If-Match", "\"0\"")
        .body("{\"reason\": \"The register names\\nanother parent.\"}")
        .post(PATH + "/" + id + "/reject")
        .then()
        .statusCode(202)
        .body("verification.state", is("rejected"))
        .body("verification.reason", containsString("another parent"));

    assertThat(listed("rejected")).contains(id.toString());
    assertThat(events(id)).containsExactly("organization.created", "organization.rejected");
  }

  @Test
  void countsAVerificationThatHasExpiredAsNone() throws SQLException {
    OrganizationId id = enter("Abgelaufen");
    verify(id).statusCode(202);
    try (Connection connection = BerthResource.superuser();
        PreparedStatement expire =
            connection.prepareStatement(
                "update organization set verification_expires_at = now() where id = ?")) {
      expire.setObject(1, id.value());
      assertThat(expire.executeUpdate()).isEqualTo(1);
    }

    as(id, "tenant")
        .get(PATH + "/" + id)
        .then()
        .body("verification.state", is("unverified"))
        .body("verification.by", is("test-compliance"));
    assertThat(listed("unverified")).contains(id.toString());
    assertThat(listed("verified")).doesNotContain(id.toString());
  }

  @Test
  void letsNobodyDecideAboutTheirOwnOrganizationOrStatement() {
    OrganizationId id = enter("Vier Augen");

    problem(
            as(id, "compliance")
                .header("If-Match", "*")
                .body(finding())
                .post(PATH + "/" + id + "/verify")
                .then(),
            403,
            "forbidden")
        .body("detail", containsString("their own organization"));
    problem(
            given()
                .auth()
                .oauth2(BerthResource.tokenOf("test-operator", HOUSE, "operator", "compliance"))
                .contentType(ContentType.JSON)
                .header("If-Match", "*")
                .body(finding())
                .post(PATH + "/" + id + "/verify")
                .then(),
            403,
            "forbidden")
        .body("detail", containsString("stated these facts yourself"));
    for (String role : List.of("tenant", "provider", "operator")) {
      problem(
          as(HOUSE, role)
              .header("If-Match", "*")
              .body(finding())
              .post(PATH + "/" + id + "/reject")
              .then(),
          403,
          "forbidden");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | 400 | /reason",
        "{\"reason\": \" \", \"evidence\": []} | 400 | /reason",
        "{\"reason\": \"R\", \"evidence\": {}} | 400 | /evidence",
        "{\"reason\": \"R\", \"evidence\": [7]} | 400 | /evidence/0",
        "{\"reason\": \"R\", \"evidence\": [{\"kind\": \"k\"}]} | 400 | /evidence/0/reference",
        "{\"reason\": \"R\", \"evidence\": [{\"kind\": \"k\", \"reference\": \"r\", \"expiresAt\": 1}]} | 400 | /evidence/0/expiresAt",
        "{\"reason\": \"R\", \"evidence\": [{\"kind\": \"k\", \"reference\": \"r\", \"expiresAt\": \"soon\"}]} | 400 | /evidence/0/expiresAt",
        "{\"reason\": \"R\", \"evidence\": [{\"kind\": \"k\", \"reference\": \"r\", \"expiresAt\": \"+999999-01-01T00:00:00Z\"}]} | 400 | /evidence/0/expiresAt",
        "{\"reason\": \"R\", \"evidence\": [{\"kind\": \"k\", \"reference\": \"r\", \"expiresAt\": \"2020-01-01T00:00:00Z\"}]} | 422 | /evidence/0/expiresAt",
        "{\"reason\": \"R\", \"evidence\": []} | 422 | /evidence",
        "{\"reason\": \"R\"} | 422 | /evidence",
        "{\"reason\": \"R\", \"state\": \"verified\"} | 400 | /state"
      })
  void pointsAtWhatIsWrongInAFinding(String body, int status, String pointer) {
    OrganizationId id = enter("Befund");

    problem(
            as(HOUSE, "compliance")
                .header("If-Match", "\"0\"")
                .body(body)
                .post(PATH + "/" + id + "/verify")
                .then(),
            status,
            status == 400 ? "malformed-request" : "unprocessable")
        .body("errors.pointer", contains(pointer));
  }

  @Test
  void refusesAReasonThatIsTooLong() {
    OrganizationId id = enter("Lang");
    String body = "{\"reason\": \"%s\"}";

    fault(
        as(HOUSE, "compliance")
            .header("If-Match", "\"0\"")
            .body(body.formatted("x".repeat(2001)))
            .post(PATH + "/" + id + "/reject")
            .then(),
        "/reason");
    as(HOUSE, "compliance")
        .header("If-Match", "\"0\"")
        .body(body.formatted("x".repeat(2000)))
        .post(PATH + "/" + id + "/reject")
        .then()
        .statusCode(202);
  }

  @Test
  void tellsTheAuditTrailAndTheOutbox() throws SQLException {
    OrganizationId id = enter("Spur");
    as(id, "tenant")
        .header("If-Match", "\"0\"")
        .body("{\"facts\": {\"endUseCountry\": \"JP\"}}")
        .patch(PATH + "/" + id)
        .then()
        .statusCode(200);
    as(HOUSE, "compliance")
        .header("If-Match", "\"1\"")
        .body(finding())
        .post(PATH + "/" + id + "/verify")
        .then()
        .statusCode(202);
    problem(
        as(id, "tenant")
            .header("If-Match", "\"2\"")
            .body("{\"facts\": {\"listings\": [\"EL\"]}}")
            .patch(PATH + "/" + id)
            .then(),
        422,
        "unprocessable");

    assertThat(actions(id))
        .containsExactly("organization.create", "organization.changeFacts", "organization.verify");
    assertThat(events(id))
        .containsExactly(
            "organization.created", "organization.factsChanged", "organization.verified");
    assertThat(column("select payload from outbox_event where subject = ? order by id", id))
        .element(1)
        .asString()
        .contains("\"/facts/endUseCountry\"", "\"version\":1", "\"verificationReset\":true");
    assertThat(column("select actor from audit_entry where subject = ? order by id", id))
        .containsExactly("test-operator", "test-tenant", "test-compliance");
    assertThat(column("select detail from audit_entry where subject = ? order by id", id))
        .element(1)
        .asString()
        .contains("\"endUseCountry\":\"JP\"");
  }

  @Test
  void letsOnlyOneOfTwoChangesAgainstOneVersionThrough() throws Exception {
    OrganizationId id = enter("Wettlauf");
    List<Integer> statuses;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Integer>> rivals = new ArrayList<>();
      for (String country : List.of("SG", "MY", "JP", "FI")) {
        rivals.add(() ->
            as(id, "tenant")
                .header("If-Match", "\"0\"")
                .body("{\"facts\": {\"residenceCountry\": \"" + country + "\"}}")
                .patch(PATH + "/" + id)
                .statusCode());
      }
      statuses = threads.invokeAll(rivals).stream().map(Future::resultNow).sorted().toList();
    }

    assertThat(statuses).containsExactly(200, 412, 412, 412);
    as(id, "tenant").get(PATH + "/" + id).then().header("ETag", "\"1\"");
  }

  @Test
  void refusesATokenWithoutAnOrganization() {
    problem(
            given()
                .auth()
                .oauth2(BerthResource.tokenWithOrganization("nonsense", "tenant"))
                .get(PATH)
                .then(),
            403,
            "forbidden")
        .body("detail", containsString("organization"));
  }

  @Test
  void writesEveryErrorIntoTheContract() {
    String contract = given().get("/q/openapi?format=json").asString();
    var verify =
        JsonPath.from(contract).setRootPath("paths.'/v1/organizations/{id}/verify'.post.responses");

    assertThat(verify.getMap("").keySet().stream().map(String::valueOf))
        .contains(
            "202", "400", "401", "403", "404", "406", "412", "413", "415", "422", "428", "500");
    assertThat(verify.getString("'422'.content.'application/problem+json'.schema.'$ref'"))
        .isEqualTo("#/components/schemas/Problem");
  }

  private static OrganizationId enter(String nameOrStatement) {
    String body =
        nameOrStatement.startsWith("{")
            ? nameOrStatement
            : "{\"name\": \"" + nameOrStatement + "\"}";
    return OrganizationId.fromString(
        as(HOUSE, "operator").body(body).post(PATH).then().statusCode(201).extract().path("id"));
  }

  private static ValidatableResponse verify(OrganizationId id) {
    return as(HOUSE, "compliance")
        .header("If-Match", "*")
        .body(finding())
        .post(PATH + "/" + id + "/verify")
        .then();
  }

  private static String finding() {
    return FINDING.formatted("2999-01-01T00:00:00Z");
  }

  private static List<String> listed(String verification) {
    return as(HOUSE, "operator")
        .queryParam("verification", verification)
        .queryParam("pageSize", 200)
        .get(PATH)
        .then()
        .statusCode(200)
        .extract()
        .path("items.id");
  }

  private static RequestSpecification as(OrganizationId organization, String role) {
    return given()
        .auth()
        .oauth2(BerthResource.token(organization, role))
        .contentType(ContentType.JSON);
  }

  private static void fault(ValidatableResponse answer, String pointer) {
    problem(answer, 400, "malformed-request").body("errors.pointer", hasItem(pointer));
  }

  private static ValidatableResponse problem(ValidatableResponse answer, int status, String code) {
    return answer
        .statusCode(status)
        .contentType(Problem.MEDIA_TYPE)
        .body("status", is(status))
        .body("code", is(code))
        .body("type", is("urn:berth:problem:" + code))
        .body("title", notNullValue())
        .body("detail", notNullValue())
        .body("traceId", notNullValue());
  }

  private static List<String> actions(OrganizationId id) throws SQLException {
    return column("select action from audit_entry where subject = ? order by id", id);
  }

  private static List<String> events(OrganizationId id) throws SQLException {
    return column("select type from outbox_event where subject = ? order by id", id);
  }

  private static List<String> column(String sql, OrganizationId id) throws SQLException {
    try (Connection connection = BerthResource.superuser();
        PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, id.toString());
      List<String> values = new ArrayList<>();
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          values.add(rows.getString(1));
        }
      }
      return values;
    }
  }
}
