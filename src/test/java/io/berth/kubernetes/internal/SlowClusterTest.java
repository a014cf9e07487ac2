package io.berth.kubernetes.internal;

import static io.berth.testing.SeededMarket.as;
import static io.berth.testing.SeededMarket.cluster;
import static io.berth.testing.SeededMarket.once;
import static org.awaitility.Awaitility.await;

import io.berth.leasing.LeaseId;
import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Deliveries beside those to a cluster that takes its time. */
@BerthTest
@TestProfile(SlowClusterTest.TwoPlaces.class)
class SlowClusterTest {

  /** A replica that delivers two leases at once, and waits for an answer as long as it may. */
  public static class TwoPlaces implements QuarkusTestProfile {

    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "berth.kubernetes.deliveries-at-once-max", "2",
          "berth.kubernetes.deliveries-of-one-max", "1",
          "berth.kubernetes.request-timeout", "PT60S");
    }
  }

  /** Less than a request waits for an answer. */
  private static final Duration WAIT_MAX = Duration.ofSeconds(40);

  private static final String TENANT = "tenant";

  @Test
  void deliversToOthersWhileOneClusterDoesNotAnswer() {
    List<String> quotes = Stream.of("SG", "SG", "FI").map(SlowClusterTest::quote).toList();
    String slow = confirm(quotes.get(0));
    String slowToo = confirm(quotes.get(1));
    List<String> leases = new ArrayList<>(List.of(slow, slowToo));
    leases.forEach(lease -> awaitState(lease, "active"));

    cluster("straits")
        .whileHeldUp(() -> {
          lookAgain(slow, slowToo);
          await().atMost(WAIT_MAX).until(() -> isClaimed(slow) || isClaimed(slowToo));
          leases.add(confirm(quotes.get(2)));
          awaitState(leases.getLast(), "active");
        });

    leases.forEach(lease -> as(TENANT).post("/v1/leases/" + lease + "/cancel"));
  }

  private static void lookAgain(String... leases) {
    for (String lease : leases) {
      query("update lease set next_delivery_at = now() where id = ? returning id", lease);
    }
  }

  private static boolean isClaimed(String lease) {
    return query("select claimed_until > now() from lease where id = ?", lease).equals("t");
  }

  private static String query(String sql, String lease) {
    try (Connection connection = BerthResource.superuser();
        PreparedStatement select = connection.prepareStatement(sql)) {
      select.setObject(1, LeaseId.fromString(lease).value());
      try (ResultSet rows = select.executeQuery()) {
        rows.next();
        return String.valueOf(rows.getString(1));
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private static String quote(String country) {
    Map<String, Object> wanted =
        Map.of(
            "accelerators",
            1,
            "models",
            List.of("nvidia-l40s"),
            "countries",
            List.of(country),
            "duration",
            "PT1H");
    Response quote =
        await()
            .atMost(Duration.ofMinutes(2))
            .until(
                () -> once(TENANT).body(wanted).post("/v1/quotes"),
                answer -> answer.statusCode() == 201);
    return quote.path("id");
  }

  private static String confirm(String quote) {
    return once(TENANT)
        .post("/v1/quotes/" + quote + "/confirm")
        .then()
        .statusCode(201)
        .extract()
        .path("id");
  }

  private static void awaitState(String lease, String state) {
    await()
        .atMost(WAIT_MAX)
        .until(() -> as(TENANT).get("/v1/leases/" + lease).path("state"), state::equals);
  }
}
