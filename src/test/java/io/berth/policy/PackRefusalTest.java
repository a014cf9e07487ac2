package io.berth.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each bad pack differs in one place from one that compiles. */
class PackRefusalTest {

  private static final String GOOD =
      """
      id: house-rules
      version: 1.0.0
      title: Rules of the house
      groups:
        North:
          - from: 2024-01-01
            until: 2025-01-01
            source: An atlas
            confidence: high
            members: [FI, NO]
          - from: 2025-01-01
            source: An atlas
            confidence: high
            members: [FI]
      definitions:
        northern: node.country in group.North
      rules:
        - id: no-north
          title: Not in the north
          authority: platform
          citation: House rules, 1
          windows: [{from: 2024-06-01, until: 2026-06-01}]
          condition: |
            request.mode == mode.REMOTE
              && is.northern && accelerator.tpp.atLeast(100)
          verdict: DENY
          code: tooCold
          message: It is too cold.
          wouldChange: Another node
          conflicts: [known-parent]
        - id: known-parent
          title: Parents are known
          authority: guidance
          citation: House rules, 2
          missing: [tenant.ultimateParent]
          verdict: HOLD_EVIDENCE
          code: parentUnknown
          message: The parent is not known.
          wouldChange: Evidence
      """;

  private static final String CONDITION =
      GOOD.substring(GOOD.indexOf("condition: |"), GOOD.indexOf("    verdict: DENY"));

  private static final String KNOWN_PARENT =
      GOOD.substring(GOOD.indexOf("id: known-parent"), GOOD.indexOf("    missing:"));

  private static final String KNOWN_PARENT_WITHOUT_CITATION =
      "§id: known-parent\n    title: Parents are known\n    authority: guidance\n";

  static Stream<Arguments> faults() {
    return Stream.of(
        fault("unknown field", "    code: tooCold", "    §cod: tooCold", "unknown field cod"),
        fault("unknown fact", "request.mode", "§request.mood", "request.mood"),
        fault("unknown fact, missing", "[tenant.ult", "[§tenant.olt", "tenant.oltimateParent"),
        fault("unknown constant", "mode.REMOTE", "§mode.REMOT", "mode.REMOT"),
        fault("not a boolean", "node.country in group.North", "node§.country", "expected type"),
        fault("wrong type", "atLeast(100)", "atLeast§('100')", "no matching overload"),
        fault("two operators", "&& is.north", "&& §&& is.north", "extraneous input"),
        fault("group not found", "in group.North", "in §group.South", "group not found"),
        fault("definition not found", "is.northern &&", "§is.southern &&", "definition not found"),
        fault("window backwards", "until: 2026-06-01", "until: §2024-06-01", "ends before"),
        fault("no date", "from: 2024-06-01", "from: §yesterday", "must be a date"),
        fault("duplicate id", "id: known-parent", "id: §no-north", "given twice"),
        fault("duplicate field", "version: 1.0.0", "version: 1\n§id: x", "given twice"),
        fault("unknown country", "[FI, NO]", "[FI, §XX]", "not a country code: XX"),
        fault("member twice", "[FI, NO]", "[FI, §FI]", "given twice"),
        fault(
            "versions overlap",
            "    - from: 2025-01-01",
            "    - from: §2024-12-31",
            "starts before"),
        fault("verdict", "verdict: DENY", "verdict: §NO", "must be one of"),
        fault("authority", "authority: platform", "authority: §king", "must be one of"),
        fault("conflict not found", "[known-parent]", "[§other]", "no other rule"),
        fault("missing permits", "verdict: HOLD_EVIDENCE", "verdict: §WARN", "a permit"),
        fault("no windows", "[{from: 2024-06-01, until: 2026-06-01}]", "§[]", "at least one"),
        fault("no citation", KNOWN_PARENT, KNOWN_PARENT_WITHOUT_CITATION, "citation is missing"),
        fault("blank", "title: Rules of the house", "title: §''", "blank"),
        fault("list for text", "code: tooCold", "code: §[a]", "must be text"),
        fault("not YAML", "title: Rules of", "title: Rules§: of", "not YAML"),
        fault("alias", "members: [FI]", "members: §*north", "aliases"),
        fault("macro", "is.northern &&", "[1].all§(x, true) &&", "undeclared reference to 'all'"),
        fault("arithmetic", "atLeast(100)", "atLeast(50 §+ 50)", "undeclared reference to '_+_'"),
        fault(
            "equality of figures",
            CONDITION,
            "condition: §accelerator.tpp == accelerator.tpp\n",
            "figures have no equality"),
        fault(
            "endless number",
            CONDITION,
            "condition: §accelerator.tpp.atLeast(1e999)\n",
            "too large"),
        fault(
            "long condition",
            CONDITION,
            "condition: §" + "true || ".repeat(300) + "true\n",
            "longer than"),
        fault(
            "deep condition",
            CONDITION,
            "condition: §" + "(".repeat(1_900) + "true\n",
            "recursion"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void refusesWithThePlace(String name, String text, int line, int column, String message) {
    InvalidPackException refusal =
        catchThrowableOfType(InvalidPackException.class, () -> RulePack.compile(text));

    assertThat(refusal.problems())
        .anySatisfy(problem -> {
          assertThat(problem.message()).contains(message);
          assertThat(problem.line()).isEqualTo(line);
          assertThat(problem.column()).isEqualTo(column);
        });
  }

  @Test
  void takesThePackThatTheFaultsAreMadeFrom() {
    RulePack pack = RulePack.compile(GOOD);

    assertThat(pack.id()).isEqualTo("house-rules");
    assertThat(pack.version()).isEqualTo("1.0.0");
    assertThat(pack.hash())
        .matches("[0-9a-f]{64}")
        .isNotEqualTo(RulePack.compile(GOOD + "\n").hash());
  }

  @Test
  void namesEverythingThatIsWrong() {
    String text = GOOD.replace("mode.REMOTE", "mode.NEAR").replace("DENY", "NO");

    InvalidPackException refusal =
        catchThrowableOfType(InvalidPackException.class, () -> RulePack.compile(text));

    assertThat(refusal.problems()).extracting(PackProblem::line).containsExactly(24, 26);
  }

  @Test
  void boundsWhatAPackMayCost() {
    String rule = GOOD.substring(GOOD.indexOf("  - id: known-parent"));
    StringBuilder many = new StringBuilder(GOOD);
    for (int i = 0; i < 500; i++) {
      many.append(rule.replace("known-parent", "known-parent-" + i));
    }

    assertThat(problemsOf(many.toString())).contains("more than 500");
    assertThat(problemsOf(GOOD + "#".repeat(300_000))).contains("longer than");
    assertThat(
            problemsOf(GOOD.replace(CONDITION, "condition: " + "true || ".repeat(240) + "true\n")))
        .contains("node limit");
    assertThat(problemsOf("[".repeat(10_000))).contains("not YAML");
    assertThat(problemsOf("")).contains("empty");
    assertThat(problemsOf("just text")).contains("mapping");
    assertThat(problemsOf(GOOD + "---\nid: second\n")).contains("not YAML");
  }

  private static String problemsOf(String text) {
    return String.valueOf(
        catchThrowableOfType(InvalidPackException.class, () -> RulePack.compile(text))
            .getMessage());
  }

  /** The mark § stands where the problem is to be reported, and is taken out. */
  private static Arguments fault(String name, String good, String bad, String message) {
    assertThat(GOOD).as(name).containsOnlyOnce(good);
    String marked = GOOD.replace(good, bad);
    String before = marked.substring(0, marked.indexOf('§'));
    int line = (int) before.chars().filter(character -> character == '\n').count() + 1;
    int column = before.length() - before.lastIndexOf('\n');
    return Arguments.of(name, marked.replace("§", ""), line, column, message);
  }
}
