package io.berth.inventory;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.berth.catalog.DetectedDevices;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a cluster reports about one node.
 *
 * @param name the node's name, unique in its cluster
 * @param labels all of them
 * @param taints all of them
 * @param ready whether its condition {@code Ready} is true
 * @param schedulable whether it is not cordoned
 * @param devices what detection made of labels and allocatable resources
 * @param cpuMillis allocatable processors, in thousandths of a core; null where it does not say
 * @param memoryMib allocatable memory, in MiB; null where it does not say
 * @param warnings what detection found not to fit together
 * @param failing conditions that say that its devices, or what they need of it, fail
 */
public record NodeObservation(
    String name,
    SortedMap<String, String> labels,
    List<NodeTaint> taints,
    boolean ready,
    boolean schedulable,
    List<DetectedDevices> devices,
    @Nullable Long cpuMillis,
    @Nullable Long memoryMib,
    List<Warning> warnings,
    List<Failing> failing) {

  /** Copies the collections; what was stored before conditions were read has none that fail. */
  public NodeObservation {
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    taints = List.copyOf(taints);
    devices = List.copyOf(devices);
    warnings = List.copyOf(warnings);
    failing = failing == null ? List.of() : List.copyOf(failing);
  }

  /**
   * Whether it could run something: ready, with no condition that says that it fails, but for those
   * that whoever uses it brings about.
   */
  @JsonIgnore
  public boolean isWell() {
    return ready && failing.stream().allMatch(Failing::byLoad);
  }

  /** Whether it can be offered as far as its health goes. */
  @JsonIgnore
  public boolean isHealthy() {
    return ready && failing.isEmpty();
  }

  /**
   * Something about a node that does not fit together.
   *
   * @param type in one CamelCase word, the type of the condition that it becomes
   * @param message in words for the provider
   */
  public record Warning(String type, String message) {}

  /**
   * A condition of the node that says that it fails, as the cluster gives it.
   *
   * @param status {@code True}, {@code False} or {@code Unknown}
   * @param reason empty where it gives none
   * @param message empty where it gives none; bounded
   * @param byLoad whether heavy use brings it about: such a node is not offered, but who leases it
   *     has not lost it
   */
  public record Failing(String type, String status, String reason, String message, boolean byLoad) {

    @Override
    public String toString() {
      return type + "=" + status + (reason.isEmpty() ? "" : " (" + reason + ")");
    }
  }
}
