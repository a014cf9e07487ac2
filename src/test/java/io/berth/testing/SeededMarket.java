package io.berth.testing;

import io.berth.sandbox.SandboxSeed;
import io.berth.sandbox.cluster.ControlLoop;
import io.berth.sandbox.cluster.SandboxClusters;
import io.berth.sandbox.cluster.SimulatedCluster;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The sandbox's market in the service under test, filled once for all tests: three simulated
 * clusters, their providers and offers, and tenants with money.
 */
public final class SeededMarket {

  private static final Duration CONTROL_LOOP_INTERVAL = Duration.ofMillis(100);

  private static Map<String, String> tokens = Map.of();
  private static List<SimulatedCluster> clusters = List.of();

  private SeededMarket() {}

  /** A request as one of the sandbox's users, such as {@code tenant}. */
  public static RequestSpecification as(String user) {
    return RestAssured.given().auth().oauth2(tokens().get(user)).contentType(ContentType.JSON);
  }

  /** The same with a new idempotency key. */
  public static RequestSpecification once(String user) {
    return as(user).header("Idempotency-Key", UUID.randomUUID().toString());
  }

  /** Every user's token. */
  public static synchronized Map<String, String> tokens() {
    if (tokens.isEmpty()) {
      clusters =
          SandboxClusters.all().stream()
              .map(blueprint ->
                  SimulatedCluster.start(blueprint, 0, UUID.randomUUID().toString(), null))
              .toList();
      for (SimulatedCluster cluster : clusters) {
        ControlLoop loop = new ControlLoop(cluster, Clock.systemUTC()).start(CONTROL_LOOP_INTERVAL);
        Runtime.getRuntime().addShutdownHook(new Thread(loop::close));
      }
      tokens =
          new SandboxSeed(
                  URI.create("http://127.0.0.1:" + RestAssured.port),
                  BerthResource.issuer(),
                  clusters)
              .run();
    }
    return tokens;
  }

  /** The simulated cluster of that name. */
  public static SimulatedCluster cluster(String name) {
    tokens();
    return clusters.stream().filter(found -> found.name().equals(name)).findFirst().orElseThrow();
  }
}
