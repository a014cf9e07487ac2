package io.berth.platform;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import io.berth.testing.BerthTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@BerthTest
class ServiceTest {

  @Test
  void becomesReadyWithItsDatabase() {
    await()
        .untilAsserted(
            () -> given().get("/q/health/ready").then().statusCode(200).body("status", is("UP")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"....", "a..", "..", ".", "a.b", "a.b.c.d"})
  void refusesWhatIsNoToken(String token) {
    given()
        .header("Authorization", "Bearer " + token)
        .get("/v1/quotes")
        .then()
        .statusCode(401)
        .contentType(Problem.MEDIA_TYPE)
        .body("code", is("unauthenticated"));
  }

  @Test
  void answersAnUnknownPathWithProblemDetails() {
    given()
        .get("/v1/nothing-here")
        .then()
        .statusCode(404)
        .contentType(Problem.MEDIA_TYPE)
        .body("code", is("not-found"));
  }
}
