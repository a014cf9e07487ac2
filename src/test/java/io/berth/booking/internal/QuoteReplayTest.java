package io.berth.booking.internal;

import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.berth.booking.QuoteRequest;
import io.berth.platform.Idempotency;
import io.berth.platform.OrganizationId;
import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.berth.testing.SeededMarket;
import jakarta.inject.Inject;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Repeating a request for a quote long after it was answered. */
@BerthTest
class QuoteReplayTest {

  private static final String BODY =
      """
      {"accelerators": 1, "start": "2026-01-01T00:00:00Z", "duration": "PT1H"}
      """;

  @Inject ObjectMapper json;

  @Test
  void answersTheSameAfterTheStartHasPassed() throws Exception {
    String key = UUID.randomUUID().toString();
    keepAnswer(key);

    SeededMarket.as("tenant")
        .header("Idempotency-Key", key)
        .body(BODY)
        .post("/v1/quotes")
        .then()
        .statusCode(201)
        .body("kept", is(true));
  }

  /** What {@link Idempotency} left when the request was made in time. */
  private void keepAnswer(String key) throws Exception {
    String organization =
        SeededMarket.as("tenant").get("/v1/organizations").then().extract().path("items[0].id");
    String request = json.writeValueAsString(json.readValue(BODY, QuoteRequest.class));
    byte[] fingerprint =
        MessageDigest.getInstance("SHA-256").digest(("POST /v1/quotes\0" + request).getBytes());
    try (Connection connection = BerthResource.superuser();
        PreparedStatement insert =
            connection.prepareStatement(
                "insert into idempotency_key values (?, ?, ?, 201, '{\"kept\":true}', '/v1/quotes/x', 0, now())")) {
      insert.setObject(1, OrganizationId.fromString(organization).value());
      insert.setString(2, key);
      insert.setString(3, HexFormat.of().formatHex(fingerprint));
      insert.execute();
    }
  }
}
