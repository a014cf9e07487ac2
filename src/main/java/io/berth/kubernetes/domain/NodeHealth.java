package io.berth.kubernetes.domain;

import io.berth.inventory.NodeObservation.Failing;
import io.fabric8.kubernetes.api.model.NodeCondition;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which conditions of a node say that its devices, or what they need of the node, fail. A type that
 * stands in no table here counts neither way. One that does and that nobody answers for ({@code
 * Unknown}) counts as failing.
 *
 * <p>The device plugins of NVIDIA and AMD set no condition: a device that they find unhealthy is no
 * longer allocatable, and only what is allocatable is offered. Left out are conditions that last
 * for moments or say that something may happen, such as {@code FrequentKubeletRestart} or {@code
 * VMEventScheduled}. What only says that the monitor itself is down is taken for what it means:
 * that nobody knows how the devices are.
 */
public final class NodeHealth {

  /** How many are shown: a cluster has one of a type, and might say anything. */
  private static final int FAILING_MAX = 20;

  /** A message is shown up to here. */
  private static final int MESSAGE_LENGTH_MAX = 200;

  private static final String TRUE = "True";
  private static final String FALSE = "False";

  /**
   * Permanent problems of the node problem detector, healthy where {@code False}: its {@code
   * config/kernel-monitor.json}, {@code docker-monitor.json}, {@code health-checker-kubelet.json}
   * and {@code health-checker-containerd.json} (github.com/kubernetes/node-problem-detector), which
   * GKE, AKS and ACK run too.
   */
  private static final List<String> NODE_PROBLEM_DETECTOR =
      List.of(
          "KernelDeadlock",
          "ReadonlyFilesystem",
          "XfsShutdown",
          "CorruptDockerOverlay2",
          "KubeletUnhealthy",
          "ContainerRuntimeUnhealthy");

  /**
   * The same of AKS, of general and of GPU nodes (learn.microsoft.com/azure/aks,
   * node-problem-detector and aks-managed-gpu-nodes).
   */
  private static final List<String> AKS =
      List.of(
          "FilesystemCorruptionProblem",
          "KubeletProblem",
          "ContainerRuntimeProblem",
          "GPUMissing",
          "NVLinkStatusInactive",
          "XIDErrors",
          "IBLinkFlapping",
          "GPUClockThrottling",
          "UnhealthyNvidiaDevicePlugin",
          "UnhealthyNvidiaDCGMServices");

  /**
   * The same of ACK, which repairs or restarts a node for each of them
   * (alibabacloud.com/help/en/ack, node auto repair: conditions that trigger it, GPU-related).
   */
  private static final List<String> ACK =
      List.of(
          "RuntimeOffline",
          "SystemdOffline",
          "NvidiaXID44Error",
          "NvidiaXID48Error",
          "NvidiaXID61Error",
          "NvidiaXID74Error",
          "NvidiaXID79Error",
          "NvidiaXID95Error",
          "NvidiaXID119Error",
          "NvidiaXID120Error",
          "NvidiaXID140Error",
          "NvidiaDeviceLost",
          "NvidiaInfoRomCorrupted",
          "NvidiaPendingRetiredPages",
          "NvidiaPowerCableErr",
          "NvidiaRemappingRowsFailed",
          "NvidiaRemappingRowsRequireReset");

  /**
   * The same of NVSentinel, which puts the watches of NVIDIA's DCGM that find something fatal, and
   * what the driver logs, into conditions (github.com/NVIDIA/NVSentinel, its GPU health monitor and
   * syslog health monitor).
   */
  private static final List<String> NVSENTINEL =
      List.of(
          "GpuAllWatch",
          "GpuDcgmConnectivityFailure",
          "GpuDriverWatch",
          "GpuInforomWatch",
          "GpuMcuWatch",
          "GpuMemWatch",
          "GpuNvlinkWatch",
          "GpuNvswitchFatalWatch",
          "GpuPcieWatch",
          "GpuPmuWatch",
          "GpuPowerWatch",
          "GpuSmWatch",
          "GpuThermalWatch",
          "SysLogsGPUFallenOff",
          "SysLogsSXIDError",
          "SysLogsXIDError");

  /**
   * The same of AMD's GPU operator, by the node problem detector's plug-in that asks the metrics
   * exporter (instinct.docs.amd.com/projects/gpu-operator, node problem detector and auto node
   * remediation).
   */
  private static final List<String> AMD = List.of("AMDGPUUnhealthy");

  /**
   * Of the EKS node monitoring agent, healthy where {@code True}; EKS replaces or restarts a node
   * for each of them (docs.aws.amazon.com/eks/latest/userguide/node-health.html).
   */
  private static final List<String> EKS =
      List.of(
          "AcceleratedHardwareReady",
          "ContainerRuntimeReady",
          "KernelReady",
          "NetworkingReady",
          "StorageReady");

  /**
   * Which of these a load of its own tenant's making brings about: clocks go down and limits of
   * power and temperature are met while a device works as hard as it can.
   */
  private static final Set<String> BY_LOAD =
      Set.of("GPUClockThrottling", "GpuPowerWatch", "GpuThermalWatch");

  /** The status in which all is well, by type. */
  private static final Map<String, String> WELL = new HashMap<>();

  static {
    List.of(NODE_PROBLEM_DETECTOR, AKS, ACK, NVSENTINEL, AMD)
        .forEach(table -> table.forEach(type -> WELL.put(type, FALSE)));
    EKS.forEach(type -> WELL.put(type, TRUE));
  }

  private NodeHealth() {}

  /** Those of a node's conditions that say that it fails, by type. */
  public static List<Failing> failing(List<NodeCondition> conditions) {
    return conditions.stream()
        .filter(condition -> isFailing(condition.getType(), condition.getStatus()))
        .map(condition ->
            new Failing(
                condition.getType(),
                bounded(condition.getStatus()),
                bounded(condition.getReason()),
                bounded(condition.getMessage()),
                BY_LOAD.contains(condition.getType())))
        .sorted(Comparator.comparing(Failing::type))
        .distinct()
        .limit(FAILING_MAX)
        .toList();
  }

  /** Whether conditions of a type count at all. */
  public static boolean counts(@Nullable String type) {
    return type != null && WELL.containsKey(type);
  }

  private static boolean isFailing(@Nullable String type, @Nullable String status) {
    String well = type == null ? null : WELL.get(type);
    return well != null && !well.equals(status);
  }

  private static String bounded(@Nullable String text) {
    String there = Objects.requireNonNullElse(text, "");
    return there.length() > MESSAGE_LENGTH_MAX ? there.substring(0, MESSAGE_LENGTH_MAX) : there;
  }
}
