package io.berth.kubernetes.domain;

import io.berth.inventory.Node;
import io.berth.leasing.LeaseDelivery;
import java.util.Map;

/**
 * Variables that keep an image from choosing devices on a node that leases share: an image sets
 * variables, too, which nobody refuses, and the vendor's container runtime follows them.
 *
 * <p>What a pod sets comes after what device plugins set and overrides it (kubelet, {@code
 * GenerateRunContainerOptions}; containerd, {@code WithEnv}). So only what plugins leave alone is
 * set here: NVIDIA's sets {@code NVIDIA_VISIBLE_DEVICES}, unless it goes by CDI alone, {@code
 * NVIDIA_GDS}, {@code NVIDIA_MOFED}, {@code NVIDIA_GDRCOPY} and {@code NVIDIA_IMEX_CHANNELS}
 * (NVIDIA/k8s-device-plugin, {@code internal/plugin/server.go}); Ascend's and Gaudi's set theirs.
 */
final class DeviceEnvironment {

  private static final String NVIDIA_PLUGIN = "nvidia.com/";
  private static final String NVIDIA_DRIVER = "gpu.nvidia.com.";

  private DeviceEnvironment() {}

  /** The variables of a pod on a node; empty where its lease has the node whole. */
  static Map<String, String> of(LeaseDelivery lease, Node node) {
    boolean isShared =
        lease.nodes().stream()
            .anyMatch(leased -> leased.node().id().equals(node.id()) && !NodeMarks.isWhole(leased));
    String resource = lease.pool().resourceName();
    if (!isShared) {
      return Map.of();
    }
    // The switches between a node's devices are its provider's to steer.
    if (resource.startsWith(NVIDIA_DRIVER)) {
      // No plugin sets it, and CDI says the same of the devices that it brings.
      return Map.of("NVIDIA_NVSWITCH", "disabled", "NVIDIA_VISIBLE_DEVICES", "void");
    }
    return resource.startsWith(NVIDIA_PLUGIN) ? Map.of("NVIDIA_NVSWITCH", "disabled") : Map.of();
  }
}
