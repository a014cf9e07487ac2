package io.berth.policy.internal;

import static io.berth.policy.PackFixtures.act;
import static io.berth.policy.PackFixtures.as;
import static io.berth.policy.PackFixtures.ban;
import static io.berth.policy.PackFixtures.enquiry;
import static io.berth.policy.PackFixtures.freshName;
import static io.berth.policy.PackFixtures.officer;
import static io.berth.policy.PackFixtures.operator;
import static io.berth.policy.PackFixtures.retire;
import static io.berth.policy.PackFixtures.uploaded;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.berth.identity.Role;
import io.berth.platform.OrganizationId;
import io.berth.policy.ActivePacks;
import io.berth.testing.BerthTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

@BerthTest
class PackReportResourceTest {

  private static final String PATH = "/v1/rule-packs/";
  private static final OrganizationId TENANT = OrganizationId.fresh();

  @Inject ActivePacks active;

  @Test
  void recordsWhatAShadowWouldHaveDecidedOtherwise() {
    String name = freshName();
    String id = uploaded(operator(), "operator", ban(name, "1", "tenant.residence == country.MH"));
    enquiry("MH").then().statusCode(201).body("verdict", equalTo("ALLOW"));
    act(operator(), id, "shadow").then().statusCode(202);
    active.refresh().await().indefinitely();

    String decision =
        enquiry("MH").then().statusCode(201).body("verdict", equalTo("ALLOW")).extract().path("id");
    enquiry("DE").then().statusCode(201);

    officer()
        .get(PATH + id + "/shadow-differences")
        .then()
        .statusCode(200)
        .body("items", hasSize(1))
        .body("items[0].decisionId", equalTo(decision))
        .body("items[0].purpose", equalTo("enquiry"))
        .body("items[0].liveVerdict", equalTo("ALLOW"))
        .body("items[0].shadowVerdict", equalTo("DENY"))
        .body("items[0].models", contains("nvidia-h100-sxm"))
        .body("items[0].added.pack", contains(name))
        .body("items[0].removed", empty());
    as("tina", TENANT, Role.TENANT).get(PATH + id + "/shadow-differences").then().statusCode(404);
    retire(id);
    active.refresh().await().indefinitely();
    enquiry("MH").then().statusCode(201);
    officer().get(PATH + id + "/shadow-differences").then().body("items", hasSize(1));
  }

  @Test
  void saysWhatChanged() {
    String name = freshName();
    String first = uploaded(operator(), "operator", ban(name, "1", "false"));
    String second =
        uploaded(operator(), "operator", ban(name, "2", "false").replace("DENY", "WARN"));

    officer()
        .get(PATH + second + "/diff?against=" + first)
        .then()
        .statusCode(200)
        .body("against", equalTo(first))
        .body("changes", hasSize(1))
        .body("changes[0].part", equalTo("rule"))
        .body("changes[0].how", equalTo("changed"))
        .body("changes[0].member", equalTo("verdict"))
        .body("changes[0].sentence", equalTo("Rule banned now says WARN; it said DENY."));
    officer().get(PATH + second + "/diff").then().statusCode(400);
    as("tina", TENANT, Role.TENANT)
        .get(PATH + second + "/diff?against=" + first)
        .then()
        .statusCode(404);
    retire(first);
    retire(second);
  }

  @Test
  void judgesWorkedCasesByTheShippedBaseline() throws IOException {
    String baseline =
        officer().get(PATH + "?layer=baseline&state=active").then().extract().path("items[0].id");
    byte[] cases;
    try (InputStream stream = getClass().getResourceAsStream("/policy/cases.csv")) {
      cases = stream.readAllBytes();
    }

    officer()
        .contentType("text/csv")
        .body(cases)
        .post(PATH + baseline + "/test")
        .then()
        .statusCode(200)
        .body("passed", equalTo(true))
        .body("outcomes.agrees.unique()", contains(true))
        .body("problems", empty());
    officer()
        .contentType("text/csv")
        .body("id,nonsense\n1,2\n".getBytes(StandardCharsets.UTF_8))
        .post(PATH + baseline + "/test?besideOthers=true")
        .then()
        .statusCode(200)
        .body("passed", equalTo(false));
  }
}
