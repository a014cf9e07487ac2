package io.berth.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.inventory.Regime;
import io.berth.platform.Figure;
import io.berth.policy.NodeFacts.Authorisation;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Whatever is permitted while facts are unknown must come out the same when they become known; so
 * an unknown fact never turns what is not permitted into a permit. Tried on seeded random questions
 * over the shipped baseline.
 */
class UnknownFactsTest {

  private static final RulePack BASELINE = RulePack.exportBaseline();
  private static final int QUESTIONS = 1_000;

  private static final List<String> COUNTRIES =
      List.of("US", "CN", "CN", "CN", "HK", "MO", "MY", "AE", "IR", "DE", "NO", "SG");
  private static final List<String> DATES =
      List.of("2024-11-15", "2025-06-01", "2025-10-10", "2026-11-01", "2027-01-01");
  private static final List<AcceleratorFacts> ACCELERATORS = Accelerators.all();

  private static final Map<String, Consumer<Questions>> FORGETTING = forgetting();

  @TestFactory
  List<DynamicTest> neverPermitsForWantOfAFact() {
    return FORGETTING.entrySet().stream()
        .map(fact ->
            DynamicTest.dynamicTest(
                fact.getKey(),
                () -> {
                  for (int seed = 0; seed < QUESTIONS; seed++) {
                    requireNothingGained(seed, fact.getValue());
                  }
                }))
        .toList();
  }

  @Test
  void neverPermitsForWantOfSeveralFacts() {
    for (int seed = 0; seed < QUESTIONS; seed++) {
      Random random = new Random(seed);
      Consumer<Questions> several =
          questions ->
              FORGETTING.values().stream()
                  .filter(fact -> random.nextInt(3) == 0)
                  .forEach(fact -> fact.accept(questions));
      requireNothingGained(seed, several);
    }
  }

  @Test
  void neverPermitsWhereNothingIsKnown() {
    for (int seed = 0; seed < QUESTIONS; seed++) {
      Questions questions = random(seed);
      FORGETTING.values().forEach(fact -> fact.accept(questions));

      assertThat(BASELINE.judge(questions.ask()).verdict()).isEqualTo(Verdict.HOLD_EVIDENCE);
    }
  }

  @Test
  void alwaysHoldsWithoutParentOrLocation() {
    for (int seed = 0; seed < QUESTIONS; seed++) {
      Questions orphan = random(seed);
      orphan.parent = null;
      Questions nowhere = random(seed);
      nowhere.nodeCountry = null;

      assertThat(BASELINE.judge(orphan.ask()).verdict().permits()).isFalse();
      assertThat(BASELINE.judge(nowhere.ask()).verdict().permits()).isFalse();
    }
  }

  @Test
  void asksQuestionsThatAreAnsweredInEveryWay() {
    Set<Verdict> seen = new HashSet<>();
    int permittedWithUnknowns = 0;
    for (int seed = 0; seed < QUESTIONS; seed++) {
      Questions questions = random(seed);
      seen.add(BASELINE.judge(questions.ask()).verdict());
      questions.usNexus = null;
      permittedWithUnknowns += BASELINE.judge(questions.ask()).verdict().permits() ? 1 : 0;
    }

    // Otherwise the other tests would hold for want of questions.
    assertThat(seen).containsExactlyInAnyOrder(Verdict.values());
    assertThat(permittedWithUnknowns).isPositive();
  }

  private static void requireNothingGained(int seed, Consumer<Questions> forget) {
    Questions questions = random(seed);
    Judgement known = BASELINE.judge(questions.ask());
    forget.accept(questions);
    Judgement unknown = BASELINE.judge(questions.ask());
    if (unknown.verdict().permits()) {
      assertThat(known.verdict()).as("seed %d: %s", seed, known).isEqualTo(unknown.verdict());
    }
  }

  private static Questions random(int seed) {
    Random random = new Random(seed);
    Questions questions = Questions.domestic().on(any(random, DATES));
    questions.residence = any(random, COUNTRIES);
    questions.parent = random.nextBoolean() ? questions.residence : any(random, COUNTRIES);
    questions.endUse = random.nextBoolean() ? questions.residence : any(random, COUNTRIES);
    questions.nodeCountry = any(random, COUNTRIES);
    questions.providerParent =
        random.nextBoolean() ? questions.nodeCountry : any(random, COUNTRIES);
    questions.mode = any(random, List.of(Mode.REMOTE, Mode.REMOTE, Mode.POSSESSION));
    questions.workload = any(random, List.of(Workload.values()));
    questions.usNexus = random.nextBoolean();
    questions.stateFunded = random.nextInt(4) == 0;
    questions.accelerator = any(random, ACCELERATORS);
    if (random.nextInt(8) == 0) {
      questions.dataResidency = DataResidency.EEA_ONLY;
    }
    if (random.nextInt(8) == 0) {
      questions.ownRules = Set.of(any(random, List.of(TenantRule.values())));
    }
    if (random.nextInt(16) == 0) {
      questions.listedOn = Set.of(any(random, List.of(DeniedPartyList.values())));
    }
    if (random.nextInt(8) == 0) {
      questions.ownedByListedPercent = Figure.exact(BigDecimal.valueOf(random.nextInt(100)));
    }
    if (random.nextInt(8) == 0) {
      questions.ownedBySdnPercent = Figure.exact(BigDecimal.valueOf(random.nextInt(100)));
      questions.providerOwnedBySdnPercent = Figure.exact(BigDecimal.valueOf(random.nextInt(100)));
    }
    if (random.nextInt(8) == 0) {
      questions.providerResidence = any(random, COUNTRIES);
    }
    if (random.nextInt(3) == 0) {
      questions.authorisations =
          List.of(
              new Authorisation(
                  "LIC-1",
                  Questions.moment(any(random, DATES)),
                  null,
                  any(random, List.of(Regime.US_BIS, Regime.US_BIS, Regime.MY_MITI))));
    }
    return questions;
  }

  private static <T> T any(Random random, List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  private static Map<String, Consumer<Questions>> forgetting() {
    Map<String, Consumer<Questions>> facts = new LinkedHashMap<>();
    facts.put("tenant.residence", q -> q.residence = null);
    facts.put("tenant.ultimateParent", q -> q.parent = null);
    facts.put("tenant.endUse", q -> q.endUse = null);
    facts.put("tenant.listedOn", q -> q.listedOn = null);
    facts.put("tenant.ownedByListedPercent", q -> q.ownedByListedPercent = Figure.unknown());
    facts.put("tenant.ownedBySdnPercent", q -> q.ownedBySdnPercent = Figure.unknown());
    facts.put("tenant.ownedByBisListedPercent", q -> q.ownedByBisListedPercent = Figure.unknown());
    facts.put("provider.residence", q -> q.providerResidence = null);
    facts.put(
        "provider.ownedByListedPercent", q -> q.providerOwnedByListedPercent = Figure.unknown());
    facts.put("provider.ownedBySdnPercent", q -> q.providerOwnedBySdnPercent = Figure.unknown());
    facts.put(
        "provider.ownedByBisListedPercent",
        q -> q.providerOwnedByBisListedPercent = Figure.unknown());
    facts.put("tenant.ownRules", q -> q.ownRules = null);
    facts.put("request.mode", q -> q.mode = null);
    facts.put("request.workload", q -> q.workload = null);
    facts.put("request.dataResidency", q -> q.dataResidency = null);
    facts.put("request.usNexus", q -> q.usNexus = null);
    facts.put("provider.ultimateParent", q -> q.providerParent = null);
    facts.put("provider.listedOn", q -> q.providerListedOn = null);
    facts.put("node.country", q -> q.nodeCountry = null);
    facts.put("node.stateFunded", q -> q.stateFunded = null);
    facts.put("node.authorisations", q -> q.authorisations = null);
    facts.put("accelerator.model", q -> q.accelerator = without(q.accelerator, 0));
    facts.put("accelerator.vendor", q -> q.accelerator = without(q.accelerator, 1));
    facts.put("accelerator.vendorCountry", q -> q.accelerator = without(q.accelerator, 2));
    facts.put("accelerator.datacentre", q -> q.accelerator = without(q.accelerator, 3));
    facts.put("accelerator.tpp", q -> q.accelerator = without(q.accelerator, 4));
    facts.put("accelerator.performanceDensity", q -> q.accelerator = without(q.accelerator, 5));
    facts.put("accelerator.dramGbPerSecond", q -> q.accelerator = without(q.accelerator, 6));
    facts.put(
        "accelerator.interconnectGbPerSecond", q -> q.accelerator = without(q.accelerator, 7));
    facts.put("accelerator.tpp, vaguely", q -> q.accelerator = vague(q.accelerator));
    return facts;
  }

  /** Without its component of that number. */
  private static AcceleratorFacts without(AcceleratorFacts facts, int unknown) {
    return new AcceleratorFacts(
        unknown == 0 ? null : facts.model(),
        unknown == 1 ? null : facts.vendor(),
        unknown == 2 ? null : facts.vendorCountry(),
        unknown == 3 ? null : facts.datacentre(),
        unknown == 4 ? Figure.unknown() : facts.tpp(),
        unknown == 5 ? Figure.unknown() : facts.performanceDensity(),
        unknown == 6 ? Figure.unknown() : facts.dramGbPerSecond(),
        unknown == 7 ? Figure.unknown() : facts.interconnectGbPerSecond());
  }

  /** With its TPP known only to within a tenth. */
  private static AcceleratorFacts vague(AcceleratorFacts facts) {
    BigDecimal min = facts.tpp().min();
    BigDecimal max = facts.tpp().max();
    if (min == null || max == null) {
      return facts;
    }
    Figure wider =
        Figure.of(min.multiply(new BigDecimal("0.9")), max.multiply(new BigDecimal("1.1")));
    return new AcceleratorFacts(
        facts.model(),
        facts.vendor(),
        facts.vendorCountry(),
        facts.datacentre(),
        wider,
        facts.performanceDensity(),
        facts.dramGbPerSecond(),
        facts.interconnectGbPerSecond());
  }
}
