package io.berth.policy.domain;

import io.berth.policy.PolicyQuestion;
import io.berth.policy.Verdict;
import io.berth.policy.domain.CompiledPack.CompiledRule;
import io.berth.policy.domain.SplitPack.SplitRule;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A pack as it stands at a moment, and until its next boundary, over all states of nodes. What
 * looks at nodes only is worked out once; what looks at the tenant too is combined from bits for
 * each tenant. Safe to share between threads.
 */
public final class PackAt {

  /** Answers are remembered by the values that they depend on, up to so many a comparison. */
  private static final int REMEMBERED_MAX = 4_096;

  private static final int VERDICTS = Verdict.values().length;

  private final CompiledPack pack;
  private final Instant moment;
  private final NodeStates states;
  private final TernaryBits yes;
  private final TernaryBits no;
  private final TernaryBits unknown;
  private final List<RuleAt> rules = new ArrayList<>();

  /** The pack's rules in force at the moment. */
  public PackAt(CompiledPack pack, Instant moment, NodeStates states) {
    this.pack = pack;
    this.moment = moment;
    this.states = states;
    this.yes = TernaryBits.all(Ternary.YES, states.words());
    this.no = TernaryBits.all(Ternary.NO, states.words());
    this.unknown = TernaryBits.all(Ternary.UNKNOWN, states.words());
    List<SplitRule> inForce =
        pack.split().rules().stream().filter(rule -> rule.rule().isInForceAt(moment)).toList();
    Map<String, Integer> numbers = new HashMap<>();
    for (SplitRule rule : inForce) {
      numbers.put(rule.rule().id(), numbers.size());
    }
    Map<String, Part> leaves = new HashMap<>();
    for (SplitRule rule : inForce) {
      int[] conflicts =
          rule.rule().conflicts().stream()
              .filter(numbers::containsKey)
              .mapToInt(numbers::get)
              .toArray();
      rules.add(new RuleAt(rule.rule(), part(rule.tree(), leaves), conflicts));
    }
  }

  /**
   * Raises, for each state, the verdict to what this pack says of it, where that is stronger.
   *
   * @param asker of whose question only tenant and request count
   * @param verdicts by state, as ordinals
   */
  public void judge(PolicyQuestion asker, byte[] verdicts) {
    Side side = new Side(asker);
    TernaryBits[] answers = new TernaryBits[rules.size()];
    for (int i = 0; i < answers.length; i++) {
      answers[i] = rules.get(i).condition().bits(side);
    }
    int words = states.words();
    long[][] held = new long[VERDICTS][words];
    long[][] undecided = new long[VERDICTS][words];
    for (int i = 0; i < answers.length; i++) {
      RuleAt rule = rules.get(i);
      long[] must = answers[i].must();
      long[] may = answers[i].may();
      long[] plain = held[rule.rule().rule().verdict().ordinal()];
      long[] strongest = held[rule.rule().verdictAtMost().ordinal()];
      long[] atMost = undecided[rule.rule().verdictAtMost().ordinal()];
      for (int word = 0; word < words; word++) {
        long contradicted = 0;
        for (int other : rule.conflicts()) {
          contradicted |= answers[other].must()[word];
        }
        plain[word] |= must[word] & ~contradicted;
        strongest[word] |= must[word] & contradicted;
        atMost[word] |= may[word] & ~must[word];
      }
    }
    raise(held, undecided, verdicts);
  }

  /** What cannot be told counts where it might be stronger than all that is certain. */
  private static void raise(long[][] held, long[][] undecided, byte[] verdicts) {
    int words = held[0].length;
    for (int word = 0; word < words; word++) {
      long atLeast = 0;
      long evidence = 0;
      for (int verdict = VERDICTS - 1; verdict >= 0; verdict--) {
        atLeast |= held[verdict][word];
        // Nothing is weaker than to allow, so a rule that could only allow holds nobody up.
        evidence |= verdict == 0 ? 0 : undecided[verdict][word] & ~atLeast;
      }
      held[Verdict.HOLD_EVIDENCE.ordinal()][word] |= evidence;
      for (byte verdict = 1; verdict < VERDICTS; verdict++) {
        for (long bits = held[verdict][word]; bits != 0; bits &= bits - 1) {
          int state = word * Long.SIZE + Long.numberOfTrailingZeros(bits);
          if (state < verdicts.length && verdicts[state] < verdict) {
            verdicts[state] = verdict;
          }
        }
      }
    }
  }

  /**
   * A rule in force.
   *
   * @param conflicts the numbers of the rules in force that contradict it
   */
  private record RuleAt(CompiledRule rule, Part condition, int[] conflicts) {}

  /** The tenant's side of a question, its facts read once. */
  private final class Side {

    private final PolicyQuestion asker;
    private final Map<Fact, Object> values = new HashMap<>();

    Side(PolicyQuestion asker) {
      this.asker = asker;
    }

    List<Object> values(List<Fact> facts) {
      if (facts.size() == 1) {
        return List.of(value(facts.getFirst()));
      }
      List<Object> found = new ArrayList<>(facts.size());
      for (Fact fact : facts) {
        found.add(value(fact));
      }
      return found;
    }

    private Object value(Fact fact) {
      return values.computeIfAbsent(fact, key -> key.valueOrUnknown(asker, moment));
    }
  }

  /** A part of a condition. */
  private interface Part {

    TernaryBits bits(Side side);

    /** Cheap ones are asked first: they may settle the answer. */
    int cost();
  }

  /** Looks at nodes only, or at nothing. */
  private record Fixed(TernaryBits bits) implements Part {

    @Override
    public TernaryBits bits(Side side) {
      return bits;
    }

    @Override
    public int cost() {
      return 0;
    }
  }

  /** Looks at the tenant, and perhaps at the node. */
  private final class Asked implements Part {

    private final ConditionTree.Leaf leaf;
    private final Map<List<Object>, TernaryBits> remembered = new ConcurrentHashMap<>();

    Asked(ConditionTree.Leaf leaf) {
      this.leaf = leaf;
    }

    @Override
    public TernaryBits bits(Side side) {
      List<Object> values = side.values(leaf.tenantFacts());
      TernaryBits known = remembered.get(values);
      if (known == null) {
        known = evaluate(leaf, side.asker);
        if (remembered.size() < REMEMBERED_MAX) {
          remembered.put(values, known);
        }
      }
      return known;
    }

    @Override
    public int cost() {
      return leaf.nodeFacts().isEmpty() ? 1 : 3;
    }
  }

  /** Several parts. */
  private record Joined(List<Part> parts, boolean all, TernaryBits whole, TernaryBits settled)
      implements Part {

    @Override
    public TernaryBits bits(Side side) {
      TernaryBits result = whole;
      for (Part part : parts) {
        TernaryBits next = part.bits(side);
        if (next == settled) {
          return settled;
        }
        if (result == whole) {
          result = next;
        } else if (next != whole) {
          result = all ? result.and(next) : result.or(next);
        }
      }
      return result;
    }

    @Override
    public int cost() {
      return 2;
    }
  }

  private record Turned(Part part, TernaryBits yes, TernaryBits no) implements Part {

    @Override
    public TernaryBits bits(Side side) {
      TernaryBits bits = part.bits(side);
      if (bits == yes) {
        return no;
      }
      return bits == no ? yes : bits.not();
    }

    @Override
    public int cost() {
      return part.cost();
    }
  }

  private record Chosen(Part condition, Part ifYes, Part ifNo) implements Part {

    @Override
    public TernaryBits bits(Side side) {
      return condition.bits(side).choose(ifYes.bits(side), ifNo.bits(side));
    }

    @Override
    public int cost() {
      return 2;
    }
  }

  private Part part(ConditionTree tree, Map<String, Part> leaves) {
    return switch (tree) {
      case ConditionTree.Leaf leaf -> {
        Part known = leaves.get(leaf.text());
        if (known == null) {
          known =
              leaf.tenantFacts().isEmpty()
                  ? new Fixed(evaluate(leaf, states.anybody()))
                  : new Asked(leaf);
          leaves.put(leaf.text(), known);
        }
        yield known;
      }
      case ConditionTree.And and -> joined(parts(and.parts(), leaves), true);
      case ConditionTree.Or or -> joined(parts(or.parts(), leaves), false);
      case ConditionTree.Not not -> {
        Part part = part(not.part(), leaves);
        yield part instanceof Fixed fixed ? settled(fixed.bits().not()) : new Turned(part, yes, no);
      }
      case ConditionTree.Choice choice -> {
        Part condition = part(choice.condition(), leaves);
        Part ifYes = part(choice.ifYes(), leaves);
        Part ifNo = part(choice.ifNo(), leaves);
        yield condition instanceof Fixed c && ifYes instanceof Fixed y && ifNo instanceof Fixed n
            ? settled(c.bits().choose(y.bits(), n.bits()))
            : new Chosen(condition, ifYes, ifNo);
      }
    };
  }

  private List<Part> parts(List<ConditionTree> trees, Map<String, Part> leaves) {
    return trees.stream().map(tree -> part(tree, leaves)).toList();
  }

  /** What is fixed is joined here and now; of the rest, the cheap ones stand first. */
  private Part joined(List<Part> parts, boolean all) {
    TernaryBits whole = all ? yes : no;
    TernaryBits settling = all ? no : yes;
    TernaryBits fixed = whole;
    List<Part> asked = new ArrayList<>();
    for (Part part : parts) {
      if (part instanceof Fixed known) {
        fixed = all ? fixed.and(known.bits()) : fixed.or(known.bits());
      } else {
        asked.add(part);
      }
    }
    Fixed settled = settled(fixed);
    if (asked.isEmpty() || settled.bits() == settling) {
      return settled;
    }
    asked.sort(Comparator.comparingInt(Part::cost));
    if (settled.bits() != whole) {
      asked.add(settled);
    }
    return new Joined(List.copyOf(asked), all, whole, settling);
  }

  /** One answer for all states is one object, so that it can be told by identity. */
  private Fixed settled(TernaryBits bits) {
    boolean everyMust = true;
    boolean anyMust = false;
    boolean everyMay = true;
    boolean anyMay = false;
    for (int state = 0; state < states.size(); state++) {
      long bit = 1L << state;
      boolean must = (bits.must()[state / Long.SIZE] & bit) != 0;
      boolean may = (bits.may()[state / Long.SIZE] & bit) != 0;
      everyMust &= must;
      anyMust |= must;
      everyMay &= may;
      anyMay |= may;
    }
    if (everyMust) {
      return new Fixed(yes);
    }
    if (!anyMay) {
      return new Fixed(no);
    }
    return new Fixed(everyMay && !anyMust ? unknown : bits);
  }

  private TernaryBits evaluate(ConditionTree.Leaf leaf, PolicyQuestion asker) {
    NodeStates.Alike alike = states.alikeIn(leaf.nodeFacts());
    int[] examples = alike.examples();
    Ternary[] answers = new Ternary[examples.length];
    for (int kind = 0; kind < examples.length; kind++) {
      PolicyQuestion question = states.question(examples[kind], asker);
      answers[kind] = leaf.evaluate().apply(pack.factsAt(question, moment));
    }
    if (answers.length == 1) {
      return all(answers[0]);
    }
    long[] must = new long[states.words()];
    long[] may = new long[states.words()];
    int[] kindOf = alike.kindOf();
    for (int state = 0; state < kindOf.length; state++) {
      Ternary answer = answers[kindOf[state]];
      long bit = 1L << state;
      must[state / Long.SIZE] |= answer == Ternary.YES ? bit : 0;
      may[state / Long.SIZE] |= answer == Ternary.NO ? 0 : bit;
    }
    return settled(new TernaryBits(must, may)).bits();
  }

  private TernaryBits all(Ternary answer) {
    return switch (answer) {
      case YES -> yes;
      case NO -> no;
      case UNKNOWN -> unknown;
    };
  }
}
