package io.berth.policy.internal;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.berth.identity.Role;
import io.berth.inventory.NodeId;
import io.berth.platform.OrganizationId;
import io.berth.platform.Problem;
import io.berth.policy.DecisionId;
import io.berth.policy.RulePack;
import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@BerthTest
class DecisionResourceTest {

  private static final String PATH = "/v1/decisions";
  private static final OrganizationId HOUSE = OrganizationId.fresh();

  private static final String GERMAN =
      """
      {"name": "Mieterin GmbH", "facts": {"residenceCountry": "DE", "ultimateParentCountry": "DE",
       "endUseCountry": "DE", "owners": [{"name": "Familie", "percent": 100, "listed": false}],
       "ownersComplete": true, "profile": {"mode": "remote", "workload": "training",
       "dataResidency": "eea-only", "usNexus": false}}}
      """;

  private static final String CHINESE =
      GERMAN.replace("\"DE\"", "\"CN\"").replace("eea-only", "none");

  private static final String AT_HOME =
      """
      {"accelerator": "nvidia-h100-sxm",
       "node": {"country": "DE", "stateFunded": false, "authorisations": []},
       "provider": {"residence": "DE", "ultimateParent": "DE", "listedOn": [], "ownedByListedPercent": 0},
       "period": {"start": "2026-11-01T00:00:00Z", "duration": "PT24H"}}
      """;

  @Test
  void judgesForTheCallersOrganizationByItsProfile() {
    OrganizationId tenant = verified(GERMAN);

    post(as(tenant, Role.TENANT), AT_HOME)
        .statusCode(201)
        .body("tenantId", equalTo(tenant.toString()))
        .body("purpose", equalTo("enquiry"))
        .body("verdict", equalTo("ALLOW"))
        .body("reasons", empty())
        .body("intervals", hasSize(1))
        .body("allowedUntil", equalTo("2026-11-02T00:00:00Z"))
        .body("period.end", equalTo("2026-11-02T00:00:00Z"))
        .body("facts.tenant.residence", equalTo("DE"))
        .body("facts.tenant.listedOn", empty())
        .body("facts.tenant.ownedByListedPercent.max", equalTo(0))
        .body("facts.request.workload", equalTo("training"))
        .body("facts.request.dataResidency", equalTo("eea-only"))
        .body("facts.nodes[0].node.country", equalTo("DE"))
        .body("facts.nodes[0].nodeIds", empty())
        .body("facts.nodes[0].accelerator.model", equalTo("nvidia-h100-sxm"))
        .body("packs[0].layer", equalTo("baseline"))
        .body("packs[0].id", equalTo("export-baseline"))
        .body("packs[0].hash", equalTo(RulePack.exportBaseline().hash()))
        .body("knownAt", notNullValue());
  }

  @Test
  void whatTheRequestSaysGoesBeforeTheProfile() {
    OrganizationId tenant = verified(GERMAN);
    String abroad =
        """
        {"accelerator": "nvidia-l20", "node": {"country": "US", "stateFunded": false, "authorisations": []},
         "provider": {"residence": "US", "ultimateParent": "US", "listedOn": [], "ownedByListedPercent": 0}, "use": {"dataResidency": "%s"}}
        """;

    post(as(tenant, Role.TENANT), abroad.formatted("none"))
        .statusCode(201)
        .body("verdict", equalTo("ALLOW"))
        .body("facts.request.mode", equalTo("remote"));
    post(as(tenant, Role.TENANT), abroad.formatted("eea-only"))
        .statusCode(201)
        .body("verdict", equalTo("DENY"))
        .body("reasons[0].ruleId", equalTo("residency-eea"))
        .body("reasons[0].authority", equalTo("tenant"))
        .body("allowedUntil", nullValue());
  }

  @Test
  void holdsAnUnverifiedTenantForWantOfAScreening() {
    OrganizationId tenant = enter(GERMAN);

    post(as(tenant, Role.TENANT), AT_HOME)
        .statusCode(201)
        .body("verdict", equalTo("HOLD_EVIDENCE"))
        .body("reasons.missingFacts.flatten()", hasItem("tenant.listedOn"))
        .body("facts.tenant", not(hasKey("listedOn")));
  }

  @Test
  void explainsARefusalInFull() {
    OrganizationId tenant = verified(CHINESE);

    post(
            as(tenant, Role.TENANT),
            AT_HOME
                .replace("\"DE\"", "\"CN\"")
                .replace(
                    "\"authorisations\": []",
                    "\"authorisations\": [{\"id\": \"LIC-1\", \"start\": \"2026-11-01T12:00:00Z\","
                        + " \"regime\": \"US-BIS\"}]"))
        .statusCode(201)
        .body("verdict", equalTo("DENY"))
        .body("reasons[0].ruleId", equalTo("us-3a090-d5-node"))
        .body("reasons[0].authority", equalTo("law"))
        .body(
            "reasons[0].citation",
            equalTo("15 CFR 742.6(a)(6) and part 774, supplement 1, ECCN 3A090"))
        .body("reasons[0].code", equalTo("controlledDeviceInD5"))
        .body("reasons[0].message", notNullValue())
        .body("reasons[0].wouldChange", notNullValue())
        .body("reasons[0].missingFacts", empty())
        .body("reasons[0].conflictsWith", empty())
        .body("intervals.start", contains("2026-11-01T00:00:00Z", "2026-11-01T12:00:00Z"))
        .body("intervals[0].verdict", equalTo("DENY"))
        .body("intervals[0].ruleIds", hasItem("us-3a090-d5-node"))
        .body("intervals[1].ruleIds", not(hasItem("us-3a090-d5-node")))
        .body("facts.nodes[0].node.authorisations[0].id", equalTo("LIC-1"));
  }

  @Test
  void whatIsNotToldIsUnknown() {
    OrganizationId tenant = verified(GERMAN);

    post(as(tenant, Role.TENANT), "{\"accelerator\": \"nvidia-h100-sxm\"}")
        .statusCode(201)
        .body("verdict", equalTo("HOLD_EVIDENCE"))
        .body("reasons.missingFacts.flatten()", hasItem("node.country"))
        .body(
            "facts.nodes[0].node",
            equalTo(
                Map.of("excludesTenant", false, "allowsTenant", true, "classifiedAs", List.of())))
        .body("facts.nodes[0].provider", equalTo(Map.of()));
  }

  @Test
  void readsBackExactlyWhatItAnswered() {
    OrganizationId tenant = verified(CHINESE);
    ValidatableResponse created = post(as(tenant, Role.TENANT), AT_HOME).statusCode(201);
    String id = created.extract().path("id");

    created.header("Location", endsWith(PATH + "/" + id));
    String read =
        as(tenant, Role.TENANT).get(PATH + "/" + id).then().statusCode(200).extract().asString();
    assertThat(read).isEqualTo(created.extract().asString());
  }

  @Test
  void writesAnAuditEntryThatNamesWhatDecided() throws SQLException {
    OrganizationId tenant = verified(CHINESE);
    JsonPath decision = post(as(tenant, Role.TENANT), AT_HOME).extract().jsonPath();

    List<String> details =
        column(
            "select detail from audit_entry where action = 'decision.record' and subject = ?",
            decision.getString("id"));

    assertThat(details).hasSize(1);
    JsonPath detail = new JsonPath(details.getFirst());
    assertThat(detail.getString("factsHash")).isEqualTo(decision.getString("factsHash"));
    assertThat(detail.getString("packs[0].hash")).isEqualTo(decision.getString("packs[0].hash"));
    assertThat(detail.getString("verdict")).isEqualTo(decision.getString("verdict"));
    assertThat(detail.getList("rules"))
        .containsExactlyInAnyOrderElementsOf(decision.getList("reasons.ruleId"));
  }

  @Test
  void theFactsHashIsThatOfTheStoredFacts() throws SQLException {
    JsonPath decision = post(as(verified(GERMAN), Role.TENANT), AT_HOME).extract().jsonPath();

    assertThat(
            column(
                "select encode(sha256(convert_to(facts, 'UTF8')), 'hex') from decision"
                    + " where facts_hash = ?",
                decision.getString("factsHash")))
        .isNotEmpty()
        .containsOnly(decision.getString("factsHash"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"berth_application", "berth_system"})
  void theServiceCannotChangeOrDeleteADecision(String role) throws SQLException {
    try (Connection connection = BerthResource.superuser();
        var statement = connection.createStatement()) {
      statement.execute("set role " + role);
      assertThatThrownBy(() -> statement.execute("update decision set verdict = 'ALLOW'"))
          .hasMessageContaining("permission denied");
      assertThatThrownBy(() -> statement.execute("delete from decision"))
          .hasMessageContaining("permission denied");
    }
  }

  @Test
  void showsADecisionToItsOrganizationAndToOfficersOnly() {
    OrganizationId tenant = verified(GERMAN);
    OrganizationId other = verified(GERMAN);
    String id = post(as(tenant, Role.TENANT), AT_HOME).extract().path("id");

    as(tenant, Role.TENANT).get(PATH + "/" + id).then().statusCode(200);
    as(HOUSE, Role.OPERATOR).get(PATH + "/" + id).then().statusCode(200);
    as(HOUSE, Role.COMPLIANCE).get(PATH + "/" + id).then().statusCode(200);
    problem(as(other, Role.TENANT).get(PATH + "/" + id).then(), 404, "not-found");
    problem(as(other, Role.PROVIDER).get(PATH + "/" + id).then(), 404, "not-found");
    problem(as(tenant, Role.TENANT).get(PATH + "/" + DecisionId.fresh()).then(), 404, "not-found");
    problem(as(tenant, "stranger").get(PATH + "/" + id).then(), 403, "forbidden");
    problem(given().get(PATH + "/" + id).then(), 401, "unauthenticated");
    problem(as(tenant, Role.TENANT).get(PATH + "/nonsense").then(), 404, "not-found");
  }

  @Test
  void listsAnOrganizationsDecisionsPageByPage() {
    OrganizationId tenant = verified(GERMAN);
    String abroad = AT_HOME.replace("\"country\": \"DE\"", "\"country\": \"US\"");
    List<String> made = new ArrayList<>();
    for (String body : List.of(AT_HOME, abroad, AT_HOME, abroad, AT_HOME)) {
      made.add(post(as(tenant, Role.TENANT), body).statusCode(201).extract().path("id"));
    }

    JsonPath first = list(tenant, 3, null);
    JsonPath second = list(tenant, 3, first.getString("nextPageToken"));

    List<String> listed = new ArrayList<>(first.getList("items.id"));
    listed.addAll(second.getList("items.id"));
    assertThat(listed).containsExactlyElementsOf(made);
    assertThat(second.getString("nextPageToken")).isNull();
    as(tenant, Role.TENANT)
        .queryParam("verdict", "DENY")
        .queryParam("purpose", "enquiry")
        .get(PATH)
        .then()
        .statusCode(200)
        .body("items.id", contains(made.get(1), made.get(3)))
        .body("items.verdict", everyItem(equalTo("DENY")));
    as(tenant, Role.TENANT)
        .queryParam("purpose", "job")
        .get(PATH)
        .then()
        .statusCode(200)
        .body("items", empty());
    as(HOUSE, Role.OPERATOR)
        .queryParam("pageSize", 200)
        .queryParam("verdict", "DENY")
        .get(PATH)
        .then()
        .statusCode(200)
        .body("items.id", hasItem(made.get(1)));
  }

  @Test
  void officersAskForATenantAndKeepTheDecisionForIt() {
    OrganizationId tenant = verified(GERMAN);
    String body = with(AT_HOME, "\"tenantId\": \"" + tenant + "\"");

    String id =
        post(as(HOUSE, Role.COMPLIANCE), body)
            .statusCode(201)
            .body("tenantId", equalTo(tenant.toString()))
            .body("verdict", equalTo("ALLOW"))
            .extract()
            .path("id");

    as(tenant, Role.TENANT).get(PATH + "/" + id).then().statusCode(200);
    post(as(tenant, Role.TENANT), body).statusCode(201);
    problem(post(as(verified(GERMAN), Role.TENANT), body), 404, "not-found");
  }

  @Test
  void keepsADescribedTenantsDecisionForWhoAsked() {
    post(as(HOUSE, Role.OPERATOR), with(AT_HOME, "\"tenant\": {\"residence\": \"DE\"}"))
        .statusCode(201)
        .body("tenantId", equalTo(HOUSE.toString()))
        .body("verdict", equalTo("HOLD_EVIDENCE"))
        .body("facts.tenant.residence", equalTo("DE"))
        .body("facts.request", equalTo(Map.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {Role.TENANT, Role.PROVIDER})
  void letsOnlyOfficersDescribeATenant(String role) {
    problem(post(as(verified(GERMAN), role), with(AT_HOME, "\"tenant\": {}")), 403, "forbidden")
        .body("errors.pointer", contains("/tenant"));
  }

  @Test
  void judgesARealNodeForItsProviderAndOfficersOnly() throws SQLException {
    OrganizationId provider = verified(GERMAN);
    OrganizationId tenant = verified(GERMAN);
    NodeId node = node(provider, "nvidia-h100-sxm", "DE");
    String ask = "{\"nodeId\": \"" + node + "\"}";
    String forTenant = with(ask, "\"tenantId\": \"" + tenant + "\"");

    post(as(HOUSE, Role.OPERATOR), forTenant)
        .statusCode(201)
        .body("verdict", equalTo("ALLOW"))
        .body("tenantId", equalTo(tenant.toString()))
        .body("nodes[0].nodeIds", contains(node.toString()))
        .body("facts.nodes[0].nodeIds", contains(node.toString()))
        .body("facts.nodes[0].node.country", equalTo("DE"))
        .body("facts.nodes[0].provider.ultimateParent", equalTo("DE"))
        .body("facts.nodes[0].accelerator.vendor", equalTo("NVIDIA"));
    post(as(provider, Role.PROVIDER), ask)
        .statusCode(201)
        .body("tenantId", equalTo(provider.toString()));
    problem(post(as(tenant, Role.TENANT), ask), 404, "not-found");
    problem(post(as(verified(GERMAN), Role.PROVIDER), ask), 404, "not-found");
  }

  @Test
  void holdsANodeWhoseModelNobodyKnows() throws SQLException {
    OrganizationId provider = verified(GERMAN);
    NodeId node = node(provider, null, "DE");

    post(as(provider, Role.PROVIDER), "{\"nodeId\": \"" + node + "\"}")
        .statusCode(201)
        .body("verdict", equalTo("HOLD_EVIDENCE"))
        .body("facts.nodes[0].accelerator", equalTo(Map.of()));
  }

  @Test
  void takesAProvidersFactsFromItsOrganization() throws SQLException {
    OrganizationId provider = verified(CHINESE);
    OrganizationId tenant = verified(GERMAN);
    String body =
        """
        {"accelerator": "nvidia-h100-sxm", "providerId": "%s",
         "node": {"country": "DE", "stateFunded": false, "authorisations": []}}
        """
            .formatted(provider);

    problem(post(as(tenant, Role.TENANT), body), 404, "not-found");
    node(provider, "nvidia-h100-sxm", "DE");
    post(as(tenant, Role.TENANT), body)
        .statusCode(201)
        .body("verdict", equalTo("HOLD_LICENCE"))
        .body("reasons[0].ruleId", equalTo("us-3a090-provider"))
        .body("facts.nodes[0].provider.ultimateParent", equalTo("CN"));
    post(as(HOUSE, Role.COMPLIANCE), with(body, "\"tenantId\": \"" + tenant + "\""))
        .statusCode(201)
        .body("verdict", equalTo("HOLD_LICENCE"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"tenant\": {\"residence\": \"XX\"}, \"accelerator\": \"nvidia-h20\"} | /tenant/residence",
        "{\"tenant\": {\"listedOn\": [\"UN\"]}, \"accelerator\": \"nvidia-h20\"} | /tenant/listedOn/0",
        "{\"tenant\": {\"ownedByListedPercent\": 101}, \"accelerator\": \"nvidia-h20\"}"
            + " | /tenant/ownedByListedPercent",
        "{\"tenant\": {\"ownRules\": [\"none\"]}, \"accelerator\": \"nvidia-h20\"} | /tenant/ownRules/0",
        "{\"tenant\": {\"parent\": \"DE\"}, \"accelerator\": \"nvidia-h20\"} | /tenant/parent",
        "{\"accelerator\": \"nvidia-h20\", \"node\": {\"country\": \"de\"}} | /node/country",
        "{\"accelerator\": \"nvidia-h20\", \"node\": {\"stateFunded\": \"no\"}} | /node/stateFunded",
        "{\"accelerator\": \"nvidia-h20\", \"node\": {\"authorisations\": [{\"id\": \"A\"}]}}"
            + " | /node/authorisations/0/start",
        "{\"accelerator\": \"nvidia-h20\", \"period\": {\"start\": \"soon\"}} | /period/start",
        "{\"accelerator\": \"nvidia-h20\", \"period\": {\"duration\": 3600}} | /period/duration",
        "{\"accelerator\": \"nvidia-h20\", \"use\": {\"mode\": \"REMOTE\"}} | /use/mode",
        "{\"accelerator\": \"nvidia-h20\", \"use\": {\"usNexus\": 1}} | /use/usNexus",
        "{\"accelerator\": \"nvidia-h20\", \"tenantId\": \"org_1\"} | /tenantId",
        "{\"accelerator\": \"nvidia-h20\", \"colour\": \"red\"} | /colour",
        "{\"nodeId\": 7} | /nodeId",
        "{\"accelerator\": \" \"} | /accelerator",
      })
  void refusesWhatItCannotRead(String body, String pointer) {
    problem(post(as(HOUSE, Role.COMPLIANCE), body), 400, "malformed-request")
        .body("errors.pointer", contains(pointer));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | /accelerator",
        "{\"tenant\": {}, \"accelerator\": \"nvidia-h1000\"} | /accelerator",
        "{\"tenant\": {}, \"tenantId\": \"TENANT\", \"accelerator\": \"nvidia-h20\"} | /tenant",
        "{\"provider\": {}, \"providerId\": \"TENANT\", \"accelerator\": \"nvidia-h20\"} | /provider",
        "{\"nodeId\": \"NODE\", \"accelerator\": \"nvidia-h20\"} | /nodeId",
        "{\"nodeId\": \"NODE\", \"node\": {}} | /nodeId",
        "{\"nodeId\": \"NODE\", \"provider\": {}} | /nodeId",
        "{\"accelerator\": \"nvidia-h20\","
            + " \"period\": {\"end\": \"2999-01-01T00:00:00Z\", \"duration\": \"PT1H\"}}"
            + " | /period/duration",
        "{\"accelerator\": \"nvidia-h20\", \"period\": {\"end\": \"2001-01-01T00:00:00Z\"}} | /period/end",
        "{\"accelerator\": \"nvidia-h20\", \"period\": {\"duration\": \"PT-1H\"}} | /period/duration",
        "{\"accelerator\": \"nvidia-h20\", \"period\": {\"duration\": \"PT0.0000001S\"}}"
            + " | /period/duration",
        "{\"accelerator\": \"nvidia-h20\", \"period\": {\"duration\": \"P4000D\"}} | /period/duration",
        "{\"accelerator\": \"nvidia-h20\", \"period\": {\"duration\": \"P99999999999D\"}}"
            + " | /period/duration",
        "{\"accelerator\": \"nvidia-h20\", \"period\": {\"start\": \"9999-12-31T23:59:59Z\"}}"
            + " | /period/end",
        "{\"tenant\": {}, \"accelerator\": \"nvidia-h20\", \"node\": {\"authorisations\": [{\"id\": \"A\","
            + " \"start\": \"2026-01-01T00:00:00Z\", \"end\": \"2026-01-01T00:00:00Z\"}]}}"
            + " | /node/authorisations/0/end",
      })
  void refusesWhatMakesNoSense(String body, String pointer) {
    String real =
        body.replace("TENANT", OrganizationId.fresh().toString())
            .replace("NODE", NodeId.fresh().toString());

    problem(post(as(HOUSE, Role.COMPLIANCE), real), 422, "unprocessable")
        .body("errors.pointer", contains(pointer));
  }

  @ParameterizedTest
  @CsvSource({
    "verdict, MAYBE",
    "purpose, QUOTE",
    "pageSize, 0",
    "pageToken, nonsense",
    "tenant, me",
  })
  void refusesBadParameters(String name, String value) {
    problem(
            as(HOUSE, Role.COMPLIANCE).queryParam(name, value).get(PATH).then(),
            400,
            "malformed-request")
        .body("errors.pointer", contains("?" + name));
  }

  @Test
  void showsThePackInForce() {
    RulePack pack = RulePack.exportBaseline();

    as(OrganizationId.fresh(), Role.TENANT)
        .get("/v1/rule-packs/active")
        .then()
        .statusCode(200)
        .body("id", equalTo(pack.id()))
        .body("version", equalTo(pack.version()))
        .body("hash", equalTo(pack.hash()))
        .body("title", equalTo(pack.title()))
        .body("text", equalTo(pack.text()));
    problem(given().get("/v1/rule-packs/active").then(), 401, "unauthenticated");
  }

  private static JsonPath list(OrganizationId tenant, int size, String token) {
    RequestSpecification request = as(tenant, Role.TENANT).queryParam("pageSize", size);
    return (token == null ? request : request.queryParam("pageToken", token))
        .get(PATH)
        .then()
        .statusCode(200)
        .extract()
        .jsonPath();
  }

  private static OrganizationId enter(String statement) {
    return OrganizationId.fromString(
        as(HOUSE, Role.OPERATOR)
            .body(statement)
            .post("/v1/organizations")
            .then()
            .statusCode(201)
            .extract()
            .path("id"));
  }

  private static OrganizationId verified(String statement) {
    OrganizationId id = enter(statement);
    as(HOUSE, Role.COMPLIANCE)
        .header("If-Match", "*")
        .body(
            """
            {"reason": "The register agrees.",
             "evidence": [{"kind": "register-extract", "reference": "HRB 1"}]}
            """)
        .post("/v1/organizations/" + id + "/verify")
        .then()
        .statusCode(202);
    return id;
  }

  /** A node as discovery would have left it, in a cluster that nobody looks at. */
  private static NodeId node(OrganizationId provider, String model, String country)
      throws SQLException {
    UUID cluster = UUID.randomUUID();
    UUID pool = UUID.randomUUID();
    NodeId node = NodeId.fresh();
    try (Connection connection = BerthResource.superuser()) {
      execute(
          connection,
          "insert into cluster (id, provider_id, name, server, state, credentials, credential_type,"
              + " credentials_version, declarations, conditions, selling, next_sync_at, sync_epoch,"
              + " created_at) values (?, ?, 'c', 'https://cluster.invalid', 'ACTIVE', '', 'TOKEN', 0,"
              + " '{}', '[]', true, '2999-01-01', 0, now())",
          cluster,
          provider.value());
      execute(
          connection,
          "insert into node_pool (id, cluster_id, provider_id, name, model_id, resource_name,"
              + " slot_kind, created_at) values (?, ?, ?, 'p', ?, 'nvidia.com/gpu',"
              + " 'WHOLE_DEVICE', now())",
          pool,
          cluster,
          provider.value(),
          model);
      execute(
          connection,
          "insert into node (id, cluster_id, provider_id, pool_id, name, model_id, slots, country,"
              + " country_source, flags, conditions, observation, offerable, sellable, created_at)"
              + " values (?, ?, ?, ?, 'n', ?, 8, ?, 'DECLARED',"
              + " '{\"stateFunded\": false, \"authorisations\": [], \"source\": \"declared\"}', '[]',"
              + " '{\"name\": \"n\", \"labels\": {}, \"taints\": [], \"ready\": true, \"schedulable\": true,"
              + " \"devices\": [], \"warnings\": []}', true, true, now())",
          node.value(),
          cluster,
          provider.value(),
          pool,
          model,
          country);
    }
    return node;
  }

  private static void execute(Connection connection, String sql, Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
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

  private static String with(String body, String member) {
    return body.replaceFirst("\\{", "{" + member + ", ");
  }

  private static ValidatableResponse post(RequestSpecification request, String body) {
    return request.body(body).post(PATH).then();
  }

  private static RequestSpecification as(OrganizationId organization, String role) {
    return given()
        .auth()
        .oauth2(BerthResource.token(organization, role))
        .contentType(ContentType.JSON);
  }

  private static ValidatableResponse problem(ValidatableResponse answer, int status, String code) {
    return answer
        .statusCode(status)
        .contentType(Problem.MEDIA_TYPE)
        .body("code", equalTo(code))
        .body("detail", notNullValue());
  }
}
