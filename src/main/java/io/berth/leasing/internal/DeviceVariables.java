package io.berth.leasing.internal;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * Environment variables by which vendors' container runtimes choose the devices that a container
 * sees. Kubernetes puts a pod's own variables after those of the device plugin, so that a job which
 * sets one gets every device of its node, whatever it has leased (NVIDIA Container Toolkit,
 * environment variables; likewise the runtimes of AMD, Ascend and Gaudi).
 */
final class DeviceVariables {

  private static final Pattern VISIBLE = Pattern.compile("[A-Z0-9_]+_VISIBLE_DEVICES");

  /** A program's own choice among the devices that its container has. */
  private static final Set<String> WITHIN =
      Set.of(
          "CUDA_VISIBLE_DEVICES",
          "HIP_VISIBLE_DEVICES",
          "ROCR_VISIBLE_DEVICES",
          "ASCEND_RT_VISIBLE_DEVICES");

  /** Others that bring devices of the node, or of the fabric between nodes, into a container. */
  private static final Set<String> FURTHER =
      Set.of(
          "NVIDIA_MIG_CONFIG_DEVICES",
          "NVIDIA_MIG_MONITOR_DEVICES",
          "NVIDIA_IMEX_CHANNELS",
          "NVIDIA_NVSWITCH",
          "NVIDIA_GDS",
          "NVIDIA_MOFED",
          "NVIDIA_GDRCOPY",
          "ASCEND_RUNTIME_OPTIONS");

  private DeviceVariables() {}

  /** Whether it chooses devices for the container. */
  static boolean chooses(String name) {
    return FURTHER.contains(name) || (VISIBLE.matcher(name).matches() && !WITHIN.contains(name));
  }
}
