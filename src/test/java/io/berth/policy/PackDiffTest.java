package io.berth.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PackDiffTest {

  private static final String BEFORE =
      Packs.of(
          Packs.rule("stays", "is.unsure", Verdict.WARN),
          Packs.windowed("moves", "2026-01-01", "2026-06-01", Verdict.WARN),
          Packs.rule("goes", "true", Verdict.DENY));

  @Test
  void findsNothingWhereOnlyTheLayoutChanged() {
    String after =
        "# A remark.\n"
            + BEFORE.replace("condition: \"is.unsure\"", "condition: |\n      is.unsure\n");

    assertThat(sentences(BEFORE, after)).isEmpty();
  }

  @Test
  void saysWhatRulesCameWentAndChanged() {
    String after =
        Packs.of(
            Packs.rule("stays", "is.unsure && true", Verdict.DENY)
                + "    confidence: read in the gazette\n",
            Packs.windowed("moves", "2026-02-01", "2026-06-01", Verdict.WARN),
            Packs.rule("comes", "true", Verdict.HOLD_REVIEW));

    assertThat(sentences(BEFORE, after))
        .containsExactly(
            "Rule stays now says DENY; it said WARN.",
            "Rule stays has another condition: is.unsure && true; it was: is.unsure.",
            "Rule stays has a confidence now: read in the gazette.",
            "Rule moves now holds from 2026-02-01 until 2026-06-01; it held from 2026-01-01 until"
                + " 2026-06-01.",
            "Rule comes is new: HOLD_REVIEW, always. Title of comes.",
            "Rule goes is gone; it said DENY, always. Title of goes.");
  }

  @Test
  void givesWhatStoodAndStandsThere() {
    List<PackChange> changes =
        changes(BEFORE, BEFORE.replaceFirst("verdict: WARN", "verdict: HOLD_LICENCE"));

    assertThat(changes).hasSize(1);
    assertThat(changes.getFirst())
        .isEqualTo(
            new PackChange(
                PackChange.Part.RULE,
                "stays",
                PackChange.How.CHANGED,
                "verdict",
                "WARN",
                "HOLD_LICENCE",
                "Rule stays now says HOLD_LICENCE; it said WARN."));
  }

  @Test
  void saysWhoJoinedAndLeftAGroupAndWhen() {
    String group =
        "    - from: 2026-03-01\n"
            + "      source: A guess\n"
            + "      confidence: none\n"
            + "      members: [FI]\n";
    assertThat(BEFORE).contains(group);
    String next =
        group
            .replace("2026-03-01", "2026-09-01")
            .replace("[FI]", "[DK, SE]")
            .replace("A guess", "A map");
    String after =
        BEFORE.replace(
            group,
            group
                    .replace("[FI]", "[SE, NO]")
                    .replace("      source", "      until: 2026-09-01\n      source")
                + next);

    assertThat(sentences(BEFORE, after))
        .containsExactly(
            "Group Moving from 2026-03-01 has other members: with NO, SE without FI.",
            "Group Moving from 2026-03-01 now ends: 2026-09-01; before: never.",
            "Group Moving has a new version from 2026-09-01: with DK without NO.");
  }

  @Test
  void saysWhatBecameOfDefinitionsAndGroups() {
    String after =
        BEFORE
            .replace("unsure: node.country == country.US", "unsure: node.country == country.FI")
            .replace("  Later:\n", "  Sooner:\n");

    assertThat(sentences(BEFORE, after))
        .containsExactly(
            "Group Sooner is new: from 2999-01-01 US.",
            "Group Later is gone.",
            "Definition unsure has another condition: node.country == country.FI; it was:"
                + " node.country == country.US.");
  }

  private static List<String> sentences(String before, String after) {
    return changes(before, after).stream().map(PackChange::sentence).toList();
  }

  private static List<PackChange> changes(String before, String after) {
    return RulePack.compile(after).changesSince(RulePack.compile(before));
  }
}
