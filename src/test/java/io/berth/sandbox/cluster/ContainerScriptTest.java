package io.berth.sandbox.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerScriptTest {

  @ParameterizedTest
  @CsvSource({
    "python train.py, PT1S, 0",
    "sleep 30, PT30S, 0",
    "sleep 0.5, PT0.5S, 0",
    "sleep 2m; sleep 3, PT2M3S, 0",
    "sleep 0; exit 7, PT0S, 7",
    "exit 1, PT1S, 1",
  })
  void readsLengthAndExitCode(String script, Duration duration, int exitCode) {
    var container = new ContainerBuilder().withCommand("sh", "-c").withArgs(script).build();

    assertThat(ContainerScript.of(container))
        .isEqualTo(new ContainerScript(duration, exitCode, List.of()));
  }

  @Test
  void readsWhatItWrites() {
    var container =
        new ContainerBuilder()
            .withCommand("sh", "-c")
            .withArgs("echo epoch 1; sleep 1 && echo  done")
            .build();

    assertThat(ContainerScript.of(container).lines()).containsExactly("epoch 1", "done");
  }

  @Test
  void readsWordsOfACommand() {
    var container = new ContainerBuilder().withCommand("sleep").withArgs("45").build();

    assertThat(ContainerScript.of(container).duration()).isEqualTo(Duration.ofSeconds(45));
  }
}
