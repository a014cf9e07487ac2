package io.berth.matching;

import java.util.Comparator;
import java.util.List;

/** The types that may go to nodes of some models, by what they take of a device. */
final class TypesOnModels {

  /** Parts of a device that types with one device take, each once, ascending. */
  final int[] sizes;

  /** The types with one device, by the place of their size in {@link #sizes}. */
  final DemandType[][] bySize;

  /** How many have arrived of each size. */
  final double[] arrivals;

  /** Types with several devices. */
  final DemandType[] bundles;

  /** Types that need no device. */
  final DemandType[] withoutDevices;

  private final int cpuMilliMin;
  private final int memoryMibMin;

  TypesOnModels(List<DemandType> types) {
    List<DemandType> single =
        types.stream()
            .filter(type -> type.devices == 1)
            .sorted(Comparator.comparingInt(type -> type.size))
            .toList();
    sizes = single.stream().mapToInt(type -> type.size).distinct().toArray();
    bySize = new DemandType[sizes.length][];
    arrivals = new double[sizes.length];
    for (int i = 0; i < sizes.length; i++) {
      int size = sizes[i];
      bySize[i] = single.stream().filter(type -> type.size == size).toArray(DemandType[]::new);
      for (DemandType type : bySize[i]) {
        arrivals[i] += type.arrivals;
      }
    }
    cpuMilliMin = single.stream().mapToInt(type -> type.cpuMilli).min().orElse(0);
    memoryMibMin = single.stream().mapToInt(type -> type.memoryMib).min().orElse(0);
    bundles = types.stream().filter(type -> type.devices > 1).toArray(DemandType[]::new);
    withoutDevices = types.stream().filter(type -> type.devices == 0).toArray(DemandType[]::new);
  }

  /** Whether a node has too few cores or too little memory for its devices to be of any use. */
  boolean noneFits(NodeRoom room) {
    return room.cpuMilli() < cpuMilliMin || room.memoryMib() < memoryMibMin;
  }
}
