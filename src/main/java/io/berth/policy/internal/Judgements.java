package io.berth.policy.internal;

import io.berth.inventory.NodeId;
import io.berth.policy.Decision;
import io.berth.policy.Judgement;
import io.berth.policy.Reason;
import io.berth.policy.ReasonView;
import io.berth.policy.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The answers of a decision as a row keeps them: for all nodes together, and for each group of
 * nodes whose answer is the same.
 */
record Judgements(
    @Nullable Instant allowedUntil,
    List<ReasonView> reasons,
    List<IntervalView> intervals,
    List<GroupView> nodes) {

  static Judgements of(Decision decision) {
    Judgement together = decision.together();
    Map<Judgement, List<NodeId>> groups = new LinkedHashMap<>();
    decision
        .nodes()
        .forEach(node -> {
          List<NodeId> ids = groups.computeIfAbsent(node.judgement(), key -> new ArrayList<>());
          if (node.node() != null) {
            ids.add(node.node());
          }
        });
    return new Judgements(
        together.allowedUntil(),
        together.reasons().stream().map(ReasonView::of).toList(),
        together.intervals().stream().map(IntervalView::of).toList(),
        groups.entrySet().stream()
            .map(group -> GroupView.of(group.getValue(), group.getKey()))
            .toList());
  }

  /** A part of the period in which nothing changes. */
  @Schema(name = "DecisionInterval", description = "A part of the period in which nothing changes")
  record IntervalView(
      Instant start,
      Instant end,
      Verdict verdict,
      @Schema(description = "The rules that held in it or could not be decided, strongest first")
          List<String> ruleIds) {

    static IntervalView of(Judgement.Interval interval) {
      return new IntervalView(
          interval.period().start(),
          interval.period().end(),
          interval.verdict(),
          interval.reasons().stream().map(Reason::ruleId).toList());
    }
  }

  /** Nodes whose answer is the same. */
  @Schema(name = "NodeVerdict", description = "Nodes whose answer is the same")
  record GroupView(
      @Schema(description = "Which nodes; empty for one that was only described")
          List<NodeId> nodeIds,
      Verdict verdict,
      @Schema(description = "As for the decision, for these nodes") @Nullable Instant allowedUntil,
      List<IntervalView> intervals) {

    static GroupView of(List<NodeId> nodeIds, Judgement judgement) {
      return new GroupView(
          List.copyOf(nodeIds),
          judgement.verdict(),
          judgement.allowedUntil(),
          judgement.intervals().stream().map(IntervalView::of).toList());
    }
  }
}
