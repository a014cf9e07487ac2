package io.berth.kubernetes.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.catalog.PublishedDevices;
import io.berth.kubernetes.Slices;
import io.berth.kubernetes.domain.PublishedSlices;
import io.berth.platform.OrganizationId;
import io.fabric8.kubernetes.api.model.resource.v1.Device;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSliceBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is kept of slices, whatever a server makes up. */
class ObservedSlicesTest {

  private static final String NODE = "h100-1";

  private final ObservedSlices slices =
      new ObservedSlices(Set.of(Slices.DRIVER), weight(1_000_000));

  @Test
  void endsAListThatHasNoEnd() {
    ResourceSlice foreign =
        new ResourceSliceBuilder(Slices.h100s(NODE, 1))
            .editSpec()
            .withDriver("gpu.example.com")
            .endSpec()
            .build();
    for (int i = 0; i < ObservedSlices.LISTED_MAX; i++) {
      slices.put("foreign-" + i, foreign);
    }

    assertThatThrownBy(() -> slices.put("one-more", foreign))
        .isInstanceOf(NodeInformers.NodesTooMany.class);
    assertThat(slices.tooMuch()).isPresent();
  }

  @Test
  void takesNoSliceWhoseTextsAreLongerThanTheApiLetsThemBe() {
    ResourceSlice slice = Slices.h100s(NODE, 8);

    keep(
        new ResourceSliceBuilder(slice)
            .editSpec()
            .editPool()
            .withName("x".repeat(1_000_000))
            .endPool()
            .endSpec()
            .build());
    assertThat(published().isComplete()).isFalse();

    keep(
        new ResourceSliceBuilder(slice)
            .editSpec()
            .editFirstDevice()
            .withName("gpu\0")
            .endDevice()
            .endSpec()
            .build());
    assertThat(published().isComplete()).isFalse();

    slices.put(
        "other", new ResourceSliceBuilder(slice).editSpec().withNodeName("h\0").endSpec().build());
    assertThat(slices.size()).isEqualTo(1);
  }

  @Test
  void endsAListOfWhichTooMuchWouldBeKept() {
    for (int i = 0; slices.size() == i; i++) {
      assertThat(i).isLessThan(1_000);
      try {
        slices.put(
            "slice-" + i,
            new ResourceSliceBuilder(Slices.h100s(NODE, 8))
                .editSpec()
                .withNodeName("node-" + i)
                .endSpec()
                .build());
      } catch (NodeInformers.NodesTooMany e) {
        assertThat(e).hasMessageContaining("too much of its devices");
      }
    }

    assertThat(slices.tooMuch()).isPresent();
    assertThat(slices.size()).isBetween(50, 500);
  }

  @Test
  void endsAListThatNobodyWantsAnyMore() {
    slices.close();

    assertThatThrownBy(() -> keep(Slices.h100s(NODE, 8)))
        .isInstanceOf(KubernetesClientException.class);
  }

  @Test
  void keepsWhatTellsADevice() {
    ResourceSlice slice = Slices.h100s(NODE, 8);
    List<PublishedDevices> before = PublishedSlices.of(List.of(slice));

    keep(slice);

    PublishedDevices kept = published();
    assertThat(kept.isComplete()).isTrue();
    assertThat(kept.devices())
        .hasSameSizeAs(before.getFirst().devices())
        .allSatisfy(device ->
            assertThat(device)
                .containsExactlyInAnyOrderEntriesOf(
                    Map.of("type", "gpu", "productName", Slices.H100)));
  }

  @Test
  void keepsThatDevicesAreNotToBeHad() {
    Device shared = new DeviceBuilder(Slices.gpu(0)).withAllowMultipleAllocations(true).build();
    Device bound =
        new DeviceBuilder(Slices.gpu(1)).withBindingConditions("attached", "ready").build();
    Device tainted = Slices.tainted(Slices.gpu(2), "NoExecute");

    keep(Slices.slice("one", NODE, 1, 1, shared, bound, tainted, Slices.gpu(3)));

    assertThat(published().devices()).hasSize(1);
  }

  @Test
  void takesNoSliceThatHasMoreDevicesThanTheApiLetsItHave() {
    keep(Slices.h100s(NODE, 128));
    assertThat(published().isComplete()).isTrue();

    keep(Slices.h100s(NODE, 129));

    assertThat(published().isComplete()).isFalse();
    assertThat(published().devices()).isEmpty();
  }

  @Test
  void takesNoTextThatIsLongerThanTheApiLetsItBe() {
    keep(Slices.slice("one", NODE, 1, 1, Slices.gpu(0, "x".repeat(65))));

    assertThat(published().devices()).containsExactly(Map.of("type", "gpu"));
  }

  @Test
  void takesSoManySlicesOfANodeForNoWholePool() {
    int count = ObservedSlices.SLICES_OF_A_NODE_MAX + 1;
    IntStream.range(0, count)
        .forEach(i -> keep(Slices.slice("slice-" + i, NODE, 1, count, Slices.gpu(i))));

    assertThat(slices.of(NODE)).hasSize(ObservedSlices.SLICES_OF_A_NODE_MAX);
    assertThat(published().isComplete()).isFalse();
  }

  private void keep(ResourceSlice slice) {
    slices.put(slices.getKey(slice), slice);
  }

  private PublishedDevices published() {
    List<PublishedDevices> all = PublishedSlices.of(slices.of(NODE));
    assertThat(all).hasSize(1);
    return all.getFirst();
  }

  private static KeptWeight weight(long max) {
    return new KeptWeight(max, new Shares<>(max, max), OrganizationId.fresh());
  }
}
