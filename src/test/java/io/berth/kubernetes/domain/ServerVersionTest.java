package io.berth.kubernetes.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerVersionTest {

  @ParameterizedTest
  @CsvSource({
    "v1.34.2, 1.25, true",
    "v1.25.0, 1.25, true",
    "1.25, 1.25, true",
    "v1.9.11, 1.25, false",
    "v1.24.17-gke.2230, 1.25, false",
    "v1.30.4+k3s1, 1.25, true",
    "v2.0.0, 1.25, true"
  })
  void comparesAsNumbers(String version, String other, boolean isAtLeast) {
    assertThat(
            ServerVersion.parse(version)
                .orElseThrow()
                .isAtLeast(ServerVersion.parse(other).orElseThrow()))
        .isEqualTo(isAtLeast);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "v1", "1.x", "v1.25rc", "99999.1", " 1.25"})
  void readsNothingElse(String text) {
    assertThat(ServerVersion.parse(text)).isEmpty();
  }
}
