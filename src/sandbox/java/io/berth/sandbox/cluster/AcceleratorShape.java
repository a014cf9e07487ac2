package io.berth.sandbox.cluster;

import java.util.Map;

/**
 * How a node with eight accelerators of one model shows them: the vendor's resource, the labels
 * that the vendor's discovery writes, and the machine around them.
 *
 * <p>NVIDIA's labels are those of GPU Feature Discovery (memory in MiB as {@code nvidia-smi}
 * reports it), AMD's those of ROCm's node labeller, Huawei's those of MindCluster. Biren and Gaudi
 * have no label that names the model.
 */
enum AcceleratorShape {
  H100("nvidia.com/gpu", "192", "2Ti", nvidia("NVIDIA-H100-80GB-HBM3", 81559, "hopper", 9, 0)),
  H200("nvidia.com/gpu", "192", "2Ti", nvidia("NVIDIA-H200", 143771, "hopper", 9, 0)),
  B200("nvidia.com/gpu", "224", "4Ti", nvidia("NVIDIA-B200", 183359, "blackwell", 10, 0)),
  A100("nvidia.com/gpu", "128", "1Ti", nvidia("NVIDIA-A100-SXM4-80GB", 81920, "ampere", 8, 0)),
  H20("nvidia.com/gpu", "192", "2Ti", nvidia("NVIDIA-H20", 97871, "hopper", 9, 0)),
  L40S("nvidia.com/gpu", "128", "1Ti", nvidia("NVIDIA-L40S", 46068, "ada-lovelace", 8, 9)),
  RTX_4090(
      "nvidia.com/gpu",
      "96",
      "512Gi",
      nvidia("NVIDIA-GeForce-RTX-4090", 24564, "ada-lovelace", 8, 9)),
  MI300X(
      "amd.com/gpu",
      "192",
      "2Ti",
      Map.of(
          "amd.com/gpu.product-name",
          "AMD_Instinct_MI300X_OAM",
          "amd.com/gpu.vram",
          "192G",
          "amd.com/gpu.family",
          "AI",
          "amd.com/gpu.device-id",
          "74a1",
          "amd.com/gpu.cu-count",
          "304")),
  ASCEND_910B(
      "huawei.com/Ascend910",
      "192",
      "1536Gi",
      Map.of(
          "accelerator",
          "huawei-Ascend910",
          "accelerator-type",
          "module-910b-8",
          "node.kubernetes.io/npu.chip.name",
          "910B3",
          "servertype",
          "Ascend910-20",
          "host-arch",
          "huawei-arm",
          "kubernetes.io/arch",
          "arm64")),
  BIREN("birentech.com/gpu", "128", "1Ti", Map.of()),
  GAUDI_3("habana.ai/gaudi", "160", "2Ti", Map.of());

  static final int DEVICES = 8;

  private final String resource;
  private final String cpu;
  private final String memory;

  @SuppressWarnings("ImmutableEnumChecker") // Every map comes from Map.of.
  private final Map<String, String> labels;

  AcceleratorShape(String resource, String cpu, String memory, Map<String, String> labels) {
    this.resource = resource;
    this.cpu = cpu;
    this.memory = memory;
    this.labels = labels;
  }

  String resource() {
    return resource;
  }

  /** A node with eight devices, kept by a taint from pods that did not ask for them. */
  NodeBlueprint node(String name, String region, String zone) {
    return NodeBlueprint.plain(name, region, zone)
        .withLabels(labels)
        .withAllocatable("cpu", cpu)
        .withAllocatable("memory", memory)
        .withAllocatable(resource, Integer.toString(DEVICES))
        .withTaint(resource, "present", "NoSchedule");
  }

  private static Map<String, String> nvidia(
      String product, int memoryMib, String family, int computeMajor, int computeMinor) {
    return Map.of(
        "nvidia.com/gpu.present",
        "true",
        "nvidia.com/gpu.product",
        product,
        "nvidia.com/gpu.count",
        Integer.toString(DEVICES),
        "nvidia.com/gpu.memory",
        Integer.toString(memoryMib),
        "nvidia.com/gpu.family",
        family,
        "nvidia.com/gpu.compute.major",
        Integer.toString(computeMajor),
        "nvidia.com/gpu.compute.minor",
        Integer.toString(computeMinor),
        "nvidia.com/gpu.replicas",
        "1",
        "nvidia.com/mig.strategy",
        "none");
  }
}
