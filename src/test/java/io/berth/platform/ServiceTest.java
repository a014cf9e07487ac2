package io.berth.platform;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.is;

import io.berth.testing.BerthTest;
import org.junit.jupiter.api.Test;

@BerthTest
class ServiceTest {

  @Test
  void isReadyWithItsDatabase() {
    given().get("/q/health/ready").then().statusCode(200).body("status", is("UP"));
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
