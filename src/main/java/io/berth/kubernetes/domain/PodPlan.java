package io.berth.kubernetes.domain;

import io.berth.leasing.JobSpec;
import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseDelivery.LeasedNode;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How many pods of a job run on which leased node. Kubernetes cannot hold one Job to so many pods a
 * node, therefore each node gets a Job of its own.
 *
 * @param pods by number of the node, see {@link #nodes}; each at least 1
 */
public record PodPlan(SortedMap<Integer, Integer> pods) {

  /** Copies the map. */
  public PodPlan {
    pods = new TreeMap<>(pods);
  }

  /**
   * The leased nodes in the order that their numbers follow: as they came to the lease, those that
   * came together by identifier.
   */
  public static List<LeasedNode> nodes(LeaseDelivery lease) {
    return lease.nodes().stream()
        .sorted(
            Comparator.comparingInt(LeasedNode::joined)
                .thenComparing(leased -> leased.node().id().value()))
        .toList();
  }

  /**
   * Fills the nodes in order with what is free; empty where not all pods fit. A job is placed as a
   * whole or waits: parts of two jobs that each wait for the rest would wait for ever.
   *
   * @param used accelerators in use by number of the node
   */
  public static Optional<PodPlan> of(
      JobSpec spec, List<LeasedNode> nodes, Map<Integer, Integer> used) {
    SortedMap<Integer, Integer> pods = new TreeMap<>();
    int missing = spec.parallelism();
    for (int number = 0; number < nodes.size() && missing > 0; number++) {
      int free = nodes.get(number).slots() - used.getOrDefault(number, 0);
      int count = Math.min(missing, Math.max(0, free) / spec.acceleratorsPerPod());
      if (count > 0) {
        pods.put(number, count);
        missing -= count;
      }
    }
    return missing > 0 ? Optional.empty() : Optional.of(new PodPlan(pods));
  }

  /**
   * Reads a plan that a part carries; empty where it is none for this job and these nodes, so that
   * what somebody wrote into it never puts more on a node than is leased there.
   */
  static Optional<PodPlan> parse(String text, JobSpec spec, List<LeasedNode> nodes) {
    SortedMap<Integer, Integer> pods = new TreeMap<>();
    try {
      for (String entry : text.split(",", nodes.size() + 1)) {
        String[] sides = entry.split(":", 2);
        int number = Integer.parseInt(sides[0]);
        int count = Integer.parseInt(sides[1]);
        if (count < 1
            || count > nodes.get(number).slots() / spec.acceleratorsPerPod()
            || pods.put(number, count) != null) {
          return Optional.empty();
        }
      }
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
    int sum = pods.values().stream().mapToInt(Integer::intValue).sum();
    return sum == spec.parallelism() ? Optional.of(new PodPlan(pods)) : Optional.empty();
  }

  /** How many pods of the job run on nodes before this one. */
  int podsBefore(int nodeNumber) {
    return pods.headMap(nodeNumber).values().stream().mapToInt(Integer::intValue).sum();
  }

  /** As {@code number:pods,…}, such as {@code 0:2,3:1}. */
  @Override
  public String toString() {
    return pods.entrySet().stream()
        .map(entry -> entry.getKey() + ":" + entry.getValue())
        .collect(Collectors.joining(","));
  }
}
