package io.berth.docs;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;

import io.berth.testing.BerthTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Holds the committed contract equal to what the service offers. */
@BerthTest
class OpenApiContractTest {

  private static final Path CONTRACT = Path.of("openapi", "openapi.yaml");

  @Test
  void isTheCommittedContract() throws IOException {
    String offered =
        given()
            .accept("application/yaml")
            .get("/q/openapi")
            .then()
            .statusCode(200)
            .extract()
            .asString();
    String committed = Files.exists(CONTRACT) ? Files.readString(CONTRACT) : "";
    if (!offered.equals(committed)) {
      Files.createDirectories(CONTRACT.getParent());
      Files.writeString(CONTRACT, offered);
    }
    assertThat(committed)
        .as(
            "%s was not what the service offers; it has been written anew: review and commit it",
            CONTRACT)
        .isEqualTo(offered);
  }

  @Test
  void showsAnExampleOfEveryRequestAndAnswer() {
    Map<String, Map<String, Map<String, Object>>> paths =
        given().accept("application/json").get("/q/openapi").then().extract().path("paths");

    List<String> lacking = new ArrayList<>();
    paths.forEach((path, item) ->
        item.forEach((method, operation) -> {
          String name = method + " " + path;
          if (lacksExample(operation.get("requestBody"))) {
            lacking.add(name + ": request");
          }
          ((Map<?, ?>) operation.get("responses"))
              .forEach((status, answer) -> {
                if (lacksExample(answer)) {
                  lacking.add(name + ": " + status);
                }
              });
        }));

    assertThat(paths).isNotEmpty();
    assertThat(lacking).isEmpty();
  }

  @Test
  void isShownToPeople() {
    given()
        .get("/q/swagger-ui/")
        .then()
        .statusCode(200)
        .body(containsString("swagger-ui"), containsString("/q/openapi"));
  }

  /** What is written out in place; what is shared has its examples where it is shared. */
  private static boolean lacksExample(Object bodied) {
    return bodied instanceof Map<?, ?> body
        && body.get("content") instanceof Map<?, ?> content
        && content.values().stream().anyMatch(form -> !((Map<?, ?>) form).containsKey("examples"));
  }
}
