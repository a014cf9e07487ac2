package io.berth.kubernetes.domain;

import io.berth.leasing.JobSpec;
import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseDelivery.LeasedNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * On which leased node the pod of each rank of a job runs.
 *
 * @param nodeOfRank the number of the node by rank, see {@link #nodes}
 */
public record PodPlan(List<Integer> nodeOfRank) {

  /** Copies the list. */
  public PodPlan {
    nodeOfRank = List.copyOf(nodeOfRank);
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
   * Finds a node for each rank among what is free; empty where not all have one. A job is placed as
   * a whole or waits: parts of two jobs that each wait for the rest would wait for ever.
   *
   * @param used accelerators in use by number of the node
   */
  public static Optional<PodPlan> of(
      JobSpec spec, List<LeasedNode> nodes, Map<Integer, Integer> used) {
    List<Integer> free =
        IntStream.range(0, nodes.size())
            .map(number -> nodes.get(number).slots() - used.getOrDefault(number, 0))
            .boxed()
            .toList();
    return spec.acceleratorsByRank().isEmpty() ? filling(spec, free) : apart(spec, free);
  }

  /** Fills nodes in order, so that ranks beside each other have numbers beside each other. */
  private static Optional<PodPlan> filling(JobSpec spec, List<Integer> free) {
    List<Integer> plan = new ArrayList<>();
    for (int number = 0; number < free.size(); number++) {
      int room = Math.max(0, free.get(number)) / spec.acceleratorsPerPod();
      for (int pod = 0; pod < room && plan.size() < spec.parallelism(); pod++) {
        plan.add(number);
      }
    }
    return plan.size() < spec.parallelism() ? Optional.empty() : Optional.of(new PodPlan(plan));
  }

  /**
   * Each rank on a node of its own: the largest choose first, and each takes the smallest that
   * suffices, which finds a way wherever there is one.
   */
  private static Optional<PodPlan> apart(JobSpec spec, List<Integer> free) {
    Integer[] plan = new Integer[spec.parallelism()];
    List<Integer> left = new ArrayList<>(IntStream.range(0, free.size()).boxed().toList());
    List<Integer> largestFirst =
        IntStream.range(0, spec.parallelism())
            .boxed()
            .sorted(Comparator.comparing((Integer rank) -> -spec.acceleratorsOf(rank)))
            .toList();
    for (int rank : largestFirst) {
      Optional<Integer> node =
          left.stream()
              .filter(number -> free.get(number) >= spec.acceleratorsOf(rank))
              .min(Comparator.comparing((Integer number) -> free.get(number)));
      if (node.isEmpty()) {
        return Optional.empty();
      }
      plan[rank] = node.get();
      left.remove(node.get());
    }
    return Optional.of(new PodPlan(Arrays.asList(plan)));
  }

  /**
   * Reads a plan that a part carries; empty where it is none for this job and these nodes. What
   * somebody wrote into it may put more on a node than is leased there: {@link #fits}.
   */
  static Optional<PodPlan> parse(String text, JobSpec spec, List<LeasedNode> nodes) {
    List<Integer> plan = new ArrayList<>();
    try {
      for (String entry : text.split(",", spec.parallelism() + 1)) {
        String[] sides = entry.split(":", 2);
        int number = Integer.parseInt(sides[0]);
        int count = Integer.parseInt(sides[1]);
        if (count < 1 || count > spec.parallelism() - plan.size()) {
          return Optional.empty();
        }
        for (int pod = 0; pod < count; pod++) {
          plan.add(number);
        }
      }
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
    return plan.size() == spec.parallelism()
            && plan.stream().allMatch(number -> number >= 0 && number < nodes.size())
        ? Optional.of(new PodPlan(plan))
        : Optional.empty();
  }

  /** Whether nothing of it is more than is leased of a node by now. */
  public boolean fits(JobSpec spec, List<LeasedNode> nodes) {
    Map<Integer, Integer> used = new HashMap<>();
    for (int rank = 0; rank < nodeOfRank.size(); rank++) {
      int number = nodeOfRank.get(rank);
      boolean shared = used.containsKey(number) && !spec.acceleratorsByRank().isEmpty();
      if (shared
          || used.merge(number, spec.acceleratorsOf(rank), Integer::sum)
              > nodes.get(number).slots()) {
        return false;
      }
    }
    return true;
  }

  /** How many ranks there are. */
  public int ranks() {
    return nodeOfRank.size();
  }

  /** The number of a rank's node. */
  public int node(int rank) {
    return nodeOfRank.get(rank);
  }

  /** As {@code number:pods,…} in the order of ranks, such as {@code 0:2,3:1}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    int start = 0;
    while (start < ranks()) {
      int first = start;
      OptionalInt next =
          IntStream.range(first, ranks()).filter(rank -> node(rank) != node(first)).findFirst();
      int end = next.orElse(ranks());
      text.append(text.isEmpty() ? "" : ",").append(node(first)).append(':').append(end - first);
      start = end;
    }
    return text.toString();
  }
}
