package io.berth.catalog;

import java.util.List;

/**
 * What a node's labels and allocatable resources say about its accelerators.
 *
 * @param devices by resource name; empty where nothing is allocatable
 * @param warnings what does not fit together, for the provider to see
 */
public record Detection(List<DetectedDevices> devices, List<DetectionWarning> warnings) {

  /** Copies both lists. */
  public Detection {
    devices = List.copyOf(devices);
    warnings = List.copyOf(warnings);
  }
}
