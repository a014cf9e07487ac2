package io.berth.testing;

import io.berth.audit.AuditKeys;
import io.berth.platform.OrganizationId;
import io.berth.platform.Secrets;
import io.berth.sandbox.SandboxDatabase;
import io.berth.sandbox.SandboxIssuer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** What the service stands on in tests: a real PostgreSQL, and an issuer of tokens. */
public class BerthResource implements QuarkusTestResourceLifecycleManager {

  private static final SandboxIssuer ISSUER = SandboxIssuer.temporary();
  private static SandboxDatabase database;

  @Override
  public Map<String, String> start() {
    try {
      database = SandboxDatabase.startTemporary();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, String> settings = new HashMap<>(database.settings());
    settings.putAll(ISSUER.settings());
    settings.put("berth.platform.secrets.keyset", Secrets.freshKeyset());
    settings.put("berth.audit.signing-key", AuditKeys.freshSigningKey());
    settings.put("berth.platform.outbound.allow-private-addresses", "true");
    return settings;
  }

  @Override
  public void stop() {
    try {
      if (database != null) {
        database.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whose tokens the service under test trusts. */
  static SandboxIssuer issuer() {
    return ISSUER;
  }

  /** A token of a user in an organization with roles. */
  public static String token(OrganizationId organization, String... roles) {
    return ISSUER.token("test-" + String.join("-", roles), organization.toString(), Set.of(roles));
  }

  /** A token of a named user. */
  public static String tokenOf(String subject, OrganizationId organization, String... roles) {
    return ISSUER.token(subject, organization.toString(), Set.of(roles));
  }

  /** A token whose organization claim is as given, right or wrong. */
  public static String tokenWithOrganization(String claim, String... roles) {
    return ISSUER.token("test-" + String.join("-", roles), claim, Set.of(roles));
  }

  /** A superuser's connection to the database under the service. */
  public static Connection superuser() throws SQLException {
    return database.superuser();
  }
}
