package io.berth.policy.domain;

import io.berth.platform.Figure;
import io.berth.platform.Period;
import io.berth.policy.PolicyQuestion;
import io.berth.policy.RequestFacts;
import io.berth.policy.TenantFacts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What nodes can be like at any one moment, numbered. Facts about them hold no dates, so that a
 * condition on them has one answer wherever rules and groups stay the same.
 */
public final class NodeStates {

  private static final TenantFacts NO_TENANT =
      new TenantFacts(null, null, null, null, Figure.unknown(), null);
  private static final RequestFacts NO_REQUEST = new RequestFacts(null, null, null, null);
  private static final Period NO_PERIOD = new Period(Instant.MIN, Instant.MAX);

  private final List<PolicyQuestion> states;
  private final Map<List<Fact>, Alike> alike = new ConcurrentHashMap<>();

  /** In the given order, at least one; only provider, node and accelerator of them count. */
  public NodeStates(List<PolicyQuestion> states) {
    this.states = List.copyOf(states);
  }

  /** A state of a node whose facts hold no dates. */
  public static PolicyQuestion state(
      io.berth.policy.ProviderFacts provider,
      io.berth.policy.NodeFacts node,
      io.berth.policy.AcceleratorFacts accelerator) {
    return new PolicyQuestion(NO_TENANT, NO_REQUEST, provider, node, accelerator, NO_PERIOD);
  }

  /** A question of nobody in particular, for conditions that look at no tenant. */
  PolicyQuestion anybody() {
    return states.getFirst();
  }

  /** How many there are. */
  public int size() {
    return states.size();
  }

  /** How many words hold a bit for each. */
  int words() {
    return (states.size() + Long.SIZE - 1) / Long.SIZE;
  }

  /** The state, asked about for a tenant and a use. */
  PolicyQuestion question(int state, PolicyQuestion asker) {
    PolicyQuestion node = states.get(state);
    return new PolicyQuestion(
        asker.tenant(),
        asker.request(),
        node.provider(),
        node.node(),
        node.accelerator(),
        NO_PERIOD);
  }

  /**
   * States of which some facts are the same.
   *
   * @param kindOf for each state the number of its kind
   * @param examples for each kind a state of it
   */
  record Alike(int[] kindOf, int[] examples) {}

  /** Which states are alike in these facts. */
  Alike alikeIn(List<Fact> facts) {
    return alike.computeIfAbsent(facts, this::compare);
  }

  private Alike compare(List<Fact> facts) {
    int[] kindOf = new int[states.size()];
    List<Integer> examples = new ArrayList<>();
    Map<List<Object>, Integer> kinds = new HashMap<>();
    for (int state = 0; state < kindOf.length; state++) {
      List<Object> values = new ArrayList<>(facts.size());
      for (Fact fact : facts) {
        values.add(fact.valueOrUnknown(states.get(state), Instant.EPOCH));
      }
      Integer kind = kinds.putIfAbsent(values, examples.size());
      if (kind == null) {
        kind = examples.size();
        examples.add(state);
      }
      kindOf[state] = kind;
    }
    return new Alike(kindOf, examples.stream().mapToInt(Integer::intValue).toArray());
  }
}
