package io.berth.catalog;

import static io.berth.catalog.SlotKind.MIG_INSTANCE;
import static io.berth.catalog.SlotKind.SHARE;
import static io.berth.catalog.SlotKind.WHOLE_DEVICE;
import static org.assertj.core.api.Assertions.assertThat;

import io.berth.catalog.DetectionWarning.ConflictingModels;
import io.berth.catalog.DetectionWarning.ImplausibleCount;
import io.berth.catalog.DetectionWarning.LabelsWithoutDevices;
import io.berth.catalog.DetectionWarning.UnknownModel;
import io.berth.catalog.DetectionWarning.UnrecognizedResource;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceDetectorTest {

  private static final String PRODUCT = "nvidia.com/gpu.product";
  private static final String NVIDIA = "gpu.nvidia.com";
  private static final String CLAIMED = "gpu.nvidia.com.deviceclass.resource.k8s.io/devices";
  private static final String H100 = "NVIDIA H100 80GB HBM3";

  private final DeviceDetector detector = new DeviceDetector(new AcceleratorCatalog());

  @ParameterizedTest
  @CsvSource({
    "nvidia.com/gpu, nvidia.com/gpu.product, NVIDIA-A100-SXM4-80GB, nvidia-a100-80g-sxm",
    "nvidia.com/gpu, nvidia.com/gpu.product, NVIDIA-A800-SXM4-80GB, nvidia-a800-sxm",
    "nvidia.com/gpu, nvidia.com/gpu.product, NVIDIA-H100-80GB-HBM3, nvidia-h100-sxm",
    "nvidia.com/gpu, nvidia.com/gpu.product, NVIDIA-H200, nvidia-h200-sxm",
    "nvidia.com/gpu, nvidia.com/gpu.product, NVIDIA-H20, nvidia-h20",
    "nvidia.com/gpu, nvidia.com/gpu.product, NVIDIA-L40S, nvidia-l40s",
    "nvidia.com/gpu, nvidia.com/gpu.product, NVIDIA-GeForce-RTX-4090, nvidia-rtx-4090",
    "nvidia.com/gpu, nvidia.com/gpu.product, NVIDIA-GeForce-RTX-4090-D, nvidia-rtx-4090d",
    "nvidia.com/gpu, nvidia.com/gpu.product, NVIDIA-B200, nvidia-b200",
    "nvidia.com/gpu, nvidia.com/gpu.product, NVIDIA-B300-SXM6-AC, nvidia-b300",
    "nvidia.com/gpu, cloud.google.com/gke-accelerator, nvidia-h100-mega-80gb, nvidia-h100-sxm",
    "nvidia.com/gpu, karpenter.k8s.aws/instance-gpu-name, h200, nvidia-h200-sxm",
    "nvidia.com/gpu, eks.amazonaws.com/instance-gpu-name, l40s, nvidia-l40s",
    "nvidia.com/gpu, gpu.nvidia.com/class, H100_NVLINK_80GB, nvidia-h100-sxm",
    "nvidia.com/gpu, skypilot.co/accelerator, rtx4090, nvidia-rtx-4090",
    "amd.com/gpu, amd.com/gpu.product-name, AMD_Instinct_MI300X_OAM, amd-mi300x",
    "amd.com/gpu, beta.amd.com/gpu.device-id, 74a1, amd-mi300x",
    "huawei.com/Ascend910, node.kubernetes.io/npu.chip.name, 910B3, huawei-ascend-910b",
    "huawei.com/Ascend910, accelerator-type, module-910b-8, huawei-ascend-910b",
    "huawei.com/Ascend910, servertype, Ascend910B-20, huawei-ascend-910b",
    "metax-tech.com/gpu, metax-tech.com/gpu.product, MXC500, metax-c500",
  })
  void tellsTheModelByTheVendorsLabel(String resource, String key, String value, String model) {
    Detection detection = detector.detect(Map.of(key, value), Map.of(resource, 8L, "cpu", 192L));

    assertThat(detection.warnings()).isEmpty();
    assertThat(detection.devices()).hasSize(1);
    DetectedDevices devices = detection.devices().getFirst();
    assertThat(devices.modelId()).isEqualTo(model);
    assertThat(devices.count()).isEqualTo(8);
    assertThat(devices.slotKind()).isEqualTo(WHOLE_DEVICE);
    assertThat(devices.acceleratorLabel()).isEqualTo(new AcceleratorLabel(key, value));
  }

  @ParameterizedTest
  @CsvSource({
    "habana.ai/gaudi, Intel, WHOLE_DEVICE",
    "birentech.com/gpu, Biren, WHOLE_DEVICE",
    "birentech.com/1-4-gpu, Biren, SHARE",
    "cambricon.com/mlu370, Cambricon, WHOLE_DEVICE",
    "cambricon.com/vmlu, Cambricon, SHARE",
    "hygon.com/dcu, Hygon, WHOLE_DEVICE",
    "hygon.com/dcunum, Hygon, SHARE",
    "mthreads.com/gpu, Moore Threads, WHOLE_DEVICE",
    "mthreads.com/vgpu, Moore Threads, SHARE",
    "iluvatar.com/gpu, Iluvatar, WHOLE_DEVICE",
    "iluvatar.ai/gpu, Iluvatar, WHOLE_DEVICE",
    "iluvatar.ai/BI-V150-vgpu, Iluvatar, SHARE",
    "enflame.com/gcu, Enflame, WHOLE_DEVICE",
    "enflame.com/drs-gcu, Enflame, SHARE",
    "kunlunxin.com/xpu, Kunlunxin, WHOLE_DEVICE",
    "kunlunxin.com/vxpu, Kunlunxin, SHARE",
    "metax-tech.com/sgpu, MetaX, SHARE",
    "gpu.intel.com/xe, Intel, WHOLE_DEVICE",
    "huawei.com/Ascend310P, Huawei, WHOLE_DEVICE",
    "google.com/tpu, Google, WHOLE_DEVICE",
    "aws.amazon.com/neuron, AWS, WHOLE_DEVICE",
  })
  void leavesTheModelToTheProviderWhereNothingTellsIt(
      String resource, String vendor, SlotKind slotKind) {
    Detection detection = detector.detect(Map.of(), Map.of(resource, 4L));

    assertThat(detection.warnings()).isEmpty();
    assertThat(detection.devices())
        .singleElement()
        .satisfies(devices -> {
          assertThat(devices.vendor()).isEqualTo(vendor);
          assertThat(devices.slotKind()).isEqualTo(slotKind);
          assertThat(devices.modelId()).isNull();
          assertThat(devices.acceleratorLabel()).isNull();
        });
  }

  @ParameterizedTest
  @CsvSource({
    "gpu.nvidia.com, gpu, NVIDIA H100 80GB HBM3, nvidia-h100-sxm",
    "gpu.nvidia.com, gpu, NVIDIA GeForce RTX 4090 D, nvidia-rtx-4090d",
    "gpu.amd.com, amdgpu, AMD_Instinct_MI300X_OAM, amd-mi300x",
  })
  void tellsTheModelByWhatPublishedDevicesSay(
      String driver, String type, String product, String model) {
    Detection detection = published(Map.of(), Map.of(), driver, 8, type, product);

    assertThat(detection.warnings()).isEmpty();
    assertThat(detection.devices())
        .containsExactly(
            new DetectedDevices(
                driver + ".deviceclass.resource.k8s.io/devices",
                8,
                driver.equals("gpu.amd.com") ? "AMD" : "NVIDIA",
                model,
                WHOLE_DEVICE,
                null,
                new AcceleratorLabel(driver + "/productName", product)));
  }

  @Test
  void countsADieOfTwoAsAShareOfItsDeviceWhoeverPublishesIt() {
    Detection detection =
        published(Map.of(), Map.of(), "gpu.amd.com", 4, "amdgpu", "AMD_Instinct_MI250X_OAM");

    assertThat(detection.devices())
        .singleElement()
        .satisfies(devices -> assertThat(devices.slotKind()).isEqualTo(SHARE));
  }

  @Test
  void countsWholeDevicesAloneOfWhatIsPublished() {
    List<Map<String, String>> devices =
        List.of(
            Map.of("type", "gpu", "productName", H100),
            Map.of("type", "mig", "productName", H100),
            Map.of("type", "vfio", "productName", H100),
            Map.of("productName", H100));

    Detection detection =
        detector.detect(
            Map.of(), Map.of(), Map.of(), List.of(new PublishedDevices(NVIDIA, true, devices)));

    assertThat(detection.devices()).extracting(DetectedDevices::count).containsExactly(1);
  }

  @Test
  void goesByThePluginWhereThereIsOne() {
    Map<String, Long> eight = Map.of("nvidia.com/gpu", 8L);
    Map<String, Long> none = Map.of("nvidia.com/gpu", 0L);

    assertThat(published(eight, eight, NVIDIA, 8, "gpu", H100).devices())
        .extracting(DetectedDevices::resourceName)
        .containsExactly("nvidia.com/gpu");
    // One that stopped a moment ago may be back in another.
    assertThat(published(none, eight, NVIDIA, 8, "gpu", H100).devices()).isEmpty();
    assertThat(published(none, none, NVIDIA, 8, "gpu", H100).devices())
        .extracting(DetectedDevices::resourceName)
        .containsExactly(CLAIMED);
    // Of another vendor's devices it says nothing.
    assertThat(published(Map.of("amd.com/gpu", 8L), Map.of(), NVIDIA, 8, "gpu", H100).devices())
        .hasSize(2);
  }

  @Test
  void offersNothingOfAPoolThatIsNotComplete() {
    Detection detection =
        detector.detect(
            Map.of(PRODUCT, "NVIDIA-H100-80GB-HBM3"),
            Map.of(),
            Map.of(),
            List.of(
                new PublishedDevices(
                    NVIDIA, false, List.of(Map.of("type", "gpu", "productName", H100)))));

    assertThat(detection.devices()).isEmpty();
    assertThat(detection.warnings()).containsExactly(new DetectionWarning.IncompletePool(NVIDIA));
  }

  @Test
  void offersNothingOfDevicesThatDiffer() {
    Detection detection =
        detector.detect(
            Map.of(),
            Map.of(),
            Map.of(),
            List.of(
                new PublishedDevices(
                    NVIDIA,
                    true,
                    List.of(Map.of("type", "gpu", "productName", H100), Map.of("type", "gpu")))));

    assertThat(detection.devices()).isEmpty();
    assertThat(detection.warnings())
        .containsExactly(new DetectionWarning.DifferentDevices(NVIDIA, List.of(H100, "unnamed")));
  }

  @Test
  void offersNoMoreDevicesThanAClaimCanHave() {
    assertThat(published(Map.of(), Map.of(), NVIDIA, 32, "gpu", H100).devices()).hasSize(1);
    assertThat(published(Map.of(), Map.of(), NVIDIA, 33, "gpu", H100).warnings())
        .containsExactly(new ImplausibleCount(CLAIMED, 33));
  }

  @ParameterizedTest
  @CsvSource({
    "NVIDIA-H200, ConflictingModels",
    "NVIDIA-H100-PCIe, DisagreeingLabel",
    "NVIDIA-H100-80GB-HBM3,",
    "NVIDIA-H100-80GB-HBM3-SHARED,",
  })
  void believesNoLabelThatDevicesContradict(String label, @Nullable String warning) {
    Detection detection =
        detector.detect(
            Map.of(PRODUCT, label),
            Map.of(),
            Map.of(),
            List.of(
                new PublishedDevices(
                    NVIDIA, true, List.of(Map.of("type", "gpu", "productName", H100)))));

    assertThat(detection.devices())
        .extracting(DetectedDevices::modelId)
        .isEqualTo(warning == null ? List.of("nvidia-h100-sxm") : List.of());
    assertThat(detection.warnings())
        .extracting(found -> found.getClass().getSimpleName())
        .isEqualTo(warning == null ? List.of() : List.of(warning));
  }

  @Test
  void leavesAProductThatItDoesNotKnowToTheProvider() {
    Detection detection = published(Map.of(), Map.of(), NVIDIA, 8, "gpu", "NVIDIA H999");

    assertThat(detection.devices().getFirst().modelId()).isNull();
    assertThat(detection.warnings())
        .containsExactly(
            new DetectionWarning.UnknownProduct(
                CLAIMED, "gpu.nvidia.com/productName", "NVIDIA H999"));
  }

  @Test
  void keepsWordsThatCouldLeaveTheirQuotesOutOfClaims() {
    Detection detection = published(Map.of(), Map.of(), NVIDIA, 8, "gpu", "H100' || true || '");

    assertThat(detection.devices().getFirst().modelId()).isNull();
    assertThat(detection.devices().getFirst().acceleratorLabel()).isNull();
  }

  @Test
  void passesOverDriversThatItDoesNotKnow() {
    Detection detection = published(Map.of(), Map.of(), "gpu.example.com", 8, "gpu", H100);

    assertThat(detection.devices()).isEmpty();
    assertThat(detection.warnings()).isEmpty();
  }

  private Detection published(
      Map<String, Long> allocatable,
      Map<String, Long> capacity,
      String driver,
      int count,
      String type,
      String product) {
    return detector.detect(
        Map.of(),
        allocatable,
        capacity,
        List.of(
            new PublishedDevices(
                driver,
                true,
                Collections.nCopies(count, Map.of("type", type, "productName", product)))));
  }

  @Test
  void countsMigInstancesOfMixedStrategyBesideWholeDevices() {
    Detection detection =
        detector.detect(
            Map.of(PRODUCT, "NVIDIA-H100-80GB-HBM3", "nvidia.com/mig.strategy", "mixed"),
            Map.of(
                "nvidia.com/gpu", 6L, "nvidia.com/mig-1g.10gb", 14L, "nvidia.com/mig-3g.40gb", 0L));

    AcceleratorLabel label = new AcceleratorLabel(PRODUCT, "NVIDIA-H100-80GB-HBM3");
    assertThat(detection.devices())
        .containsExactly(
            devices("nvidia.com/gpu", 6, "nvidia-h100-sxm", WHOLE_DEVICE, null, label),
            devices(
                "nvidia.com/mig-1g.10gb", 14, "nvidia-h100-sxm", MIG_INSTANCE, "1g.10gb", label));
  }

  @ParameterizedTest
  @CsvSource({
    "NVIDIA-A100-SXM4-80GB-MIG-1g.10gb, MIG_INSTANCE, 1g.10gb",
    "NVIDIA-A100-SXM4-80GB-SHARED, SHARE,",
    "NVIDIA-A100-SXM4-80GB-MIG-1g.10gb-SHARED, SHARE, 1g.10gb",
  })
  void readsSuffixesOfTheProduct(String product, SlotKind slotKind, @Nullable String profile) {
    Detection detection = detector.detect(Map.of(PRODUCT, product), Map.of("nvidia.com/gpu", 7L));

    AcceleratorLabel label = new AcceleratorLabel(PRODUCT, product);
    assertThat(detection.devices())
        .containsExactly(
            devices("nvidia.com/gpu", 7, "nvidia-a100-80g-sxm", slotKind, profile, label));
    assertThat(detection.warnings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "nvidia.com/gpu, nvidia.com/gpu.replicas, 4, SHARE,",
    "nvidia.com/gpu, nvidia.com/gpu.replicas, 1, WHOLE_DEVICE,",
    "nvidia.com/gpu.shared, nvidia.com/gpu.replicas, 1, SHARE,",
    "nvidia.com/gpu, cloud.google.com/gke-gpu-sharing-strategy, time-sharing, SHARE,",
    "nvidia.com/gpu, cloud.google.com/gke-gpu-partition-size, 3g.40gb, MIG_INSTANCE, 3g.40gb",
    "nvidia.com/mig-1g.5gb, nvidia.com/mig-1g.5gb.replicas, 2, SHARE, 1g.5gb",
    "nvidia.com/mig-1g.5gb, nvidia.com/gpu.replicas, 2, MIG_INSTANCE, 1g.5gb",
    "nvidia.com/mig-1g.10gb.me, nvidia.com/mig.capable, true, MIG_INSTANCE, 1g.10gb.me",
    "amd.com/cpx_nps4, amd.com/gpu.family, AI, SHARE, cpx_nps4",
  })
  void tellsSharesFromWholeDevices(
      String resource, String key, String value, SlotKind slotKind, @Nullable String profile) {
    assertThat(detector.detect(Map.of(key, value), Map.of(resource, 8L)).devices())
        .containsExactly(
            devices(
                resource,
                8,
                resource.startsWith("amd") ? "AMD" : "NVIDIA",
                null,
                slotKind,
                profile,
                null));
  }

  @Test
  void countsDiesOfTwoDieDevicesAsShares() {
    Detection amd =
        detector.detect(
            Map.of("amd.com/gpu.product-name", "AMD_Instinct_MI250X"), Map.of("amd.com/gpu", 8L));
    Detection huawei =
        detector.detect(
            Map.of("accelerator", "huawei-Ascend910", "accelerator-type", "module-a3-16"),
            Map.of("huawei.com/Ascend910", 16L));

    assertThat(amd.devices())
        .singleElement()
        .returns("amd-mi250x", DetectedDevices::modelId)
        .returns(SHARE, DetectedDevices::slotKind)
        .returns("die", DetectedDevices::profile);
    assertThat(huawei.devices())
        .singleElement()
        .returns("huawei-ascend-910c", DetectedDevices::modelId)
        .returns(SHARE, DetectedDevices::slotKind)
        .returns("die", DetectedDevices::profile);
  }

  @Test
  void takesHamiNamesForVirtualDevices() {
    Detection detection =
        detector.detect(
            Map.of("accelerator", "huawei-Ascend910"),
            Map.of("huawei.com/Ascend910B3", 80L, "huawei.com/Ascend910B3-memory", 524288L));

    assertThat(detection.devices())
        .singleElement()
        .returns("huawei-ascend-910b", DetectedDevices::modelId)
        .returns(SHARE, DetectedDevices::slotKind)
        .returns(80, DetectedDevices::count);
    assertThat(detection.warnings()).isEmpty();
  }

  @Test
  void familyLabelAloneTellsNoModel() {
    Detection detection =
        detector.detect(
            Map.of("accelerator", "huawei-Ascend910"), Map.of("huawei.com/Ascend910", 8L));

    assertThat(detection.devices()).singleElement().returns(null, DetectedDevices::modelId);
    assertThat(detection.warnings())
        .containsExactly(
            new UnknownModel("huawei.com/Ascend910", "accelerator", "huawei-Ascend910"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NVIDIA-H100-PCIe",
        "NVIDIA-H100-NVL",
        "NVIDIA-H200-NVL",
        "NVIDIA-A100-SXM4-40GB",
        "NVIDIA-A100-80GB-PCIe",
        "nvidia-h100-80gb-hbm3",
        "Tesla-T4"
      })
  void doesNotTakeOneModelForAnother(String product) {
    Detection detection = detector.detect(Map.of(PRODUCT, product), Map.of("nvidia.com/gpu", 8L));

    assertThat(detection.devices())
        .containsExactly(
            devices(
                "nvidia.com/gpu",
                8,
                "NVIDIA",
                null,
                WHOLE_DEVICE,
                null,
                new AcceleratorLabel(PRODUCT, product)));
    assertThat(detection.warnings())
        .containsExactly(new UnknownModel("nvidia.com/gpu", PRODUCT, product));
  }

  @ParameterizedTest
  @CsvSource({"81920, nvidia-a100-80g-sxm", "40960,"})
  void tellsSizesOfOneNameByAnotherLabel(String memoryMib, @Nullable String model) {
    Detection detection =
        detector.detect(
            Map.of(
                "karpenter.k8s.aws/instance-gpu-name",
                "a100",
                "karpenter.k8s.aws/instance-gpu-memory",
                memoryMib),
            Map.of("nvidia.com/gpu", 8L));

    assertThat(detection.devices()).singleElement().returns(model, DetectedDevices::modelId);
  }

  @Test
  void believesNoneOfConflictingLabels() {
    Detection detection =
        detector.detect(
            Map.of(PRODUCT, "NVIDIA-H20", "cloud.google.com/gke-accelerator", "nvidia-h200-141gb"),
            Map.of("nvidia.com/gpu", 8L));

    assertThat(detection.devices()).singleElement().returns(null, DetectedDevices::modelId);
    assertThat(detection.warnings())
        .containsExactly(
            new ConflictingModels("nvidia.com/gpu", List.of("nvidia-h20", "nvidia-h200-sxm")));
  }

  @ParameterizedTest
  @CsvSource({
    "nvidia.com/gpu.product, NVIDIA-H100-80GB-HBM3",
    "nvidia.com/gpu.count, 8",
    "kubernetes.azure.com/accelerator, nvidia",
    "accelerator, huawei-Ascend910",
    "mthreads.com/gpu, enable",
    "cloud.google.com/gke-tpu-accelerator, tpu-v5p-slice",
  })
  void warnsOfLabelsWithoutDevices(String key, String value) {
    Detection detection =
        detector.detect(Map.of(key, value), Map.of("cpu", 64L, "nvidia.com/gpu", 0L));

    assertThat(detection.devices()).isEmpty();
    assertThat(detection.warnings()).containsExactly(new LabelsWithoutDevices(key, value));
  }

  @Test
  void doesNotMistakeAnotherVendorsDevicesForTheLabelled() {
    Detection detection =
        detector.detect(Map.of(PRODUCT, "NVIDIA-H100-80GB-HBM3"), Map.of("amd.com/gpu", 8L));

    assertThat(detection.devices())
        .containsExactly(devices("amd.com/gpu", 8, "AMD", null, WHOLE_DEVICE, null, null));
    assertThat(detection.warnings())
        .containsExactly(new LabelsWithoutDevices(PRODUCT, "NVIDIA-H100-80GB-HBM3"));
  }

  @Test
  void passesOverWhatIsNoAccelerator() {
    Detection detection =
        detector.detect(
            Map.of("accelerator", "none", "accelerator-type", "fast", "zone", "a"),
            Map.of(
                "cpu", 64L,
                "hugepages-2Mi", 0L,
                "rdma/hca", 8L,
                "vpc.amazonaws.com/efa", 32L,
                "gpu.intel.com/i915_monitoring", 1L,
                "huawei.com/npu-core", 160L,
                "aws.amazon.com/neuroncore", 32L));

    assertThat(detection).isEqualTo(new Detection(List.of(), List.of()));
  }

  @Test
  void reportsUnknownResourcesOfKnownVendors() {
    Detection detection = detector.detect(Map.of(), Map.of("nvidia.com/GA102GL_A10", 2L));

    assertThat(detection.devices()).isEmpty();
    assertThat(detection.warnings())
        .containsExactly(new UnrecognizedResource("nvidia.com/GA102GL_A10"));
  }

  @Test
  void leavesOutImplausibleCounts() {
    Detection detection = detector.detect(Map.of(), Map.of("nvidia.com/gpu", Long.MAX_VALUE));

    assertThat(detection.devices()).isEmpty();
    assertThat(detection.warnings())
        .containsExactly(new ImplausibleCount("nvidia.com/gpu", Long.MAX_VALUE));
  }

  private static DetectedDevices devices(
      String resource,
      int count,
      String model,
      SlotKind slotKind,
      @Nullable String profile,
      AcceleratorLabel label) {
    return devices(resource, count, "NVIDIA", model, slotKind, profile, label);
  }

  private static DetectedDevices devices(
      String resource,
      int count,
      String vendor,
      @Nullable String model,
      SlotKind slotKind,
      @Nullable String profile,
      @Nullable AcceleratorLabel label) {
    return new DetectedDevices(resource, count, vendor, model, slotKind, profile, label);
  }
}
