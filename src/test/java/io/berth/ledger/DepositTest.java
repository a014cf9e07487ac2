package io.berth.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;

import io.berth.platform.Problem;
import io.berth.testing.BerthTest;
import io.berth.testing.SeededMarket;
import io.restassured.response.Response;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

@BerthTest
class DepositTest {

  @Test
  void booksAReferenceOnceHoweverManyAsk() throws Exception {
    String body = body("wire-" + UUID.randomUUID());
    Callable<Response> client = () -> SeededMarket.once("operator").body(body).post("/v1/deposits");

    try (ExecutorService threads = Executors.newFixedThreadPool(12)) {
      int booked = 0;
      for (Future<Response> answer : threads.invokeAll(Collections.nCopies(12, client))) {
        if (answer.get().statusCode() == 201) {
          booked++;
        } else {
          answer.get().then().statusCode(409).body("code", is("conflict"));
        }
      }
      assertThat(booked).isEqualTo(1);
    }
  }

  @Test
  void refusesAReferenceThatIsNoPlainText() {
    for (String reference : List.of("a\\u0000b", " ", "a\\u202eb", "\\ud800")) {
      SeededMarket.once("operator")
          .body(body(reference))
          .post("/v1/deposits")
          .then()
          .statusCode(400)
          .contentType(Problem.MEDIA_TYPE)
          .body("errors[0].pointer", is("/reference"));
    }
  }

  private static String body(String reference) {
    String organization =
        SeededMarket.as("tenant").get("/v1/organizations").then().extract().path("items[0].id");
    return """
    {"organizationId": "%s", "amount": {"amountMicros": "1", "currency": "USD"}, "reference": "%s"}
    """
        .formatted(organization, reference);
  }
}
