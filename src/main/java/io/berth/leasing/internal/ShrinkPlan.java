package io.berth.leasing.internal;

import io.berth.booking.Quote.HeldSlots;
import io.berth.inventory.NodeId;
import io.berth.leasing.Job;
import io.berth.leasing.JobId;
import io.berth.matching.Slots;
import io.berth.platform.ProblemException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What of a lease goes and what stays.
 *
 * @param given what goes, by node; at least one, and not all of the lease
 * @param kept what stays, by node
 */
record ShrinkPlan(List<HeldSlots> given, List<HeldSlots> kept) {

  ShrinkPlan {
    given = List.copyOf(given);
    kept = List.copyOf(kept);
  }

  int keptCount() {
    return kept.stream().mapToInt(held -> held.slots().count()).sum();
  }

  /**
   * Keeps so many accelerators: what no job may be using goes, from nodes without jobs first.
   *
   * @param names of the lease's nodes in their cluster
   * @param live the lease's jobs that are not final
   * @throws ProblemException 422 where that is not fewer, 409 where jobs need more
   */
  static ShrinkPlan keeping(
      int accelerators, List<HeldSlots> slots, Map<NodeId, String> names, List<Job> live) {
    int all = slots.stream().mapToInt(held -> held.slots().count()).sum();
    if (accelerators >= all) {
      throw ProblemException.unprocessable(
          "/accelerators", "The lease has " + all + " accelerators: keep fewer.");
    }
    List<Use> uses =
        slots.stream()
            .map(held -> Use.of(held, names.get(held.node()), live))
            .sorted(
                Comparator.comparingInt(Use::count)
                    .thenComparing(use -> use.held().slots().count())
                    .thenComparing(use -> use.held().node().value()))
            .toList();
    int left = all - accelerators;
    List<HeldSlots> given = new ArrayList<>();
    List<HeldSlots> kept = new ArrayList<>();
    for (Use use : uses) {
      int count = use.held().slots().count();
      int goes = Math.min(left, Math.max(0, count - use.count()));
      left -= goes;
      Slots stays = use.held().slots().lowest(count - goes);
      if (goes > 0) {
        given.add(new HeldSlots(use.held().node(), use.held().slots().minus(stays)));
      }
      if (goes < count) {
        kept.add(new HeldSlots(use.held().node(), stays));
      }
    }
    if (left > 0) {
      throw needed(uses.stream().flatMap(use -> use.jobs().stream()).toList());
    }
    return fitting(new ShrinkPlan(given, kept), live);
  }

  /**
   * Gives whole nodes back.
   *
   * @throws ProblemException 422 where they are not the lease's or all it has, 409 where jobs use
   *     them
   */
  static ShrinkPlan without(
      List<NodeId> nodes, List<HeldSlots> slots, Map<NodeId, String> names, List<Job> live) {
    Set<NodeId> going = new LinkedHashSet<>(nodes);
    for (int i = 0; i < nodes.size(); i++) {
      NodeId node = nodes.get(i);
      if (slots.stream().noneMatch(held -> held.node().equals(node))) {
        throw ProblemException.unprocessable("/nodes/" + i, "The lease has no node " + node + ".");
      }
    }
    if (going.size() == slots.size()) {
      throw ProblemException.unprocessable(
          "/nodes", "These are all of the lease's nodes: cancel it instead.");
    }
    List<HeldSlots> given = slots.stream().filter(held -> going.contains(held.node())).toList();
    List<Job> busy =
        given.stream()
            .flatMap(held -> Use.of(held, names.get(held.node()), live).jobs().stream())
            .toList();
    if (!busy.isEmpty()) {
      throw needed(busy);
    }
    return fitting(
        new ShrinkPlan(given, slots.stream().filter(held -> !going.contains(held.node())).toList()),
        live);
  }

  /** Jobs that have no place yet must find one on what stays. */
  private static ShrinkPlan fitting(ShrinkPlan plan, List<Job> live) {
    List<Job> homeless =
        live.stream()
            .filter(job ->
                !job.spec().fits(plan.kept().stream().map(held -> held.slots().count()).toList()))
            .toList();
    if (!homeless.isEmpty()) {
      throw needed(homeless);
    }
    return plan;
  }

  private static ProblemException needed(Collection<Job> jobs) {
    List<Job> distinct = jobs.stream().distinct().toList();
    return ProblemException.conflict(
            "Jobs need what would be given back: "
                + distinct.stream()
                    .map(job -> job.spec().name() + " (" + job.id() + ")")
                    .collect(Collectors.joining(", "))
                + ". Cancel them or wait for their end.")
        .with("jobs", distinct.stream().map(Job::id).map(JobId::toString).toList());
  }

  /**
   * What jobs may be using of a node: where their pods are or were seen, as many as can be there.
   * How many of a job's pods run on which of its nodes is not recorded.
   */
  private record Use(HeldSlots held, int count, List<Job> jobs) {

    static Use of(HeldSlots held, @Nullable String name, List<Job> live) {
      List<Job> there = live.stream().filter(job -> job.seen().nodes().contains(name)).toList();
      int slots = held.slots().count();
      int used = there.stream().map(Job::spec).mapToInt(spec -> spec.atMostOf(slots)).sum();
      return new Use(held, Math.min(used, slots), there);
    }
  }
}
