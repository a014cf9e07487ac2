package io.berth.platform.internal;

import io.berth.platform.PlatformConfig;
import io.quarkus.arc.profile.UnlessBuildProfile;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Refuses to start in production with settings that are only for a sandbox. What was built for
 * production has it whatever profile it is started with, so no setting switches it off.
 */
@ApplicationScoped
@UnlessBuildProfile(anyOf = {"sandbox", "dev", "test"})
public class StartupChecks {

  private final Optional<String> tokenKey;
  private final Optional<String> issuer;
  private final PlatformConfig config;

  StartupChecks(
      @ConfigProperty(name = "quarkus.oidc.public-key") Optional<String> tokenKey,
      @ConfigProperty(name = "quarkus.oidc.auth-server-url") Optional<String> issuer,
      PlatformConfig config) {
    this.tokenKey = tokenKey;
    this.issuer = issuer;
    this.config = config;
  }

  void onStart(@Observes StartupEvent event) {
    List<String> unsafe = unsafeSettings(tokenKey, issuer);
    if (!unsafe.isEmpty()) {
      throw new IllegalStateException(
          "Not starting in production: " + String.join("; ", unsafe) + ".");
    }
  }

  static List<String> unsafeSettings(Optional<String> tokenKey, Optional<String> issuer) {
    List<String> unsafe = new ArrayList<>();
    if (tokenKey.isPresent()) {
      unsafe.add(
          "quarkus.oidc.public-key accepts tokens of a built-in issuer, which is for the sandbox"
              + " only; remove it");
    }
    if (issuer.isEmpty()) {
      unsafe.add("quarkus.oidc.auth-server-url is not set; give the issuer's address");
    }
    return List.copyOf(unsafe);
  }
}
