package io.berth.inventory;

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
    List<Warning> warnings) {

  /** Copies the collections. */
  public NodeObservation {
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    taints = List.copyOf(taints);
    devices = List.copyOf(devices);
    warnings = List.copyOf(warnings);
  }

  /**
   * Something about a node that does not fit together.
   *
   * @param type in one CamelCase word, the type of the condition that it becomes
   * @param message in words for the provider
   */
  public record Warning(String type, String message) {}
}
