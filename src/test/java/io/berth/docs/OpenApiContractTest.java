package io.berth.docs;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.berth.testing.BerthTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
