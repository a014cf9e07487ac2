package io.berth.policy.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import io.berth.identity.Role;
import io.berth.platform.OrganizationId;
import io.berth.platform.Problem;
import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.berth.testing.OwnMarket;
import io.restassured.response.ValidatableResponse;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@BerthTest
class AuthorisationResourceTest {

  private static final String PATH = "/v1/authorisations";

  private OrganizationId holder;
  private String reference;

  @BeforeEach
  void layGround() {
    holder = OwnMarket.tenant("DE");
    reference = UUID.randomUUID().toString();
  }

  @Test
  void entersOneThatCountsForNothingYet() {
    enter(entry(""))
        .statusCode(201)
        .header("ETag", "\"0\"")
        .header("Location", containsString(PATH + "/authorisation_"))
        .body("state", is("entered"))
        .body("holderId", is(holder.toString()))
        .body("destinations", contains("CN", "MO"))
        .body("models", contains("nvidia-h20"))
        .body("quantity.units", is(100))
        .body("free.units", is(100))
        .body("from", is("2026-11-01T00:00:00Z"))
        .body("evidence.kind", contains("licence-copy"));
  }

  @Test
  void countsOnceAnotherPersonHasVerifiedIt() throws SQLException {
    String id = enter(entry("")).extract().path("id");

    act("officer", id, "verify", "\"0\"")
        .statusCode(202)
        .header("ETag", "\"1\"")
        .body("state", is("verified"))
        .body("finding.by", is("officer"))
        .body("finding.reason", is("Looked it up."));

    act("officer", id, "verify", "\"1\"").statusCode(409);
    assertThat(column("select action from audit_entry where subject = ? order by id", id))
        .containsExactly("authorisation.enter", "authorisation.verify");
    assertThat(
            column(
                "select type || ' ' || (payload::json ->> 'state') from outbox_event where subject = ?"
                    + " order by id",
                id))
        .containsExactly("authorisation.changed entered", "authorisation.changed verified");
  }

  @Test
  void asksForFourEyes() {
    String byOfficer =
        OwnMarket.officer("busy")
            .body(entry("\"holderId\": \"" + holder + "\","))
            .post(PATH)
            .then()
            .statusCode(201)
            .extract()
            .path("id");

    problem(act("busy", byOfficer, "verify", "*"), 403, "forbidden");
    problem(act("busy", byOfficer, "reject", "*"), 403, "forbidden");
    problem(
        OwnMarket.as(holder, Role.COMPLIANCE)
            .header("If-Match", "*")
            .body("{\"reason\": \"Ours.\"}")
            .post(PATH + "/" + byOfficer + "/verify")
            .then(),
        403,
        "forbidden");
    problem(
        OwnMarket.as(holder, Role.TENANT)
            .header("If-Match", "*")
            .body("{\"reason\": \"Ours.\"}")
            .post(PATH + "/" + byOfficer + "/verify")
            .then(),
        403,
        "forbidden");
    act("other", byOfficer, "verify", "*").statusCode(202);
  }

  @Test
  void needsTheVersionThatWasRead() {
    String id = enter(entry("")).extract().path("id");

    problem(act("officer", id, "verify", "\"7\""), 412, "precondition-failed");
    problem(
        OwnMarket.officer("officer")
            .body("{\"reason\": \"Looked it up.\"}")
            .post(PATH + "/" + id + "/verify")
            .then(),
        428,
        "precondition-required");
  }

  @Test
  void verifiesNothingWithoutEvidenceThatStillCounts() {
    String bare = enter(entry("").replaceFirst(", \"evidence\": \\[.*]", "")).extract().path("id");
    problem(act("officer", bare, "verify", "*"), 422, "unprocessable")
        .body("errors.pointer", contains("/evidence"));

    reference = UUID.randomUUID().toString();
    String old =
        enter(
                entry("")
                    .replace("\"Vault 7\"", "\"Vault 7\", \"expiresAt\": \"2020-01-01T00:00:00Z\""))
            .extract()
            .path("id");
    problem(act("officer", old, "verify", "*"), 422, "unprocessable");
  }

  @Test
  void oneLicenceCountsOnce() {
    enter(entry("")).statusCode(201);
    problem(enter(entry("")), 409, "conflict");

    OrganizationId other = OwnMarket.tenant("FR");
    String theirs =
        OwnMarket.as(other, Role.TENANT)
            .body(entry(""))
            .post(PATH)
            .then()
            .statusCode(201)
            .extract()
            .path("id");
    act("officer", theirs, "verify", "*").statusCode(202);
    String ours =
        OwnMarket.as(holder, Role.TENANT)
            .get(PATH)
            .then()
            .body("items", hasSize(1))
            .extract()
            .path("items[0].id");

    problem(act("officer", ours, "verify", "*"), 409, "conflict");
    act("officer", ours, "reject", "*").statusCode(202).body("state", is("rejected"));
    enter(entry("")).statusCode(201);
  }

  @Test
  void isSeenByItsHolderAndThoseWhoOverseeTheMarket() {
    String id = enter(entry("")).extract().path("id");
    OrganizationId stranger = OwnMarket.tenant("FR");

    OwnMarket.as(holder, Role.TENANT).get(PATH + "/" + id).then().statusCode(200);
    OwnMarket.officer("officer")
        .queryParam("holder", holder.toString())
        .queryParam("state", "entered")
        .get(PATH)
        .then()
        .statusCode(200)
        .body("items.id", contains(id));
    for (String path : List.of("", "/uses")) {
      problem(
          OwnMarket.as(stranger, Role.TENANT).get(PATH + "/" + id + path).then(), 404, "not-found");
    }
    problem(
        OwnMarket.as(stranger, Role.TENANT)
            .header("If-Match", "*")
            .body("{\"reason\": \"No.\"}")
            .post(PATH + "/" + id + "/revoke")
            .then(),
        404,
        "not-found");
    OwnMarket.as(stranger, Role.TENANT).get(PATH).then().body("items", hasSize(0));
    problem(
        OwnMarket.as(stranger, Role.TENANT)
            .body(entry("\"holderId\": \"" + holder + "\","))
            .post(PATH)
            .then(),
        403,
        "forbidden");
  }

  @Test
  void itsHolderMayGiveItBack() {
    String id = enter(entry("")).extract().path("id");
    act("officer", id, "verify", "*").statusCode(202);

    OwnMarket.as(holder, Role.TENANT)
        .header("If-Match", "\"1\"")
        .body("{\"reason\": \"No longer needed.\"}")
        .post(PATH + "/" + id + "/revoke")
        .then()
        .statusCode(202)
        .body("state", is("revoked"));

    problem(act("officer", id, "revoke", "*"), 409, "conflict");
    OwnMarket.as(holder, Role.TENANT)
        .queryParam("state", "verified")
        .get(PATH)
        .then()
        .body("items", hasSize(0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"models\": [\"nvidia-h20\"] | \"models\": [\"abacus\"] | /models/0",
        "\"models\": [\"nvidia-h20\"] | \"tppPerDeviceMax\": 5, \"models\": [\"nvidia-h20\"] | /models",
        "\"models\": [\"nvidia-h20\"], | '' | /models",
        "{\"units\": 100} | {} | /quantity",
        "2027-11-01 | 2026-11-01 | /until",
      })
  void refusesWhatMakesNoSense(String part, String instead, String pointer) {
    problem(enter(entry("").replace(part, instead)), 422, "unprocessable")
        .body("errors.pointer", contains(pointer));
  }

  @Test
  void refusesAHolderThatDoesNotExist() {
    problem(
            OwnMarket.officer("officer")
                .body(entry("\"holderId\": \"" + OrganizationId.fresh() + "\","))
                .post(PATH)
                .then(),
            422,
            "unprocessable")
        .body("errors.pointer", contains("/holderId"));
  }

  private ValidatableResponse enter(String body) {
    return OwnMarket.as(holder, Role.TENANT).body(body).post(PATH).then();
  }

  private String entry(String head) {
    return """
    {%s "authority": "BIS", "reference": "%s", "destinations": ["MO", "CN"], "models": ["nvidia-h20"],
     "quantity": {"units": 100}, "from": "2026-11-01T00:00:00Z", "until": "2027-11-01T00:00:00Z"\
    , "evidence": [{"kind": "licence-copy", "reference": "Vault 7"}]}
    """
        .formatted(head, reference);
  }

  private static ValidatableResponse act(String officer, String id, String action, String ifMatch) {
    return OwnMarket.officer(officer)
        .header("If-Match", ifMatch)
        .body("{\"reason\": \"Looked it up.\"}")
        .post(PATH + "/" + id + "/" + action)
        .then();
  }

  private static ValidatableResponse problem(ValidatableResponse answer, int status, String code) {
    return answer.statusCode(status).contentType(Problem.MEDIA_TYPE).body("code", is(code));
  }

  private static List<String> column(String sql, String parameter) throws SQLException {
    try (Connection connection = BerthResource.superuser();
        PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, parameter);
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
