package io.berth.kubernetes.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObstacleTest {

  @ParameterizedTest
  @CsvSource({
    "401, CredentialsRefused, true",
    "403, Forbidden, false",
    "422, Refused, false",
    "429, Overloaded, true",
    "503, UnexpectedAnswer, true",
    "0, ConnectionFailed, true"
  })
  void tellsWhatMeetsOneLeaseFromWhatMeetsAll(int code, String reason, boolean wholeCluster) {
    Obstacle obstacle = Obstacle.of(new KubernetesClientException("no", code, new Status()));

    assertThat(obstacle.reason()).isEqualTo(reason);
    assertThat(obstacle.wholeCluster()).isEqualTo(wholeCluster);
  }
}
