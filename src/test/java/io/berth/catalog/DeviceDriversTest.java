package io.berth.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import org.junit.jupiter.api.Test;

class DeviceDriversTest {

  private static final String ONE =
      "{name: a.example, vendor: NVIDIA, deviceClass: a.example, whole: {type: gpu},"
          + " product: productName, label: l, blank: '-'}";

  @Test
  void knowsADriverByItsNameAndByWhatItsPoolsCount() {
    DeviceDriver nvidia = DeviceDrivers.named("gpu.nvidia.com").orElseThrow();

    assertThat(nvidia.resourceName())
        .isEqualTo("gpu.nvidia.com.deviceclass.resource.k8s.io/devices");
    assertThat(DeviceDrivers.ofResource(nvidia.resourceName())).contains(nvidia);
    assertThat(DeviceDrivers.ofResource("nvidia.com/gpu")).isEmpty();
  }

  @Test
  void refusesWhatCouldNotStandInAClaim() {
    refuses("deviceClass: a.example", "deviceClass: \"a' b\"", "deviceClass");
    refuses("{type: gpu}", "{}", "whole");
    refuses("{type: gpu}", "{type: \"gpu' || 'x\"}", "whole");
    refuses("product: productName", "product: a.b", "product");
    refuses("vendor: NVIDIA, ", "", "vendor");
    refuses("blank:", "blanc:", "blank");
  }

  private static void refuses(String part, String replacement, String message) {
    String table = "drivers: [" + ONE.replace(part, replacement) + "]";
    assertThatThrownBy(() -> DeviceDrivers.read(new StringReader(table), "t"))
        .isInstanceOf(InvalidCatalogException.class)
        .hasMessageStartingWith("t: ")
        .hasMessageContaining(message);
  }

  @Test
  void refusesADriverThatIsThereTwice() {
    assertThatThrownBy(
            () -> DeviceDrivers.read(new StringReader("drivers: [" + ONE + ", " + ONE + "]"), "t"))
        .isInstanceOf(InvalidCatalogException.class)
        .hasMessageContaining("a.example");
  }
}
