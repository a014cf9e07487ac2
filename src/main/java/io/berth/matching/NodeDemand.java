package io.berth.matching;

import java.util.Set;

/**
 * What is asked of one node.
 *
 * @param cpuMilli thousandths of a core
 * @param memoryMib memory of the node, not of its devices
 * @param devices how many devices; 0 where none is needed
 * @param thousandths of each of the devices, 1 to {@value NodeRoom#WHOLE}; 0 where none is needed
 * @param models any of which will do; empty where all do
 */
public record NodeDemand(
    int cpuMilli, int memoryMib, int devices, int thousandths, Set<String> models) {

  /**
   * Copies the set.
   *
   * @throws IllegalArgumentException where a number is out of its range
   */
  public NodeDemand {
    if (cpuMilli < 0 || memoryMib < 0 || devices < 0) {
      throw new IllegalArgumentException("less than nothing is asked for");
    }
    if (devices == 0 ? thousandths != 0 : thousandths < 1 || thousandths > NodeRoom.WHOLE) {
      throw new IllegalArgumentException(
          devices + " devices with " + thousandths + " thousandths each");
    }
    models = Set.copyOf(models);
  }

  /** So many whole slots of any model, and nothing beside them. */
  public static NodeDemand ofSlots(int slots) {
    return new NodeDemand(0, 0, slots, slots == 0 ? 0 : NodeRoom.WHOLE, Set.of());
  }

  /** Whether devices of a model will do. */
  boolean accepts(String model) {
    return models.isEmpty() || models.contains(model);
  }

  /** Thousandths of devices in all. */
  public int total() {
    return Math.multiplyExact(devices, thousandths);
  }
}
