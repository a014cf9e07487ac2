package io.berth.policy.internal;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.berth.identity.Role;
import io.berth.platform.OrganizationId;
import io.berth.policy.DecisionId;
import io.berth.policy.PackFixtures;
import io.berth.testing.BerthTest;
import io.berth.testing.Trail;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

@BerthTest
class ReplayResourceTest {

  /** Where no tenant of another test resides. */
  private static final String COUNTRY = "VU";

  private static final String BAN =
      PackFixtures.ban(PackFixtures.freshName(), "1", "tenant.residence == country.VU");

  @Test
  void judgesOldDecisionsTheSameWhateverIsInForceNow() {
    String before = decision("ALLOW");
    String ban = PackFixtures.activated(BAN);
    try {
      String under = decision("DENY");

      replay(before, "{}")
          .body("same", equalTo(true))
          .body("judgedBy", equalTo("stored"))
          .body("verdict", equalTo("ALLOW"))
          .body("replayedVerdict", equalTo("ALLOW"))
          .body("differences", empty());
      replay(before, "{\"packs\": \"current\"}")
          .body("same", equalTo(false))
          .body("replayedVerdict", equalTo("DENY"))
          .body("packs.hash", hasItem(text(ban)))
          .body("differences.kind", hasItems("verdict", "reasons", "intervals", "nodes"))
          .body("differences.kind", not(hasItem("engine")));

      PackFixtures.retire(ban);
      replay(under, "{}")
          .body("same", equalTo(true))
          .body("replayedVerdict", equalTo("DENY"))
          .body("packs.hash", hasItem(text(ban)));
      replay(under, "{\"packs\": \"current\"}").body("replayedVerdict", equalTo("ALLOW"));
    } finally {
      PackFixtures.retire(ban);
    }
  }

  @Test
  void saysWhatOfTheDecisionWasAltered() throws SQLException {
    String facts = decision("ALLOW");
    alter(facts, "facts = replace(facts, '\"endUse\":\"DE\"', '\"endUse\":\"KP\"')");
    replay(facts, "{}")
        .body("same", equalTo(false))
        .body("differences.kind", hasItem("factsAltered"))
        .body("differences.kind", hasItem("verdict"))
        .body("differences.kind", not(hasItem("engine")));

    String unreadable = decision("ALLOW");
    alter(unreadable, "facts = '{\"tenant\": {\"residence\": \"QQ\"}}'");
    replay(unreadable, "{}")
        .body("differences.kind", contains("factsAltered"))
        .body("replayedVerdict", nullValue());

    String answer = decision("ALLOW");
    alter(answer, "verdict = 'DENY', judgements = replace(judgements, '\"ALLOW\"', '\"DENY\"')");
    replay(answer, "{}")
        .body("differences.kind", hasItems("judgementsAltered", "recordAltered", "verdict"))
        .body("replayedVerdict", equalTo("ALLOW"));
  }

  @Test
  void saysThatAPackIsGoneOrAltered() throws SQLException {
    String ban = PackFixtures.activated(BAN.replace("version: \"1\"", "version: \"2\""));
    try {
      String id = decision("DENY");
      PackFixtures.retire(ban);
      String hash = text(ban);
      Trail.execute("update rule_pack set text = text || '#' where hash = '" + hash + "'");
      replay(id, "{}")
          .body("same", equalTo(false))
          .body("differences.kind", contains("packAltered"))
          .body("differences[0].stored.hash", equalTo(hash))
          .body("replayedVerdict", nullValue());
      Trail.execute("update rule_pack set text = left(text, -1) where hash = '" + hash + "'");
      replay(id, "{}").body("same", equalTo(true));

      alter(id, "packs = replace(packs, '" + hash + "', '" + "0".repeat(64) + "')");
      replay(id, "{}").body("differences.kind", contains("recordAltered", "packMissing"));
    } finally {
      PackFixtures.retire(ban);
    }
  }

  @Test
  void isForWhoeverMayReadTheDecision() {
    String id = decision("ALLOW");

    ask(tenant(PackFixtures.HOUSE), id, "{}").statusCode(200).body("same", equalTo(true));
    ask(tenant(PackFixtures.HOUSE), id, "{\"packs\": \"current\"}").statusCode(403);
    ask(PackFixtures.operator(), id, "{\"packs\": \"current\"}").statusCode(403);
    ask(tenant(OrganizationId.fresh()), id, "{}").statusCode(404);
    ask(PackFixtures.officer(), DecisionId.fresh().toString(), "{}").statusCode(404);
    ask(PackFixtures.officer(), id, "{\"packs\": \"old\"}").statusCode(400);
  }

  private static RequestSpecification tenant(OrganizationId organization) {
    return PackFixtures.as("tina", organization, Role.TENANT);
  }

  private static String decision(String verdict) {
    return PackFixtures.enquiry(COUNTRY)
        .then()
        .statusCode(201)
        .body("verdict", equalTo(verdict))
        .extract()
        .path("id");
  }

  private static String text(String version) {
    return PackFixtures.officer()
        .get("/v1/rule-packs/" + version)
        .then()
        .statusCode(200)
        .extract()
        .path("hash");
  }

  private static void alter(String decision, String change) throws SQLException {
    Trail.execute(
        "update decision set "
            + change
            + " where id = '"
            + DecisionId.fromString(decision).value()
            + "'");
  }

  private static ValidatableResponse replay(String decision, String body) {
    return ask(PackFixtures.officer(), decision, body).statusCode(200);
  }

  private static ValidatableResponse ask(
      RequestSpecification caller, String decision, String body) {
    return caller
        .contentType(ContentType.JSON)
        .body(body)
        .post("/v1/decisions/" + decision + "/replay")
        .then();
  }
}
