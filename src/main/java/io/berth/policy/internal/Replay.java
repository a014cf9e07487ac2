package io.berth.policy.internal;

import com.fasterxml.jackson.databind.JsonNode;
import io.berth.inventory.NodeId;
import io.berth.platform.OrganizationId;
import io.berth.policy.Decision;
import io.berth.policy.Judgement;
import io.berth.policy.NodeJudgement;
import io.berth.policy.PackRef;
import io.berth.policy.PackSet;
import io.berth.policy.PolicyQuestion;
import io.berth.policy.ReasonView;
import io.berth.policy.Verdict;
import io.berth.policy.internal.FactsReader.Asked;
import io.berth.policy.internal.Judgements.GroupView;
import io.berth.policy.internal.Judgements.IntervalView;
import io.berth.policy.internal.ReplayApi.Difference;
import io.berth.policy.internal.ReplayApi.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Judges what a decision saw once more, and compares. */
final class Replay {

  /** Nodes that one difference names at most. */
  private static final int NODES_MAX = 100;

  /** Members of the audit entry by what they vouch for; the others are of the row itself. */
  private static final Map<String, Kind> KINDS =
      Map.of(
          "factsHash",
          Kind.FACTS_ALTERED,
          "judgementsHash",
          Kind.JUDGEMENTS_ALTERED,
          "rules",
          Kind.JUDGEMENTS_ALTERED);

  private Replay() {}

  /** The answer of some packs to what a decision was asked, over the same period. */
  static DecisionRow judge(DecisionRow stored, PackSet packs, List<PackRef> names) {
    List<Asked> questions = FactsReader.questions(stored.readFacts(), stored.period());
    // Nodes fall into few classes: each is judged once.
    Map<Question, Judgement> answers = new HashMap<>();
    PolicyQuestion any = questions.getFirst().question();
    return DecisionRow.of(
        new Decision(
            stored.id(),
            stored.tenant(),
            stored.purpose(),
            stored.period(),
            stored.knownAt(),
            names,
            any.tenant(),
            any.request(),
            any.approvals(),
            questions.stream()
                .map(asked ->
                    new NodeJudgement(
                        asked.node(),
                        asked.provider(),
                        asked.question().provider(),
                        asked.question().node(),
                        asked.question().accelerator(),
                        answers.computeIfAbsent(
                            new Question(asked.provider(), asked.question()),
                            one -> packs.judge(stored.tenant(), one.provider(), one.question()))))
                .toList()),
        stored.listsHash());
  }

  private record Question(@Nullable OrganizationId provider, PolicyQuestion question) {}

  /**
   * Whether what is stored is what was stored.
   *
   * @param recorded what the audit trail keeps of the decision; empty where it has no entry
   * @param now what it would keep of the row as it stands
   */
  static List<Difference> tampering(DecisionRow stored, Optional<JsonNode> recorded, JsonNode now) {
    List<Difference> found = new ArrayList<>();
    String facts = StoredJson.hash(stored.facts());
    if (!facts.equals(stored.factsHash())) {
      found.add(
          Difference.of(
              Kind.FACTS_ALTERED,
              "The stored facts do not have the hash that is stored beside them.",
              stored.factsHash(),
              facts));
    }
    if (recorded.isEmpty()) {
      found.add(
          Difference.of(
              Kind.NOT_IN_AUDIT_TRAIL, "The audit trail has no entry of this decision.", "", ""));
      return found;
    }
    recorded
        .get()
        .properties()
        .forEach(member -> {
          JsonNode there = now.path(member.getKey());
          if (!there.equals(member.getValue())) {
            found.add(
                Difference.of(
                    KINDS.getOrDefault(member.getKey(), Kind.RECORD_ALTERED),
                    "What is stored is not what the audit trail has: " + member.getKey() + ".",
                    member.getValue(),
                    there));
          }
        });
    return found;
  }

  /** Where two answers to the same questions differ; orders that mean nothing are passed over. */
  static List<Difference> between(DecisionRow stored, DecisionRow replayed) {
    List<Difference> found = new ArrayList<>();
    Judgements before = stored.readJudgements();
    Judgements after = replayed.readJudgements();
    if (stored.verdict() != replayed.verdict()) {
      found.add(
          Difference.of(
              Kind.VERDICT, "The verdict differs.", stored.verdict(), replayed.verdict()));
    }
    if (!Objects.equals(before.allowedUntil(), after.allowedUntil())) {
      found.add(
          Difference.of(
              Kind.ALLOWED_UNTIL,
              "The end of what is allowed differs.",
              Objects.toString(before.allowedUntil(), ""),
              Objects.toString(after.allowedUntil(), "")));
    }
    if (!Set.copyOf(before.reasons()).equals(Set.copyOf(after.reasons()))) {
      found.add(
          Difference.of(
              Kind.REASONS,
              "The reasons differ.",
              except(before.reasons(), after.reasons()),
              except(after.reasons(), before.reasons())));
    }
    if (!spans(before.intervals()).equals(spans(after.intervals()))) {
      found.add(
          Difference.of(
              Kind.INTERVALS,
              "The period is cut or judged otherwise.",
              spans(before.intervals()),
              spans(after.intervals())));
    }
    found.addAll(nodes(before.nodes(), after.nodes()));
    return found;
  }

  private static List<Difference> nodes(List<GroupView> before, List<GroupView> after) {
    Map<String, Answer> then = byNode(before);
    Map<String, Answer> now = byNode(after);
    // Nodes with the same difference are told together.
    Map<List<Optional<Answer>>, List<NodeId>> differing = new LinkedHashMap<>();
    Set<String> all = new LinkedHashSet<>(then.keySet());
    all.addAll(now.keySet());
    for (String node : all) {
      Optional<Answer> old = Optional.ofNullable(then.get(node));
      Optional<Answer> fresh = Optional.ofNullable(now.get(node));
      if (!old.equals(fresh)) {
        List<NodeId> nodes =
            differing.computeIfAbsent(List.of(old, fresh), key -> new ArrayList<>());
        if (!node.isEmpty() && nodes.size() < NODES_MAX) {
          nodes.add(NodeId.fromString(node));
        }
      }
    }
    return differing.entrySet().stream()
        .map(entry ->
            new Difference(
                Kind.NODES,
                "The answer for these nodes differs.",
                List.copyOf(entry.getValue()),
                entry.getKey().getFirst().map(Object.class::cast).orElse("none"),
                entry.getKey().getLast().map(Object.class::cast).orElse("none")))
        .toList();
  }

  /** A node's answer without the order of rules. */
  private record Answer(Verdict verdict, String allowedUntil, List<Span> intervals) {}

  private record Span(String start, String end, Verdict verdict, Set<String> rules) {}

  /** A node that was only described has the empty key. */
  private static Map<String, Answer> byNode(List<GroupView> groups) {
    Map<String, Answer> answers = new LinkedHashMap<>();
    for (GroupView group : groups) {
      Answer answer =
          new Answer(
              group.verdict(),
              Objects.toString(group.allowedUntil(), ""),
              spans(group.intervals()));
      if (group.nodeIds().isEmpty()) {
        answers.put("", answer);
      }
      group.nodeIds().forEach(node -> answers.put(node.toString(), answer));
    }
    return answers;
  }

  private static List<Span> spans(List<IntervalView> intervals) {
    return intervals.stream()
        .map(interval ->
            new Span(
                interval.start().toString(),
                interval.end().toString(),
                interval.verdict(),
                new TreeSet<>(interval.ruleIds())))
        .toList();
  }

  private static List<ReasonView> except(Collection<ReasonView> all, Collection<ReasonView> known) {
    Set<ReasonView> others = new HashSet<>(known);
    return all.stream().filter(reason -> !others.contains(reason)).toList();
  }
}
