package io.berth.kubernetes.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.inventory.NodeObservation.Failing;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeHealthTest {

  @ParameterizedTest
  @CsvSource({
    "KernelDeadlock, True, true",
    "KernelDeadlock, False, false",
    "KernelDeadlock, Unknown, true",
    "XIDErrors, True, true",
    "NvidiaXID79Error, True, true",
    "GpuMemWatch, False, false",
    "AMDGPUUnhealthy, True, true",
    "AcceleratedHardwareReady, False, true",
    "AcceleratedHardwareReady, True, false",
    "AcceleratedHardwareReady, Unknown, true",
    // Another word for the same, and what is no matter of devices.
    "acceleratedhardwareready, False, false",
    "MemoryPressure, True, false",
    "Ready, False, false"
  })
  void countsWhatIsInTheTablesAlone(String type, String status, boolean isFailing) {
    List<Failing> failing = NodeHealth.failing(List.of(condition(type, status, "Because", "x")));

    assertThat(failing).extracting(Failing::type).isEqualTo(isFailing ? List.of(type) : List.of());
  }

  @ParameterizedTest
  @CsvSource({
    "GPUClockThrottling, True",
    "GpuPowerWatch, True",
    "GpuThermalWatch, True",
    "XIDErrors, False",
    "GpuMemWatch, False",
    "KernelDeadlock, False"
  })
  void tellsWhatHeavyUseBringsAbout(String type, boolean isByLoad) {
    assertThat(NodeHealth.failing(List.of(condition(type, "True", "r", "m"))))
        .singleElement()
        .satisfies(failing -> assertThat(failing.byLoad()).isEqualTo(isByLoad));
  }

  @Test
  void readsWhatSomebodyLeftEmptyOrMadeLong() {
    List<Failing> failing =
        NodeHealth.failing(
            List.of(
                condition("XIDErrors", null, null, null),
                condition(null, "True", null, null),
                condition("GPUMissing", "True", "r", "m".repeat(5000))));

    assertThat(failing).extracting(Failing::type).containsExactly("GPUMissing", "XIDErrors");
    assertThat(failing.getFirst().message()).hasSize(200);
    assertThat(failing.getLast()).hasToString("XIDErrors=");
  }

  private static NodeCondition condition(
      @Nullable String type,
      @Nullable String status,
      @Nullable String reason,
      @Nullable String message) {
    return new NodeConditionBuilder()
        .withType(type)
        .withStatus(status)
        .withReason(reason)
        .withMessage(message)
        .build();
  }
}
