package io.berth.matching;

import java.util.Set;

/** Demands that are nearly the same, taken together, with what is known and planned of them. */
final class DemandType {

  /** In how many parts a device is cut to see what fits beside what. */
  static final int PARTS = 100;

  private static final int PART = NodeRoom.WHOLE / PARTS;

  final int devices;
  final int thousandths;

  /** Parts of each device that one takes, rounded up. */
  final int size;

  final Set<String> models;

  /** The most that one of them asked for. */
  int cpuMilli;

  /** The most that one of them asked for. */
  int memoryMib;

  int arrivals;

  /** What a place for one of them is worth now, in devices; see {@link DemandPrices}. */
  double price;

  /** The price's moving average, which rooms are valued at: 0 before there is one. */
  double steadyPrice;

  /** How many the plan at the current prices has a place for. */
  double planned;

  /** The moving average of what is planned as a share of what arrives; less than 0: none yet. */
  double planSmoothed = -1;

  DemandType(NodeDemand demand) {
    devices = demand.devices();
    thousandths = demand.thousandths();
    size = (thousandths + PART - 1) / PART;
    models = demand.models();
  }

  /** Parts that are free of a device, rounded down. */
  static int parts(int free) {
    return free / PART;
  }

  void arrived(NodeDemand demand) {
    arrivals++;
    cpuMilli = Math.max(cpuMilli, demand.cpuMilli());
    memoryMib = Math.max(memoryMib, demand.memoryMib());
  }

  /** How many devices one takes. */
  double weight() {
    return devices * (double) thousandths / NodeRoom.WHOLE;
  }

  /** Whether it may go to nodes of a model. */
  boolean accepts(String model) {
    return devices == 0 || models.isEmpty() || models.contains(model);
  }

  /** The most that one of them asks for. */
  NodeDemand largest() {
    return new NodeDemand(cpuMilli, memoryMib, devices, thousandths, models);
  }
}
