package io.berth.kubernetes.domain;

import static io.berth.kubernetes.Slices.attributed;
import static io.berth.kubernetes.Slices.gpu;
import static io.berth.kubernetes.Slices.slice;
import static io.berth.kubernetes.Slices.tainted;
import static org.assertj.core.api.Assertions.assertThat;

import io.berth.catalog.PublishedDevices;
import io.fabric8.kubernetes.api.model.resource.v1.Device;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublishedSlicesTest {

  private static final String NODE = "h100-1";

  @Test
  void readsDevicesOfEverySliceOfAPool() {
    PublishedDevices published =
        only(
            slice("a", NODE, 3, 2, gpu(0), gpu(1)),
            slice("b", NODE, 3, 2, gpu(2), attributed("mig-0", Map.of("type", "mig"))));

    assertThat(published.driver()).isEqualTo("gpu.nvidia.com");
    assertThat(published.isComplete()).isTrue();
    assertThat(published.devices()).hasSize(4);
    assertThat(published.devices().getFirst())
        .isEqualTo(Map.of("type", "gpu", "productName", "NVIDIA H100 80GB HBM3", "uuid", "GPU-0"));
  }

  @Test
  void isIncompleteWhileASliceIsMissing() {
    assertThat(only(slice("a", NODE, 1, 2, gpu(0))).isComplete()).isFalse();
    assertThat(only(slice("a", NODE, 1, 1, gpu(0)), slice("b", NODE, 1, 1, gpu(1))).isComplete())
        .isFalse();
  }

  @Test
  void takesTheNewestGenerationOnceItIsWhole() {
    ResourceSlice old = slice("a", NODE, 1, 1, gpu(0), gpu(1));

    PublishedDevices changing = only(old, slice("b", NODE, 2, 2, gpu(0)));
    PublishedDevices changed = only(old, slice("b", NODE, 2, 1, gpu(0)));

    assertThat(changing.isComplete()).isFalse();
    assertThat(changed.isComplete()).isTrue();
    assertThat(changed.devices()).hasSize(1);
  }

  @Test
  void trustsNoPoolThatHasADeviceTwice() {
    assertThat(only(slice("a", NODE, 1, 2, gpu(0)), slice("b", NODE, 1, 2, gpu(0))).isComplete())
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"NoSchedule", "NoExecute"})
  void passesOverDevicesThatNoClaimGets(String effect) {
    assertThat(only(slice("a", NODE, 1, 1, gpu(0), tainted(gpu(1), effect))).devices()).hasSize(1);
  }

  @Test
  void passesOverDevicesThatClaimsShareOrThatMustBeBroughtFirst() {
    Device shared = new DeviceBuilder(gpu(1)).withAllowMultipleAllocations(true).build();
    Device remote = new DeviceBuilder(gpu(2)).withBindingConditions("attached").build();

    assertThat(only(slice("a", NODE, 1, 1, gpu(0), shared, remote)).devices()).hasSize(1);
  }

  @Test
  void readsAttributesOfTheDriversDomainAndNoOthersAsItsOwn() {
    Device device =
        attributed("gpu-0", Map.of("gpu.nvidia.com/type", "gpu", "other.example/type", "mig"));

    assertThat(only(slice("a", NODE, 1, 1, device)).devices())
        .containsExactly(Map.of("type", "gpu", "other.example/type", "mig"));
  }

  private static PublishedDevices only(ResourceSlice... slices) {
    List<PublishedDevices> published = PublishedSlices.of(List.of(slices));
    assertThat(published).hasSize(1);
    return published.getFirst();
  }
}
