package io.berth.catalog.internal;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;

import io.berth.identity.Role;
import io.berth.platform.OrganizationId;
import io.berth.platform.Problem;
import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.restassured.path.json.JsonPath;
import io.restassured.specification.RequestSpecification;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@BerthTest
class AcceleratorResourceTest {

  @Test
  void refusesCallerWithoutToken() {
    given()
        .get("/v1/accelerators")
        .then()
        .statusCode(401)
        .contentType(Problem.MEDIA_TYPE)
        .body("code", equalTo("unauthenticated"));
    given().get("/v1/accelerators/nvidia-h20").then().statusCode(401);
  }

  @ParameterizedTest
  @ValueSource(strings = {Role.TENANT, Role.PROVIDER, Role.OPERATOR, Role.COMPLIANCE})
  void showsTheCatalogueToEveryRole(String role) {
    given()
        .auth()
        .oauth2(BerthResource.token(OrganizationId.fresh(), role))
        .get("/v1/accelerators")
        .then()
        .statusCode(200)
        .body("items", hasSize(40))
        .body("$", not(hasKey("nextPageToken")));
  }

  @Test
  void showsModelWithItsDisagreement() {
    tenant()
        .get("/v1/accelerators/nvidia-h20")
        .then()
        .statusCode(200)
        .body("tpp.min", equalTo(2368))
        .body("tpp.max", equalTo(2368))
        .body("performanceDensity.min", equalTo(2.91f))
        .body("classification.byFigures", equalTo("NOT_3A090"))
        .body(
            "classification.disagreement",
            equalTo(
                "a source labels it 3A090.b, but TPP 2368 and performance density 2.91 allow only not 3A090"))
        .body("confidence", equalTo("medium"))
        .body("source", equalTo("A;B"));
  }

  @Test
  void leavesOutWhatIsUnknown() {
    tenant()
        .get("/v1/accelerators/enflame-s60")
        .then()
        .statusCode(200)
        .body("$", not(hasKey("tpp")))
        .body("classification", not(hasKey("eccn")))
        .body("classification.byFigures", equalTo("UNKNOWN"))
        .body("classification.possible", contains("ECCN_3A090_A", "ECCN_3A090_B", "NOT_3A090"));
  }

  @Test
  void pagesThroughEveryModelOnceInOrder() {
    List<String> ids = new ArrayList<>();
    String token = null;
    int pages = 0;
    do {
      RequestSpecification request = tenant().queryParam("pageSize", 15);
      JsonPath page =
          (token == null ? request : request.queryParam("pageToken", token))
              .get("/v1/accelerators")
              .then()
              .statusCode(200)
              .extract()
              .jsonPath();
      ids.addAll(page.getList("items.id"));
      token = page.getString("nextPageToken");
      pages++;
    } while (token != null);

    assertThat(pages).isEqualTo(3);
    assertThat(ids).hasSize(40).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void filtersByAllThatIsAsked() {
    tenant()
        .queryParam("vendor", "nvidia")
        .queryParam("vendorCountry", "US")
        .queryParam("classification", "ECCN_3A090_A")
        .queryParam("memoryGbMin", 270)
        .get("/v1/accelerators")
        .then()
        .statusCode(200)
        .body("items.id", contains("nvidia-b300", "nvidia-gb300"));
  }

  @Test
  void memoryThatMayBeLessDoesNotCount() {
    tenant()
        .queryParam("memoryGbMin", 271)
        .queryParam("vendor", "NVIDIA")
        .get("/v1/accelerators")
        .then()
        .statusCode(200)
        .body("items.id", contains("nvidia-gb300"));
  }

  @ParameterizedTest
  @CsvSource({
    "vendorCountry, usa",
    "memoryGbMin, -1",
    "pageSize, 0",
    "pageSize, 201",
    "pageToken, nonsense",
    "vendr, NVIDIA",
    "classification, CONTROLLED",
    "memoryGbMin, much",
    "pageSize, many",
  })
  void refusesBadParameters(String name, String value) {
    tenant()
        .queryParam(name, value)
        .get("/v1/accelerators")
        .then()
        .statusCode(400)
        .contentType(Problem.MEDIA_TYPE)
        .body("errors[0].pointer", equalTo("?" + name));
  }

  @Test
  void refusesPageTokenOfAnotherFilter() {
    String token =
        tenant()
            .queryParam("pageSize", 1)
            .get("/v1/accelerators")
            .jsonPath()
            .getString("nextPageToken");
    tenant()
        .queryParam("pageToken", token)
        .queryParam("vendor", "AMD")
        .get("/v1/accelerators")
        .then()
        .statusCode(400)
        .body("errors[0].pointer", equalTo("?pageToken"));
  }

  @Test
  void answersUnknownModelWithProblemDetails() {
    tenant()
        .get("/v1/accelerators/nvidia-h100")
        .then()
        .statusCode(404)
        .contentType(Problem.MEDIA_TYPE)
        .body("code", equalTo("not-found"));
  }

  private static RequestSpecification tenant() {
    return given().auth().oauth2(BerthResource.token(OrganizationId.fresh(), Role.TENANT));
  }
}
