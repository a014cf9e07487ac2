package io.berth.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.platform.Figure;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A rule that denies: {@code DENY} where its condition holds, {@code ALLOW} where it does not. */
class ThreeValuedLogicTest {

  /** The node's country, the tenant's parent and the US nexus are unknown; the vendor is not. */
  @ParameterizedTest(name = "{0} gives {1}")
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '"',
      textBlock =
          """
          node.country == country.US                                      => HOLD_EVIDENCE
          node.country != country.US                                      => HOLD_EVIDENCE
          country.US == node.country                                      => HOLD_EVIDENCE
          node.country == node.country                                    => HOLD_EVIDENCE
          !(node.country == country.US)                                   => HOLD_EVIDENCE
          node.country in [country.US]                                    => HOLD_EVIDENCE
          !(node.country in [country.US])                                 => HOLD_EVIDENCE
          country.US in [node.country]                                    => HOLD_EVIDENCE
          node.country in group.Later                                     => HOLD_EVIDENCE
          accelerator.vendorCountry in group.Later                        => HOLD_EVIDENCE
          request.usNexus                                                 => HOLD_EVIDENCE
          !request.usNexus                                                => HOLD_EVIDENCE
          request.usNexus || !request.usNexus                             => HOLD_EVIDENCE
          request.usNexus ? true : false                                  => HOLD_EVIDENCE
          request.usNexus == (node.country == country.US)                 => HOLD_EVIDENCE
          false && node.country == country.US                             => ALLOW
          node.country == country.US && false                             => ALLOW
          true && node.country == country.US                              => HOLD_EVIDENCE
          true || node.country == country.US                              => DENY
          node.country == country.US || true                              => DENY
          false || node.country == country.US                             => HOLD_EVIDENCE
          node.country == country.US && request.usNexus && false          => ALLOW
          node.country == country.US || request.usNexus || true           => DENY
          is.unsure && accelerator.vendorCountry == country.CN            => ALLOW
          is.unsure || accelerator.vendorCountry == country.US            => DENY
          !is.unsure                                                      => HOLD_EVIDENCE
          accelerator.vendorCountry == country.US                         => DENY
          accelerator.vendorCountry == country.CN                         => ALLOW
          """)
  void answersOnlyWhatIsCertain(String condition, Verdict expected) {
    Questions questions = Questions.domestic();
    questions.nodeCountry = null;
    questions.parent = null;
    questions.usNexus = null;

    Judgement judgement = pack(condition, Verdict.DENY).judge(questions.ask());

    assertThat(judgement.verdict()).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0} {1} gives {2}")
  @CsvSource({
    "5008-6624, atLeast(4800), DENY",
    "4400-5000, atLeast(4800), HOLD_EVIDENCE",
    "4000-4799.99, atLeast(4800), ALLOW",
    "4800, atLeast(4800), DENY",
    "4400-4800, above(4800), ALLOW",
    "4800, above(4799.99), DENY",
    "4800-4900, above(4800), HOLD_EVIDENCE",
    "4400-4799, below(4800), DENY",
    "4800, below(4800), ALLOW",
    "4799-4800, below(4800), HOLD_EVIDENCE",
    "4800, atMost(4800), DENY",
    "4801-5000, atMost(4800), ALLOW",
    "4800-5000, atMost(4800), HOLD_EVIDENCE",
    "5.92, atLeast(5.92), DENY",
    "1840?, atLeast(1), HOLD_EVIDENCE",
    "'', below(1), HOLD_EVIDENCE",
  })
  void comparesFiguresAsIntervals(String figure, String comparison, Verdict expected) {
    Questions questions = Questions.domestic();
    questions.accelerator =
        new AcceleratorFacts(
            "some-model",
            "Vendor",
            "US",
            true,
            Figure.parse(figure),
            Figure.unknown(),
            Figure.unknown(),
            Figure.unknown());

    Judgement judgement =
        pack("accelerator.tpp." + comparison, Verdict.DENY).judge(questions.ask());

    assertThat(judgement.verdict()).isEqualTo(expected);
  }

  /** Random conditions over three facts: a certain answer must hold for whatever they turn out. */
  @Test
  void isNeverCertainOfWhatAFactCouldChange() {
    int certain = 0;
    for (int seed = 0; seed < 200; seed++) {
      String condition = randomCondition(new Random(seed), 4);
      RulePack pack = pack(condition, Verdict.DENY);
      Verdict unsure = pack.judge(threeFacts(true, null, null)).verdict();
      if (unsure == Verdict.HOLD_EVIDENCE) {
        continue;
      }
      certain++;
      for (boolean second : new boolean[] {true, false}) {
        for (boolean third : new boolean[] {true, false}) {
          assertThat(pack.judge(threeFacts(true, second, third)).verdict())
              .as(condition)
              .isEqualTo(unsure);
        }
      }
    }
    assertThat(certain).isBetween(20, 180);
  }

  private static PolicyQuestion threeFacts(
      boolean datacentre, @Nullable Boolean usNexus, @Nullable Boolean stateFunded) {
    Questions questions = Questions.domestic();
    assertThat(questions.accelerator.datacentre()).isEqualTo(datacentre);
    questions.usNexus = usNexus;
    questions.stateFunded = stateFunded;
    return questions.ask();
  }

  private static String randomCondition(Random random, int depth) {
    if (depth == 0) {
      return List.of("accelerator.datacentre", "request.usNexus", "node.stateFunded")
          .get(random.nextInt(3));
    }
    String left = randomCondition(random, depth - 1);
    String right = randomCondition(random, depth - 1);
    return switch (random.nextInt(6)) {
      case 0, 1 -> "(" + left + " && " + right + ")";
      case 2, 3 -> "(" + left + " || " + right + ")";
      case 4 -> "!" + left;
      default -> "(" + left + " == " + right + ")";
    };
  }

  @Test
  void namesTheMissingFacts() {
    Questions questions = Questions.domestic();
    questions.nodeCountry = null;
    questions.accelerator = Accelerators.named("MI308X");

    Judgement judgement =
        pack("is.unsure && accelerator.tpp.atLeast(4800)", Verdict.DENY).judge(questions.ask());

    assertThat(judgement.reasons())
        .singleElement()
        .satisfies(reason -> {
          assertThat(reason.code()).isEqualTo(Reason.FACTS_MISSING);
          assertThat(reason.verdict()).isEqualTo(Verdict.HOLD_EVIDENCE);
          assertThat(reason.missingFacts()).containsExactly("accelerator.tpp", "node.country");
        });
    assertThat(judgement.allowedUntil()).isNull();
  }

  @Test
  void holdsEvenWhereTheUnknownCouldOnlyWarn() {
    Questions questions = Questions.domestic();
    questions.usNexus = null;

    assertThat(pack("request.usNexus", Verdict.WARN).judge(questions.ask()).verdict())
        .isEqualTo(Verdict.HOLD_EVIDENCE);
    assertThat(pack("request.usNexus", Verdict.ALLOW).judge(questions.ask()).verdict())
        .isEqualTo(Verdict.ALLOW);
  }

  @Test
  void leavesOutWhatCouldNotChangeAKnownDenial() {
    Questions questions = Questions.domestic().tenantIn("IR");
    questions.nodeCountry = null;
    questions.accelerator = Accelerators.named("MI308X");

    Judgement judgement = RulePack.exportBaseline().judge(questions.ask());

    assertThat(judgement.verdict()).isEqualTo(Verdict.DENY);
    assertThat(judgement.reasons())
        .extracting(Reason::code)
        .containsExactly("embargo", "nodeLocationUnknown");
  }

  @Test
  void sendsAConflictThatHoldsToAPerson() {
    RulePack pack =
        RulePack.compile(
            Packs.of(
                Packs.rule("one", "accelerator.datacentre", Verdict.WARN),
                Packs.rule("other", "request.usNexus", Verdict.WARN) + "    conflicts: [one]\n"));
    Questions questions = Questions.domestic();

    assertThat(pack.judge(questions.ask()).verdict()).isEqualTo(Verdict.WARN);
    questions.usNexus = true;
    assertThat(pack.judge(questions.ask()).verdict()).isEqualTo(Verdict.HOLD_REVIEW);
    questions.usNexus = null;
    assertThat(pack.judge(questions.ask()).verdict()).isEqualTo(Verdict.HOLD_EVIDENCE);
  }

  private static RulePack pack(String condition, Verdict verdict) {
    return RulePack.compile(Packs.of(Packs.rule("the-rule", condition, verdict)));
  }
}
