package io.berth.compliance;

import static io.berth.testing.SeededMarket.as;
import static io.berth.testing.SeededMarket.once;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;

import io.berth.testing.BerthTest;
import io.berth.testing.NewTenant;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a ban would break, and the order that follows from it. */
@BerthTest
class SimulationTest {

  private static final String PACK =
      """
      id: test-ban-%s
      version: 1
      title: A ban that is only asked about
      rules:
        - id: no-h20
          title: No H20
          authority: platform
          citation: A test
          condition: accelerator.model == '%s'
          verdict: DENY
          code: banned
          message: This marketplace no longer leases H20.
          wouldChange: Another accelerator
      """;

  @Test
  void saysWhatABanWouldBreakAndWindsItDown() {
    NewTenant tenant = NewTenant.enter();
    String hit = lease(tenant, "nvidia-h20", "SG");
    String spared = lease(tenant, "nvidia-l40s", "SG");
    String pack = upload("nvidia-h20");
    Instant at = Instant.now().plus(1, ChronoUnit.HOURS).truncatedTo(ChronoUnit.SECONDS);

    JsonPath answer =
        as("compliance")
            .body(
                """
                {"packVersionId": "%s", "at": "%s", "gracePeriod": "PT2H"}
                """
                    .formatted(pack, at))
            .post("/v1/simulations")
            .then()
            .statusCode(201)
            .extract()
            .jsonPath();

    Map<String, Object> broken = answer.getMap("leases.find { it.leaseId == '" + hit + "' }");
    assertThat(broken)
        .containsEntry("verdictNow", "ALLOW")
        .containsEntry("verdictThen", "DENY")
        .containsEntry("breaksAt", at.toString())
        .containsEntry("tenantId", tenant.organization());
    assertThat(Instant.parse((String) broken.get("endsAt"))).isAfter(at);
    // 46 of 48 hours of one accelerator are lost.
    assertThat(answer.getLong("leases.find { it.leaseId == '" + hit + "' }.valueLost.amountMicros"))
        .isBetween(
            45 * price(answer, "nvidia-h20", "sg-1"), 46 * price(answer, "nvidia-h20", "sg-1"));
    assertThat(answer.getList("leases.leaseId")).doesNotContain(spared);
    assertThat(answer.getInt("summary.leasesBreaking")).isPositive();
    assertThat(
            answer.getInt(
                "offers.find { it.model == 'nvidia-h20' && it.region == 'sg-1' }.tenantsThen"))
        .isZero();
    tenant.as().get("/v1/leases/" + hit).then().body("judgement.verdict", is("ALLOW"));

    String table =
        as("compliance")
            .accept("text/csv")
            .get("/v1/simulations/" + answer.getString("id") + ".csv")
            .then()
            .statusCode(200)
            .extract()
            .asString();
    assertThat(table.lines().toList())
        .anySatisfy(line ->
            assertThat(line)
                .startsWith("lease," + hit)
                .contains("ALLOW,DENY," + at)
                .endsWith(",no-h20"));
    tenant.as().get("/v1/simulations/" + answer.getString("id")).then().statusCode(403);

    String order =
        once("compliance")
            .body(
                """
                {"leaseIds": ["%s"], "gracePeriod": "PT2H", "reason": "Banned."}
                """
                    .formatted(hit))
            .post("/v1/wind-downs")
            .then()
            .statusCode(201)
            .body("leases.taken", is(List.of(true)))
            .extract()
            .path("id");
    tenant.as().get("/v1/leases/" + hit).then().body("windDown.orderId", is(order));
    tenant.as().get("/v1/leases/" + spared).then().body("windDown", is((Object) null));
    for (String lease : List.of(hit, spared)) {
      tenant.as().post("/v1/leases/" + lease + "/cancel").then().statusCode(202);
    }
  }

  @Test
  void saysWhatBecomesOfOrdersThatWait() {
    String order =
        once("tenant-sg")
            .body(
                """
                {"models": ["nvidia-h200-sxm"], "countries": ["MY"], "accelerators": 1,
                 "duration": "PT1H", "use": {"workload": "training"}}
                """)
            .post("/v1/orders")
            .then()
            .statusCode(201)
            .body("state", is("inReview"))
            .extract()
            .path("id");

    String pack = upload("nvidia-h200-sxm");
    try {
      JsonPath answer =
          as("compliance")
              .body("{\"packVersionId\": \"%s\"}".formatted(pack))
              .post("/v1/simulations")
              .then()
              .statusCode(201)
              .extract()
              .jsonPath();

      assertThat(answer.<Map<String, Object>>getList("orders"))
          .anySatisfy(found ->
              assertThat(found)
                  .containsEntry("orderId", order)
                  .containsEntry("verdictNow", "HOLD_REVIEW")
                  .containsEntry("verdictThen", "DENY"));
    } finally {
      as("tenant-sg").post("/v1/orders/" + order + "/cancel").then().statusCode(202);
    }
  }

  @Test
  void asksNothingThatMakesNoSense() {
    String pack = upload("nvidia-h20");
    String body = "{\"packVersionId\": \"%s\", \"at\": \"%s\"}";

    as("compliance")
        .body(body.formatted(pack, "2020-01-01T00:00:00Z"))
        .post("/v1/simulations")
        .then()
        .statusCode(422)
        .body("errors.pointer", is(List.of("/at")));
    as("compliance")
        .body(body.formatted("pack_agrat33sbz5qrjcxoull2v3hva", "2099-01-01T00:00:00Z"))
        .post("/v1/simulations")
        .then()
        .statusCode(404);
    as("tenant")
        .body(body.formatted(pack, "2099-01-01T00:00:00Z"))
        .post("/v1/simulations")
        .then()
        .statusCode(403);
  }

  private static long price(JsonPath answer, String model, String region) {
    return answer.getLong(
        "offers.find { it.model == '"
            + model
            + "' && it.region == '"
            + region
            + "' }.pricePerAcceleratorHour.amountMicros");
  }

  private static String lease(NewTenant tenant, String model, String country) {
    return tenant.lease(
        """
        {"models": ["%s"], "countries": ["%s"], "accelerators": 1, "duration": "PT48H"}
        """
            .formatted(model, country));
  }

  private static String upload(String model) {
    return as("operator")
        .contentType("application/yaml")
        .accept(ContentType.JSON)
        .body(PACK.formatted(UUID.randomUUID(), model).getBytes(StandardCharsets.UTF_8))
        .post("/v1/rule-packs?layer=operator")
        .then()
        .statusCode(201)
        .extract()
        .path("id");
  }
}
