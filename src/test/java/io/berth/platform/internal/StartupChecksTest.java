package io.berth.platform.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class StartupChecksTest {

  private static final Optional<String> KEY = Optional.of("MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A");
  private static final Optional<String> ISSUER = Optional.of("https://issuer.example/realms/berth");

  @Test
  void acceptsAnIssuer() {
    assertThat(StartupChecks.unsafeSettings(Optional.empty(), ISSUER)).isEmpty();
  }

  @Test
  void refusesTheKeyOfABuiltInIssuerEvenBesideAnIssuer() {
    assertThat(StartupChecks.unsafeSettings(KEY, ISSUER))
        .singleElement()
        .asString()
        .contains("quarkus.oidc.public-key");
  }

  @Test
  void refusesToBeWithoutAnIssuer() {
    assertThat(StartupChecks.unsafeSettings(Optional.empty(), Optional.empty()))
        .singleElement()
        .asString()
        .contains("quarkus.oidc.auth-server-url");
  }

  @Test
  void namesEverythingThatIsUnsafeAndNoSecret() {
    assertThat(StartupChecks.unsafeSettings(KEY, Optional.empty()))
        .hasSize(2)
        .noneMatch(message -> message.contains(KEY.get()));
  }
}
