package io.berth.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import java.util.List;
import org.junit.jupiter.api.Test;

class PackSetTest {

  private static final OrganizationId TENANT = OrganizationId.fresh();
  private static final OrganizationId PROVIDER = OrganizationId.fresh();
  private static final OrganizationId OTHER = OrganizationId.fresh();
  private static final RulePack BASELINE = pack("base", always("warns", Verdict.WARN));
  private static final PackSet SET = PackSet.of(BASELINE);

  @Test
  void letsTheStrongestVerdictWinAndKeepsEveryReason() {
    PackSet set =
        SET.with(PackLayer.OPERATOR, null, pack("house", always("asks", Verdict.HOLD_REVIEW)))
            .with(PackLayer.OPERATOR, null, pack("lax", always("allows", Verdict.ALLOW)));

    Judgement judgement = set.judge(TENANT, PROVIDER, question("2026-11-01", "2026-11-02"));

    assertThat(judgement.verdict()).isEqualTo(Verdict.HOLD_REVIEW);
    assertThat(judgement.reasons())
        .extracting(reason -> reason.pack() + ":" + reason.ruleId())
        .containsExactly("house:asks", "base:warns", "lax:allows");
    assertThat(judgement.allowedUntil()).isNull();
  }

  @Test
  void cutsThePeriodWhereAnyPackChanges() {
    PackSet set =
        SET.with(
            PackLayer.OPERATOR,
            null,
            pack("house", Packs.windowed("bans", "2026-11-02", "2026-11-03", Verdict.DENY)));

    Judgement judgement = set.judge(null, null, question("2026-11-01", "2026-11-04"));

    assertThat(judgement.intervals())
        .extracting(Judgement.Interval::period)
        .containsExactly(
            period("2026-11-01", "2026-11-02"),
            period("2026-11-02", "2026-11-03"),
            period("2026-11-03", "2026-11-04"));
    assertThat(judgement.intervals())
        .extracting(Judgement.Interval::verdict)
        .containsExactly(Verdict.WARN, Verdict.DENY, Verdict.WARN);
    assertThat(judgement.allowedUntil()).isEqualTo(Questions.moment("2026-11-02"));
  }

  @Test
  void judgesOnlyTheTenantByTheTenantsPack() {
    PackSet set = SET.with(PackLayer.TENANT, TENANT, pack("own", always("bans", Verdict.DENY)));
    PolicyQuestion question = question("2026-11-01", "2026-11-02");

    assertThat(set.judge(TENANT, PROVIDER, question).verdict()).isEqualTo(Verdict.DENY);
    assertThat(set.judge(OTHER, PROVIDER, question).verdict()).isEqualTo(Verdict.WARN);
    assertThat(set.judge(null, PROVIDER, question).verdict()).isEqualTo(Verdict.WARN);
    // One organization may be both: as a provider its rules for what it leases do not count.
    assertThat(set.judge(OTHER, TENANT, question).verdict()).isEqualTo(Verdict.WARN);
  }

  @Test
  void judgesOnlyTheProvidersNodesByTheProvidersPack() {
    PackSet set = SET.with(PackLayer.PROVIDER, PROVIDER, pack("own", always("bans", Verdict.DENY)));
    PolicyQuestion question = question("2026-11-01", "2026-11-02");

    assertThat(set.judge(TENANT, PROVIDER, question).verdict()).isEqualTo(Verdict.DENY);
    assertThat(set.judge(TENANT, OTHER, question).verdict()).isEqualTo(Verdict.WARN);
    assertThat(set.judge(TENANT, null, question).verdict()).isEqualTo(Verdict.WARN);
    assertThat(set.packs(TENANT, List.of(OTHER))).extracting(PackRef::id).containsExactly("base");
    assertThat(set.packs(TENANT, List.of(OTHER, PROVIDER)))
        .containsExactly(
            new PackRef(PackLayer.BASELINE, "base", "1", BASELINE.hash(), null, null),
            new PackRef(
                PackLayer.PROVIDER,
                "own",
                "1",
                pack("own", always("bans", Verdict.DENY)).hash(),
                PROVIDER,
                null));
  }

  @Test
  void countsAScheduledVersionFromItsDateOn() {
    RulePack old = pack("house", always("asks", Verdict.HOLD_REVIEW));
    RulePack next = pack("house", always("bans", Verdict.DENY));
    PackSet set =
        SET.with(PackLayer.OPERATOR, null, old)
            .with(PackLayer.OPERATOR, null, next, Questions.moment("2026-12-01"));

    Judgement across = set.judge(TENANT, null, question("2026-11-30", "2026-12-02"));

    assertThat(across.intervals())
        .extracting(Judgement.Interval::verdict)
        .containsExactly(Verdict.HOLD_REVIEW, Verdict.DENY);
    assertThat(across.intervals().getLast().period().start())
        .isEqualTo(Questions.moment("2026-12-01"));
    assertThat(set.judge(TENANT, null, question("2026-11-30", "2026-12-01")).verdict())
        .isEqualTo(Verdict.HOLD_REVIEW);
    assertThat(set.judge(TENANT, null, question("2026-12-01", "2026-12-02")).reasons())
        .extracting(Reason::ruleId)
        .containsExactly("bans", "warns");
    assertThat(set.packs(TENANT, List.of(), period("2026-11-30", "2026-12-01")))
        .extracting(PackRef::hash)
        .containsExactly(BASELINE.hash(), old.hash());
    assertThat(set.packs(TENANT, List.of(), period("2026-11-30", "2026-12-02")))
        .extracting(PackRef::hash)
        .containsExactly(BASELINE.hash(), old.hash(), next.hash());
    assertThat(set.packs(TENANT, List.of(), period("2026-12-01", "2026-12-02")))
        .extracting(PackRef::hash)
        .containsExactly(BASELINE.hash(), next.hash());
  }

  @Test
  void saysNothingBeforeTheFirstVersionsDate() {
    PackSet set =
        SET.with(
            PackLayer.OPERATOR,
            null,
            pack("house", always("bans", Verdict.DENY)),
            Questions.moment("2026-12-01"));

    Judgement across = set.judge(TENANT, null, question("2026-11-30", "2026-12-02"));

    assertThat(across.allowedUntil()).isEqualTo(Questions.moment("2026-12-01"));
    assertThat(set.packs(TENANT, List.of(), period("2026-11-30", "2026-12-01")))
        .extracting(PackRef::id)
        .containsExactly("base");
  }

  @Test
  void replacesTheSamePackAndTakesOneOut() {
    PackSet set =
        SET.with(PackLayer.TENANT, TENANT, pack("own", always("bans", Verdict.DENY)))
            .with(PackLayer.TENANT, OTHER, pack("own", always("asks", Verdict.HOLD_REVIEW)))
            .with(PackLayer.TENANT, TENANT, pack("own", always("licence", Verdict.HOLD_LICENCE)));
    PolicyQuestion question = question("2026-11-01", "2026-11-02");

    assertThat(set.judge(TENANT, null, question).verdict()).isEqualTo(Verdict.HOLD_LICENCE);
    assertThat(set.judge(OTHER, null, question).verdict()).isEqualTo(Verdict.HOLD_REVIEW);
    assertThat(set.without(PackLayer.TENANT, TENANT, "own").judge(TENANT, null, question).verdict())
        .isEqualTo(Verdict.WARN);
    assertThat(set.revision()).isEqualTo(SET.revision());
  }

  @Test
  void neverIsWithoutABaseline() {
    assertThatThrownBy(() -> SET.without(PackLayer.BASELINE, null, "base"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesAPackWithTheWrongOwner() {
    assertThatThrownBy(() -> SET.with(PackLayer.TENANT, null, BASELINE))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SET.with(PackLayer.OPERATOR, TENANT, BASELINE))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void saysHowSureARulesAuthorIs() {
    RulePack pack =
        pack("sure", always("bans", Verdict.DENY) + "    confidence: read in the gazette\n");

    Reason reason =
        PackSet.of(pack)
            .judge(null, null, question("2026-11-01", "2026-11-02"))
            .reasons()
            .getFirst();

    assertThat(reason.confidence()).isEqualTo("read in the gazette");
    assertThat(reason.pack()).isEqualTo("sure");
  }

  private static String always(String id, Verdict verdict) {
    return Packs.rule(id, "true", verdict);
  }

  private static RulePack pack(String id, String... rules) {
    return RulePack.compile(Packs.of(rules).replace("id: test-pack", "id: " + id));
  }

  private static PolicyQuestion question(String start, String end) {
    return Questions.domestic().during(start, end).ask();
  }

  private static Period period(String start, String end) {
    return new Period(Questions.moment(start), Questions.moment(end));
  }
}
