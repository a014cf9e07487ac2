package io.berth.inventory;

import static io.restassured.RestAssured.given;

import io.berth.identity.Role;
import io.berth.platform.OrganizationId;
import io.berth.sandbox.cluster.SimulatedCluster;
import io.berth.testing.BerthResource;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Provider organizations for tests, and what they send. */
public final class Providers {

  private Providers() {}

  /** An organization that is in the database. */
  public static OrganizationId provider() {
    OrganizationId id = OrganizationId.fresh();
    try (Connection connection = BerthResource.superuser();
        PreparedStatement insert =
            connection.prepareStatement(
                "insert into organization (id, name, owners, owners_complete, listings, own_rules,"
                    + " facts_changed_by, verification_state, verification_evidence, created_at)"
                    + " values (?, 'Provider', '[]', false, '[]', '[]', 'test', 'UNVERIFIED', '[]', now())")) {
      insert.setObject(1, id.value());
      insert.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return id;
  }

  /** A request of a provider's user. */
  public static RequestSpecification as(OrganizationId provider) {
    return as(provider, Role.PROVIDER);
  }

  /** A request of a user with roles. */
  public static RequestSpecification as(OrganizationId organization, String... roles) {
    return given()
        .auth()
        .oauth2(BerthResource.token(organization, roles))
        .contentType(ContentType.JSON);
  }

  /** The body that registers a simulated cluster with its token. */
  public static Map<String, Object> registration(String name, SimulatedCluster cluster) {
    return registration(name, cluster.url(), cluster.token(), cluster.caCertificatePem());
  }

  /** A body with a token. */
  public static Map<String, Object> registration(
      String name, String server, String token, String caCertificate) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("name", name);
    body.put("server", server);
    body.put(
        "credentials",
        new LinkedHashMap<>(
            Map.of("type", "token", "token", token, "caCertificate", caCertificate)));
    return body;
  }
}
