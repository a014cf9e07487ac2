package io.berth.policy;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.berth.identity.Role;
import io.berth.platform.OrganizationId;
import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Worked cases asked over REST, as an officer describes them, on their three dates. */
@BerthTest
class DecisionCasesTest {

  private static final Set<String> IDS = Set.of("1", "2", "7", "10", "12", "23", "25");
  private static final Map<String, String> DATES =
      Map.of("v20241115", "2024-11-15", "v20250601", "2025-06-01", "v20261101", "2026-11-01");
  private static final OrganizationId HOUSE = OrganizationId.fresh();

  static List<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    for (Map<String, String> row : Accelerators.rows("/policy/cases.csv")) {
      if (IDS.contains(row.get("id"))) {
        DATES.forEach(
            (column, date) -> cases.add(Arguments.of(row.get("id"), date, row.get(column), row)));
      }
    }
    assertThat(cases).hasSize(IDS.size() * DATES.size());
    return cases;
  }

  @ParameterizedTest(name = "case {0} on {1}: {2}")
  @MethodSource("cases")
  void judgesTheWorkedCasesAsListed(
      String id, String date, String expected, Map<String, String> row) {
    JsonPath decision =
        given()
            .auth()
            .oauth2(BerthResource.token(HOUSE, Role.COMPLIANCE))
            .contentType(ContentType.JSON)
            .body(enquiry(row, date))
            .post("/v1/decisions")
            .then()
            .statusCode(201)
            .body("verdict", equalTo(expected))
            .body("period.start", equalTo(date + "T00:00:00Z"))
            .body("intervals[0].verdict", equalTo(expected))
            .extract()
            .jsonPath();

    assertThat(decision.getList("reasons").isEmpty()).isEqualTo(expected.equals("ALLOW"));
    assertThat(decision.getString("allowedUntil") != null)
        .isEqualTo(Verdict.valueOf(expected).permits());
  }

  private static Map<String, Object> enquiry(Map<String, String> row, String date) {
    Map<String, Object> tenant = new HashMap<>();
    putCountry(tenant, "residence", row.get("tRes"));
    putCountry(tenant, "ultimateParent", row.get("tParent"));
    putCountry(tenant, "endUse", row.get("tEnd"));
    tenant.put("listedOn", listOf(row.get("tListed")));
    tenant.put("ownedByListedPercent", new BigDecimal(row.get("tElPct")));
    tenant.put("ownRules", listOf(row.get("tPolicy")));
    Map<String, Object> node = new HashMap<>();
    putCountry(node, "country", row.get("nCountry"));
    node.put("stateFunded", Boolean.valueOf(row.get("nState")));
    node.put("authorisations", List.of());
    Map<String, Object> provider = new HashMap<>();
    // As for the file's cases: a provider resides where its node stands.
    putCountry(provider, "residence", row.get("nCountry"));
    putCountry(provider, "ultimateParent", row.get("pParent"));
    provider.put("listedOn", List.of());
    provider.put("ownedByListedPercent", 0);
    Map<String, Object> enquiry = new HashMap<>();
    enquiry.put("tenant", tenant);
    enquiry.put("accelerator", Accelerators.named(row.get("model")).model());
    enquiry.put("node", node);
    enquiry.put("provider", provider);
    enquiry.put("period", Map.of("start", date + "T00:00:00Z"));
    enquiry.put(
        "use",
        Map.of(
            "mode", row.get("mode"),
            "workload", row.get("workload"),
            "dataResidency", row.get("data").isEmpty() ? "none" : row.get("data"),
            "usNexus", Boolean.valueOf(row.get("usNexus"))));
    return enquiry;
  }

  private static List<String> listOf(String cell) {
    return cell.isEmpty() ? List.of() : List.of(cell);
  }

  /** What a case does not know is left out. */
  private static void putCountry(Map<String, Object> facts, String name, String cell) {
    if (!cell.equals("?")) {
      facts.put(name, cell);
    }
  }
}
