package io.berth.policy.internal;

import static io.berth.policy.PackFixtures.act;
import static io.berth.policy.PackFixtures.as;
import static io.berth.policy.PackFixtures.ban;
import static io.berth.policy.PackFixtures.freshName;
import static io.berth.policy.PackFixtures.officer;
import static io.berth.policy.PackFixtures.operator;
import static io.berth.policy.PackFixtures.retire;
import static io.berth.policy.PackFixtures.schedule;
import static io.berth.policy.PackFixtures.upload;
import static io.berth.policy.PackFixtures.uploaded;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.berth.identity.Role;
import io.berth.platform.OrganizationId;
import io.berth.platform.Problem;
import io.berth.policy.RulePack;
import io.berth.testing.BerthTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@BerthTest
class RulePackResourceTest {

  private static final String PATH = "/v1/rule-packs/";
  private static final String NEVER = "tenant.residence == country.TV";
  private static final OrganizationId TENANT = OrganizationId.fresh();
  private static final OrganizationId PROVIDER = OrganizationId.fresh();

  @Test
  void keepsAnUploadAsADraft() {
    String text = ban(freshName(), "1", NEVER) + "# ä\n";

    ValidatableResponse answer = upload(operator(), "operator", text).then();

    String id =
        answer
            .statusCode(201)
            .header("ETag", "\"0\"")
            .body("state", equalTo("draft"))
            .body("layer", equalTo("operator"))
            .body("version", equalTo("1"))
            .body("author", equalTo("olga"))
            .body("approver", nullValue())
            .body("owner", nullValue())
            .body("hash", equalTo(RulePack.compile(text).hash()))
            .extract()
            .path("id");
    answer.header("Location", containsString(PATH + id));
    assertThat(id).startsWith("pack_");
    byte[] kept = officer().get(PATH + id + "/text").then().statusCode(200).extract().asByteArray();
    assertThat(new String(kept, StandardCharsets.UTF_8)).isEqualTo(text);
    retire(id);
  }

  @Test
  void refusesAPackWholeWithThePlaceOfEverythingWrong() {
    String name = freshName();
    String text =
        ban(name, "1", "accelerator.modle == 'x' && tenant.residence in group.Nowhere")
            + "    windows: [{from: 2026-02-01, until: 2026-01-01}]\n"
            + "  - id: banned\n    title: Twice\n";

    upload(operator(), "operator", text)
        .then()
        .statusCode(422)
        .contentType(Problem.MEDIA_TYPE)
        .body("code", equalTo("unprocessable"))
        .body("detail", containsString("line 9, column 17"))
        .body("errors[0].line", equalTo(9))
        .body("errors[0].column", equalTo(17))
        .body("errors[0].detail", equalTo("unknown fact or constant: accelerator.modle"))
        .body("errors[1].detail", equalTo("group not found: group.Nowhere"))
        .body("errors.detail", hasItem("the rule id banned is given twice"))
        .body("errors.detail", hasItem("the window ends before it starts"));
    officer().get(PATH + "?pack=" + name).then().body("items", hasSize(0));
  }

  @Test
  void refusesWhatIsNoPackAtAll() {
    problem(upload(operator(), "operator", "x: [").then(), 422, "unprocessable");
    problem(upload(operator(), "operator", "a: \0").then(), 422, "unprocessable");
    problem(upload(operator(), "operator", "#".repeat(300_000)).then(), 422, "unprocessable");
    problem(upload(operator(), "operator", "#".repeat(1_100_000)).then(), 413, "payload-too-large");
    problem(upload(operator(), "nobody", "x").then(), 400, "malformed-request");
    problem(
        operator()
            .contentType("application/yaml")
            .body(new byte[] {'x'})
            .post("/v1/rule-packs")
            .then(),
        400,
        "malformed-request");
    problem(
        operator()
            .contentType(ContentType.JSON)
            .body("{}")
            .post("/v1/rule-packs?layer=operator")
            .then(),
        415,
        "unsupported-media-type");
    problem(given().get(PATH + "active").then(), 401, "unauthenticated");
  }

  @Test
  void refusesAnotherTextUnderTheSameVersion() {
    String name = freshName();
    String id = uploaded(operator(), "operator", ban(name, "1", NEVER));

    problem(upload(operator(), "operator", ban(name, "1", "false")).then(), 409, "conflict");
    // The same name is free in another layer, and of another owner.
    String own = uploaded(as("tina", TENANT, Role.TENANT), "tenant", ban(name, "1", NEVER));
    act(as("tina", TENANT, Role.TENANT), own, "retire").then().statusCode(202);
    retire(id);
  }

  @ParameterizedTest
  @CsvSource({
    "tenant, operator, 403",
    "tenant, baseline, 403",
    "tenant, provider, 403",
    "tenant, tenant, 201",
    "provider, operator, 403",
    "provider, tenant, 403",
    "provider, provider, 201",
    "operator, tenant, 403",
    "operator, provider, 403",
    "operator, baseline, 201",
    "compliance, operator, 201",
    "compliance, tenant, 403"
  })
  void takesPacksOnlyFromThoseWhoseTheyAre(String role, String layer, int status) {
    Response answer = upload(as("ulla", PROVIDER, role), layer, ban(freshName(), "1", NEVER));

    answer.then().statusCode(status);
    if (status == 201) {
      act(as("ulla", PROVIDER, role), answer.path("id"), "retire").then().statusCode(202);
    }
  }

  @Test
  void takesOnlyObjectionsFromTenantsAndProviders() {
    String allows = ban(freshName(), "1", NEVER).replace("DENY", "ALLOW");

    upload(as("tina", TENANT, Role.TENANT), "tenant", allows)
        .then()
        .statusCode(422)
        .body("errors[0].line", equalTo(10))
        .body("errors[0].column", equalTo(14))
        .body("errors[0].detail", containsString("can only object"));
    upload(as("paul", PROVIDER, Role.PROVIDER), "provider", allows).then().statusCode(422);
    retire(uploaded(operator(), "operator", allows));
  }

  @Test
  void hidesATenantsPackFromEverybodyElse() {
    String name = freshName();
    String id = uploaded(as("tina", TENANT, Role.TENANT), "tenant", ban(name, "1", NEVER));

    for (String role : new String[] {Role.TENANT, Role.PROVIDER}) {
      problem(as("pia", PROVIDER, role).get(PATH + id).then(), 404, "not-found");
      problem(as("pia", PROVIDER, role).get(PATH + id + "/text").then(), 404, "not-found");
      problem(act(as("pia", PROVIDER, role), id, "approve").then(), 404, "not-found");
      problem(act(as("pia", PROVIDER, role), id, "shadow").then(), 404, "not-found");
      problem(schedule(as("pia", PROVIDER, role), id, "{}").then(), 404, "not-found");
      problem(act(as("pia", PROVIDER, role), id, "retire").then(), 404, "not-found");
      as("pia", PROVIDER, role)
          .get(PATH + "?pack=" + name)
          .then()
          .statusCode(200)
          .body("items", hasSize(0));
    }
    as("tim", TENANT, Role.TENANT).get(PATH + "?pack=" + name).then().body("items", hasSize(1));
    officer().get(PATH + "?pack=" + name + "&layer=tenant").then().body("items", hasSize(1));
    officer().get(PATH + "?pack=" + name + "&state=active").then().body("items", hasSize(0));
    // Officers may read it and be its second person, but not move it by themselves.
    problem(act(officer(), id, "shadow").then(), 403, "forbidden");
    act(as("tina", TENANT, Role.TENANT), id, "retire").then().statusCode(202);
  }

  @Test
  void showsThePlatformsPacksOnceTheyAreToComeIntoForce() {
    String name = freshName();
    String id = uploaded(operator(), "operator", ban(name, "1", NEVER));

    problem(as("tina", TENANT, Role.TENANT).get(PATH + id).then(), 404, "not-found");
    act(officer(), id, "approve").then().statusCode(202);
    schedule(operator(), id, "{\"at\": \"2999-01-01T00:00:00Z\"}").then().statusCode(202);

    as("tina", TENANT, Role.TENANT)
        .get(PATH + id)
        .then()
        .statusCode(200)
        .body("state", equalTo("scheduled"))
        .body("activeFrom", equalTo("2999-01-01T00:00:00Z"))
        .body("author", nullValue())
        .body("approver", nullValue());
    problem(act(as("tina", TENANT, Role.TENANT), id, "retire").then(), 403, "forbidden");
    // What is to come into force takes a second person to be taken back.
    problem(act(operator(), id, "retire").then(), 403, "forbidden");
    act(officer(), id, "retire")
        .then()
        .statusCode(202)
        .body("state", equalTo("retired"))
        .body("retiredAt", notNullValue());
  }

  @Test
  void letsNobodyApproveTheirOwn() {
    String mine = uploaded(officer(), "operator", ban(freshName(), "1", NEVER));
    problem(act(officer(), mine, "approve").then(), 403, "forbidden");
    problem(act(operator(), mine, "approve").then(), 403, "forbidden");
    act(as("oda", TENANT, Role.COMPLIANCE), mine, "approve")
        .then()
        .statusCode(202)
        .header("ETag", "\"1\"")
        .body("approver", equalTo("oda"))
        .body("state", equalTo("draft"));
    problem(act(as("ove", TENANT, Role.COMPLIANCE), mine, "approve").then(), 409, "conflict");
    retire(mine);

    String own =
        uploaded(as("paul", PROVIDER, Role.PROVIDER), "provider", ban(freshName(), "1", NEVER));
    problem(act(as("paul", PROVIDER, Role.PROVIDER), own, "approve").then(), 403, "forbidden");
    problem(act(as("pia", PROVIDER, Role.TENANT), own, "approve").then(), 403, "forbidden");
    act(as("pia", PROVIDER, Role.PROVIDER), own, "approve").then().statusCode(202);
    act(as("paul", PROVIDER, Role.PROVIDER), own, "retire").then().statusCode(202);
  }

  @Test
  void asksForTheVersionThatWasRead() {
    String id = uploaded(operator(), "operator", ban(freshName(), "1", NEVER));

    problem(officer().post(PATH + id + "/approve").then(), 428, "precondition-required");
    problem(
        officer().header("If-Match", "\"7\"").post(PATH + id + "/approve").then(),
        412,
        "precondition-failed");
    officer().header("If-Match", "\"0\"").post(PATH + id + "/approve").then().statusCode(202);
    retire(id);
  }

  @Test
  void refusesWhatItsStateDoesNotAllow() {
    String id = uploaded(operator(), "operator", ban(freshName(), "1", NEVER));
    schedule(operator(), id, "{}")
        .then()
        .statusCode(409)
        .body("detail", startsWith("Nobody but its author"));
    act(operator(), id, "shadow").then().statusCode(202).body("state", equalTo("shadow"));
    problem(act(operator(), id, "shadow").then(), 409, "conflict");
    act(officer(), id, "approve").then().statusCode(202);
    problem(
        schedule(operator(), id, "{\"at\": \"2020-01-01T00:00:00Z\"}").then(),
        422,
        "unprocessable");
    schedule(operator(), id, "{\"at\": \"2999-01-01T00:00:00Z\"}").then().statusCode(202);
    problem(act(operator(), id, "shadow").then(), 409, "conflict");
    problem(act(officer(), id, "approve").then(), 409, "conflict");
    act(officer(), id, "retire").then().statusCode(202);
    problem(schedule(operator(), id, "{}").then(), 409, "conflict");
    problem(act(officer(), id, "retire").then(), 409, "conflict");
  }

  @Test
  void keepsTheLastBaseline() {
    String baseline =
        officer()
            .get(PATH + "?layer=baseline&state=active")
            .then()
            .body("items", hasSize(1))
            .body("items[0].pack", equalTo("export-baseline"))
            .body("items[0].author", equalTo("system:policy"))
            .extract()
            .path("items[0].id");

    problem(act(officer(), baseline, "retire").then(), 409, "conflict");
    as("tina", TENANT, Role.TENANT)
        .get(PATH + baseline + "/text")
        .then()
        .statusCode(200)
        .contentType("application/yaml")
        .body(not(equalTo("")));
  }

  @Test
  void refusesTwoVersionsForOneMoment() {
    String name = freshName();
    String at = "{\"at\": \"2999-01-01T00:00:00Z\"}";
    String first = uploaded(operator(), "operator", ban(name, "1", NEVER));
    String second = uploaded(operator(), "operator", ban(name, "2", NEVER));
    act(officer(), first, "approve").then().statusCode(202);
    act(officer(), second, "approve").then().statusCode(202);

    schedule(operator(), first, at).then().statusCode(202);
    problem(schedule(operator(), second, at).then(), 409, "conflict");
    schedule(operator(), second, "{\"at\": \"2999-02-01T00:00:00Z\"}").then().statusCode(202);
    // It may be put off.
    schedule(operator(), first, "{\"at\": \"2998-01-01T00:00:00Z\"}").then().statusCode(202);
    retire(first);
    retire(second);
  }

  @Test
  void boundsWhatAnOwnerRunsInShadowAtOnce() {
    OrganizationId owner = OrganizationId.fresh();
    String name = freshName();
    List<String> shadows = new ArrayList<>();
    for (int i = 0; i < PackDesk.SHADOWS_MAX; i++) {
      String id = uploaded(as("olga", owner, Role.TENANT), "tenant", ban(name, "" + i, NEVER));
      act(as("olga", owner, Role.TENANT), id, "shadow").then().statusCode(202);
      shadows.add(id);
    }
    String oneMore = uploaded(as("olga", owner, Role.TENANT), "tenant", ban(name, "more", NEVER));

    problem(act(as("olga", owner, Role.TENANT), oneMore, "shadow").then(), 409, "conflict")
        .body("detail", containsString("retire one of them"));
    OrganizationId other = OrganizationId.fresh();
    String others =
        uploaded(as("olga", other, Role.TENANT), "tenant", ban(freshName(), "1", NEVER));
    act(as("olga", other, Role.TENANT), others, "shadow").then().statusCode(202);
    act(as("olga", owner, Role.TENANT), shadows.removeFirst(), "retire").then().statusCode(202);
    act(as("olga", owner, Role.TENANT), oneMore, "shadow").then().statusCode(202);

    shadows.add(oneMore);
    shadows.forEach(id -> act(as("olga", owner, Role.TENANT), id, "retire").then().statusCode(202));
    act(as("olga", other, Role.TENANT), others, "retire").then().statusCode(202);
  }

  private static ValidatableResponse problem(ValidatableResponse answer, int status, String code) {
    return answer
        .statusCode(status)
        .contentType(Problem.MEDIA_TYPE)
        .body("code", equalTo(code))
        .body("detail", notNullValue());
  }
}
