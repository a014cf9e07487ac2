package io.berth.matching;

import java.util.Arrays;

/**
 * What is free on a node, whichever device it is on: nodes with the same room are worth the same.
 * Immutable.
 */
public final class NodeRoom {

  /** A whole device, in thousandths. */
  public static final int WHOLE = 1000;

  private final String model;
  private final int cpuMilli;
  private final int memoryMib;
  private final int[] free;

  /** What is free of the devices that are not whole, in {@link DemandType#PARTS} of a device. */
  private final int[] parts;

  private final int hash;

  private NodeRoom(String model, int cpuMilli, int memoryMib, int[] free) {
    this.model = model;
    this.cpuMilli = cpuMilli;
    this.memoryMib = memoryMib;
    this.free = free;
    this.parts = parts(free);
    this.hash = 31 * (31 * (31 * Arrays.hashCode(free) + cpuMilli) + memoryMib) + model.hashCode();
  }

  /**
   * A node's room.
   *
   * @param model of its devices
   * @param free thousandths of each device, in any order
   * @throws IllegalArgumentException where a number is out of its range
   */
  public static NodeRoom of(String model, int cpuMilli, int memoryMib, int... free) {
    int[] sorted = free.clone();
    Arrays.sort(sorted);
    if (cpuMilli < 0
        || memoryMib < 0
        || (sorted.length > 0 && (sorted[0] < 0 || sorted[sorted.length - 1] > WHOLE))) {
      throw new IllegalArgumentException("free is more than there is, or less than nothing");
    }
    return new NodeRoom(model, cpuMilli, memoryMib, sorted);
  }

  /** So many free slots of a node that nobody counts the cores and the memory of. */
  public static NodeRoom ofSlots(String model, int free) {
    int[] slots = new int[free];
    Arrays.fill(slots, WHOLE);
    return new NodeRoom(model, 0, 0, slots);
  }

  /** The model of its devices. */
  public String model() {
    return model;
  }

  /** Free thousandths of a core. */
  public int cpuMilli() {
    return cpuMilli;
  }

  /** Free memory. */
  public int memoryMib() {
    return memoryMib;
  }

  /** How many devices it has, free or not. */
  public int devices() {
    return free.length;
  }

  /** Free thousandths of a device, the fullest device first. */
  int free(int device) {
    return free[device];
  }

  /**
   * What is free of each device that is not whole, in {@link DemandType#PARTS} of a device, the
   * fullest device first; not to be changed.
   */
  int[] parts() {
    return parts;
  }

  private static int[] parts(int[] free) {
    int broken = 0;
    while (broken < free.length && free[broken] < WHOLE) {
      broken++;
    }
    int[] parts = new int[broken];
    for (int device = 0; device < broken; device++) {
      parts[device] = DemandType.parts(free[device]);
    }
    return parts;
  }

  /** Free thousandths of all devices together. */
  public int totalFree() {
    int total = 0;
    for (int thousandths : free) {
      total += thousandths;
    }
    return total;
  }

  /** Whether a demand can be met. */
  public boolean fits(NodeDemand demand) {
    if (cpuMilli < demand.cpuMilli() || memoryMib < demand.memoryMib()) {
      return false;
    }
    int devices = demand.devices();
    return devices == 0
        || (devices <= free.length
            && free[free.length - devices] >= demand.thousandths()
            && demand.accepts(model));
  }

  /**
   * The fullest device that a share fits on, as {@link #free} counts them; the number of devices
   * where there is none.
   */
  int firstDevice(int thousandths) {
    int device = 0;
    while (device < free.length && free[device] < thousandths) {
      device++;
    }
    return device;
  }

  /**
   * The room that is left once a demand that fits is met from devices in succession.
   *
   * @param device the first of them, as {@link #free} counts them
   */
  NodeRoom without(NodeDemand demand, int device) {
    int[] left = free.clone();
    for (int taken = 0; taken < demand.devices(); taken++) {
      left[device + taken] -= demand.thousandths();
    }
    Arrays.sort(left);
    return new NodeRoom(model, cpuMilli - demand.cpuMilli(), memoryMib - demand.memoryMib(), left);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NodeRoom room
        && hash == room.hash
        && cpuMilli == room.cpuMilli
        && memoryMib == room.memoryMib
        && Arrays.equals(free, room.free)
        && model.equals(room.model);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return model + " " + Arrays.toString(free) + ", " + cpuMilli + "m, " + memoryMib + "Mi";
  }
}
