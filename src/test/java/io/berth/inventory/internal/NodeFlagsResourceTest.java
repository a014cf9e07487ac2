package io.berth.inventory.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.berth.identity.Role;
import io.berth.inventory.NodeId;
import io.berth.platform.OrganizationId;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@BerthTest
class NodeFlagsResourceTest {

  private static final String EVIDENCE =
      "[{\"kind\": \"site-visit\", \"reference\": \"Report 1\", \"expiresAt\": \"2099-01-01T00:00:00Z\"}]";

  private OwnMarket market;
  private NodeId node;

  @BeforeEach
  void open() throws SQLException {
    market = new OwnMarket("nvidia-a100-80g-sxm", "FI", 1);
    node = market.nodes().getFirst();
    // As a look at the cluster leaves it: conclusions are drawn anew from these.
    execute(
        "update cluster set declarations = '{\"countriesByRegion\": {}, \"models\": {},"
            + " \"fabricLabel\": \"x\", \"stateFunded\": false, \"authorisations\": []}' where id ="
            + " (select cluster_id from node where id = ?)");
    execute(
        "update node set name = 'n', observation = '{\"name\": \"n\", \"labels\":"
            + " {\"topology.kubernetes.io/region\": \"de-fra-1\"}, \"taints\": [], \"ready\": true,"
            + " \"schedulable\": true, \"devices\": [{\"resourceName\": \"nvidia.com/gpu\", \"count\": 8,"
            + " \"vendor\": \"NVIDIA\", \"modelId\": \"nvidia-a100-80g-sxm\","
            + " \"slotKind\": \"WHOLE_DEVICE\"}], \"warnings\": []}' where id = ?");
  }

  @AfterEach
  void close() {
    market.close();
  }

  @Test
  void aProviderDeclaresFlagsOfOneNode() throws SQLException {
    declare("{\"stateFunded\": true, \"excludedParties\": [\"RU\"], \"zones\": [\"eu-sovereign\"]}")
        .statusCode(200)
        .body("jurisdiction.country", is("DE"))
        .body("jurisdiction.source", is("discovered"))
        .body("flags.stateFunded", is(true))
        .body("flags.excludedParties", contains("RU"))
        .body("flags.zones", contains("eu-sovereign"))
        .body("flags.sources.zones", is("declared"))
        .body("flags", not(hasKey("disputed")))
        .body("declared.flags.zones", contains("eu-sovereign"));

    assertThat(column("select type from outbox_event where subject = ?", node.toString()))
        .containsExactly("node.flagsChanged");
    assertThat(column("select action from audit_entry where subject = ?", node.toString()))
        .containsExactly("node.declareFlags");
  }

  @Test
  void aDisputedCountryIsUnknownUntilAnOfficerHasFoundOut() throws SQLException {
    declare("{\"country\": \"AT\"}")
        .body("jurisdiction", not(hasKey("country")))
        .body("jurisdiction.declared", is("AT"))
        .body("flags.disputed", contains("country"));
    assertThat(
            column(
                "select kind || ' ' || reason || ' ' || state from review_case where subject = ?",
                node.toString()))
        .containsExactly("NODE_FACTS country OPEN");

    verify("officer-1", "{\"country\": \"AT\"}")
        .statusCode(202)
        .body("jurisdiction.country", is("AT"))
        .body("jurisdiction.source", is("verified"))
        .body("flags.locationEvidenceUntil", is("2099-01-01T00:00:00Z"))
        .body("verified.by", is("officer-1"))
        .body("verified.evidence.kind", contains("site-visit"));
  }

  @Test
  void whomTheNodeExcludesItIsNotFor() {
    OrganizationId tenant = OwnMarket.tenant("FR");
    declare("{\"excludedParties\": [\"" + tenant + "\"]}").statusCode(200);

    OwnMarket.officer("asker")
        .body(
            "{\"nodeId\": \"%s\", \"tenantId\": \"%s\", \"period\": {\"duration\": \"PT1H\"}}"
                .formatted(node, tenant))
        .post("/v1/decisions")
        .then()
        .statusCode(201)
        .body("verdict", is("DENY"))
        .body("reasons.ruleId", hasItem("party-excluded"))
        .body("facts.nodes[0].node.excludesTenant", is(true));
  }

  @Test
  void locationEvidenceThatExpiresInThePeriodCutsIt() {
    verify("officer-1", "{\"country\": \"DE\"}").statusCode(202);
    OrganizationId tenant = OwnMarket.tenant("FR");

    OwnMarket.officer("asker")
        .body(
            """
            {"nodeId": "%s", "tenantId": "%s",
             "period": {"start": "2098-12-31T00:00:00Z", "end": "2099-01-02T00:00:00Z"}}
            """
                .formatted(node, tenant))
        .post("/v1/decisions")
        .then()
        .body("verdict", is("HOLD_EVIDENCE"))
        .body("allowedUntil", is("2099-01-01T00:00:00Z"))
        .body("reasons.ruleId", hasItem("node-location-unknown"));
  }

  @Test
  void asksForFourEyes() {
    OwnMarket.as(market.provider(), Role.COMPLIANCE)
        .header("If-Match", "*")
        .body(finding("{\"country\": \"DE\"}"))
        .post("/v1/nodes/" + node + "/verify")
        .then()
        .statusCode(403);
    OwnMarket.as(market.provider(), Role.PROVIDER)
        .header("If-Match", "*")
        .body(finding("{\"country\": \"DE\"}"))
        .post("/v1/nodes/" + node + "/verify")
        .then()
        .statusCode(403);
    OwnMarket.officer("officer")
        .body(finding("{\"country\": \"DE\"}"))
        .post("/v1/nodes/" + node + "/verify")
        .then()
        .statusCode(428);
  }

  @Test
  void isSeenByItsProviderAndThoseWhoOverseeTheMarket() {
    OwnMarket.as(market.provider(), Role.PROVIDER)
        .get("/v1/nodes/" + node + "/flags")
        .then()
        .statusCode(200);
    OrganizationId stranger = OwnMarket.tenant("FR");
    OwnMarket.as(stranger, Role.PROVIDER)
        .get("/v1/nodes/" + node + "/flags")
        .then()
        .statusCode(404);
    OwnMarket.as(stranger, Role.PROVIDER)
        .header("If-Match", "*")
        .body("{}")
        .put("/v1/nodes/" + node + "/flags")
        .then()
        .statusCode(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"country\": \"XX\"} | /country",
        "{\"zones\": [\"EU Sovereign\"]} | /zones/0",
        "{\"excludedParties\": [\"Russia\"]} | /excludedParties/0",
        "{\"colour\": \"red\"} | /colour",
      })
  void refusesWhatItCannotRead(String body, String pointer) {
    declare(body).statusCode(400).body("errors.pointer", containsInAnyOrder(pointer));
  }

  private ValidatableResponse declare(String body) {
    return OwnMarket.as(market.provider(), Role.PROVIDER)
        .header("If-Match", "*")
        .body(body)
        .put("/v1/nodes/" + node + "/flags")
        .then();
  }

  private ValidatableResponse verify(String officer, String flags) {
    return OwnMarket.officer(officer)
        .header("If-Match", "*")
        .body(finding(flags))
        .post("/v1/nodes/" + node + "/verify")
        .then();
  }

  private static String finding(String flags) {
    return "{\"flags\": %s, \"reason\": \"Was there.\", \"evidence\": %s}"
        .formatted(flags, EVIDENCE);
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = BerthResource.superuser();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setObject(1, node.value());
      statement.executeUpdate();
    }
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
