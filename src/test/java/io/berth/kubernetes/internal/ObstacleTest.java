package io.berth.kubernetes.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.api.Test;
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

  /** Such as Kueue's, which is asked about jobs alone: other leases need not meet it. */
  @Test
  void takesAWebhookThatIsDownForNoClusterThatIs() {
    Status down =
        new StatusBuilder()
            .withMessage(
                "Internal error occurred: failed calling webhook \"mjob.kb.io\": connection refused")
            .build();

    Obstacle obstacle = Obstacle.of(new KubernetesClientException("no", 500, down));

    assertThat(obstacle.reason()).isEqualTo("WebhookFailed");
    assertThat(obstacle.message()).contains("mjob.kb.io");
    assertThat(obstacle.wholeCluster()).isFalse();
  }
}
