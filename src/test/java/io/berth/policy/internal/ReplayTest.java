package io.berth.policy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.berth.inventory.NodeId;
import io.berth.inventory.Regime;
import io.berth.platform.Figure;
import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import io.berth.policy.AcceleratorFacts;
import io.berth.policy.DataResidency;
import io.berth.policy.Decision;
import io.berth.policy.DecisionId;
import io.berth.policy.DecisionPurpose;
import io.berth.policy.DeniedPartyList;
import io.berth.policy.Ground;
import io.berth.policy.Mode;
import io.berth.policy.NodeFacts;
import io.berth.policy.NodeFacts.Authorisation;
import io.berth.policy.NodeJudgement;
import io.berth.policy.PackLayer;
import io.berth.policy.PackRef;
import io.berth.policy.PackSet;
import io.berth.policy.PolicyQuestion;
import io.berth.policy.ProviderFacts;
import io.berth.policy.RequestFacts;
import io.berth.policy.ReviewApproval;
import io.berth.policy.RulePack;
import io.berth.policy.TenantFacts;
import io.berth.policy.TenantRule;
import io.berth.policy.Workload;
import io.berth.policy.internal.FactsReader.Asked;
import io.berth.policy.internal.ReplayApi.Difference;
import io.berth.policy.internal.ReplayApi.Kind;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReplayTest {

  private static final RulePack BASELINE = RulePack.exportBaseline();
  private static final ProviderFacts PROVIDER_FACTS =
      new ProviderFacts(
          "SE",
          "FI",
          Set.of(DeniedPartyList.values()),
          Figure.exact(BigDecimal.TEN),
          Figure.exact(BigDecimal.ONE),
          Figure.exact(BigDecimal.TWO));
  private static final NodeFacts NODE_FACTS =
      new NodeFacts(
          "FI",
          Instant.parse("2027-06-01T00:00:00Z"),
          true,
          List.of(
              new Authorisation(
                  "LIC-1",
                  Instant.parse("2026-12-01T00:00:00Z"),
                  Instant.parse("2027-01-01T00:00:00Z"),
                  Regime.US_BIS)),
          false,
          true,
          Set.of("eu-sovereign"),
          Set.of("3A090.a"),
          Instant.parse("2027-07-01T00:00:00Z"));
  private static final OrganizationId TENANT = OrganizationId.fresh();
  private static final OrganizationId PROVIDER = OrganizationId.fresh();
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00.5Z");
  private static final Period YEAR =
      new Period(Instant.parse("2026-11-01T00:00:00Z"), Instant.parse("2027-11-01T00:00:00Z"));

  private static final String BAN =
      """
      id: house-rules
      version: "1"
      title: House rules
      rules:
      - id: no-h100
        title: No H100
        authority: platform
        citation: A test
        condition: "accelerator.model == 'nvidia-h100-sxm'"
        verdict: DENY
        code: notHere
        message: Not here.
        wouldChange: Another device
      """;

  @Test
  void storesEveryFactThatIsJudged() {
    PolicyQuestion question = everythingKnown();
    assertNothingIsNull(question);

    Asked asked = FactsReader.questions(row(packs(), question).readFacts(), YEAR).getFirst();

    // A fact that is judged but not stored would come back as unknown.
    assertThat(asked.question()).isEqualTo(question);
    assertThat(asked.provider()).isEqualTo(PROVIDER);
    assertThat(asked.node()).isNotNull();
  }

  @Test
  void storesThatNothingWasKnown() {
    PolicyQuestion question =
        new PolicyQuestion(
            new TenantFacts(null, null, null, null, Figure.unknown(), null),
            new RequestFacts(null, null, null, null),
            ProviderFacts.UNKNOWN,
            new NodeFacts(null, null, null, null, null, null, null, null, null),
            new AcceleratorFacts(
                null,
                null,
                null,
                null,
                Figure.unknown(),
                Figure.unknown(),
                Figure.unknown(),
                Figure.unknown()),
            YEAR);

    assertThat(
            FactsReader.questions(row(packs(), question).readFacts(), YEAR).getFirst().question())
        .isEqualTo(question);
  }

  @Test
  void givesTheSameAnswerForWhateverOrderTheNodesHad() {
    PolicyQuestion allowed = everythingKnown();
    PolicyQuestion denied = inCountry(allowed, "CN");
    DecisionRow stored = row(packs(), denied, allowed, denied, allowed);

    DecisionRow replayed = again(stored, packs());

    assertThat(stored.readJudgements().nodes()).hasSize(2);
    assertThat(Replay.between(stored, replayed)).isEmpty();
  }

  @Test
  void letsAScheduledPackJudgeFromItsDateOnly() {
    Map<PackRef, RulePack> packs = packs();
    RulePack ban = RulePack.compile(BAN);
    Instant from = Instant.parse("2027-03-01T00:00:00Z");
    packs.put(
        new PackRef(PackLayer.OPERATOR, ban.id(), ban.version(), ban.hash(), null, from), ban);
    DecisionRow stored = row(packs, everythingKnown());

    assertThat(stored.readJudgements().intervals())
        .extracting(Judgements.IntervalView::start)
        .contains(from);
    assertThat(Replay.between(stored, again(stored, packs))).isEmpty();
  }

  @Test
  void letsAnOwnersPackJudgeItsOwnOnly() {
    Map<PackRef, RulePack> packs = packs();
    RulePack ban = RulePack.compile(BAN);
    packs.put(
        new PackRef(
            PackLayer.PROVIDER, ban.id(), ban.version(), ban.hash(), OrganizationId.fresh(), null),
        ban);
    DecisionRow stored = row(packs, everythingKnown());

    assertThat(stored.readJudgements().reasons())
        .noneMatch(reason -> reason.ruleId().equals("no-h100"));
    assertThat(Replay.between(stored, again(stored, packs))).isEmpty();
  }

  @Test
  void saysWhatOtherPacksWouldSay() {
    DecisionRow stored = row(packs(), harmless());
    Map<PackRef, RulePack> stricter = packs();
    RulePack ban = RulePack.compile(BAN);
    stricter.put(
        new PackRef(PackLayer.OPERATOR, ban.id(), ban.version(), ban.hash(), null, null), ban);

    List<Difference> differences = Replay.between(stored, again(stored, stricter));

    assertThat(differences)
        .extracting(Difference::kind)
        .contains(Kind.VERDICT, Kind.REASONS, Kind.INTERVALS, Kind.NODES);
    Difference nodes = differences.getLast();
    assertThat(nodes.nodeIds())
        .containsExactlyElementsOf(stored.readJudgements().nodes().getFirst().nodeIds());
  }

  @Test
  void seesWhatWasAltered() {
    DecisionRow row = row(packs(), everythingKnown());
    Optional<JsonNode> recorded = Optional.of(evidence(row));
    String facts = row.facts().replace("\"DE\"", "\"FR\"");

    assertThat(kinds(row, recorded)).isEmpty();
    assertThat(kinds(row, Optional.empty())).containsExactly(Kind.NOT_IN_AUDIT_TRAIL);
    assertThat(kinds(with(row, YEAR, facts, row.factsHash(), row.judgements()), recorded))
        .containsExactly(Kind.FACTS_ALTERED);
    // With a hash that fits, too.
    assertThat(kinds(with(row, YEAR, facts, StoredJson.hash(facts), row.judgements()), recorded))
        .containsExactly(Kind.FACTS_ALTERED);
    assertThat(
            kinds(with(row, YEAR, row.facts(), row.factsHash(), row.judgements() + " "), recorded))
        .containsExactly(Kind.JUDGEMENTS_ALTERED);
    assertThat(
            kinds(
                with(
                    row,
                    new Period(YEAR.start(), YEAR.end().minusSeconds(1)),
                    row.facts(),
                    row.factsHash(),
                    row.judgements()),
                recorded))
        .containsExactly(Kind.RECORD_ALTERED);
  }

  private static List<Kind> kinds(DecisionRow stored, Optional<JsonNode> recorded) {
    return Replay.tampering(stored, recorded, evidence(stored)).stream()
        .map(Difference::kind)
        .toList();
  }

  private static JsonNode evidence(DecisionRow row) {
    return StoredJson.read(StoredJson.write(row.evidence()), JsonNode.class);
  }

  private static DecisionRow with(
      DecisionRow row, Period period, String facts, String factsHash, String judgements) {
    return new DecisionRow(
        row.id(),
        row.tenant(),
        row.purpose(),
        row.verdict(),
        period,
        row.knownAt(),
        row.packs(),
        facts,
        factsHash,
        row.listsHash(),
        judgements);
  }

  private static DecisionRow again(DecisionRow stored, Map<PackRef, RulePack> packs) {
    return Replay.judge(stored, PackSet.again(packs), List.copyOf(packs.keySet()));
  }

  @Test
  void readsApprovalsThatWereStoredBeforeGroundsWere() {
    ReviewApproval stored =
        StoredJson.read(
            """
            {"caseId":"case_1","ruleIds":["p/r"],"models":["m"],"countries":["FI"],
             "factsHash":"x","from":"2026-11-01T00:00:00Z"}
            """,
            ReviewApproval.class);

    assertThat(stored.grounds()).isEmpty();
  }

  private static Map<PackRef, RulePack> packs() {
    Map<PackRef, RulePack> packs = new LinkedHashMap<>();
    packs.put(
        new PackRef(
            PackLayer.BASELINE, BASELINE.id(), BASELINE.version(), BASELINE.hash(), null, null),
        BASELINE);
    return packs;
  }

  private static DecisionRow row(Map<PackRef, RulePack> packs, PolicyQuestion... questions) {
    PackSet set = PackSet.again(packs);
    List<NodeJudgement> nodes = new ArrayList<>();
    for (PolicyQuestion question : questions) {
      nodes.add(
          new NodeJudgement(
              NodeId.fresh(),
              PROVIDER,
              question.provider(),
              question.node(),
              question.accelerator(),
              set.judge(TENANT, PROVIDER, question)));
    }
    return DecisionRow.of(
        new Decision(
            DecisionId.fresh(),
            TENANT,
            DecisionPurpose.QUOTE,
            YEAR,
            NOW,
            List.copyOf(packs.keySet()),
            questions[0].tenant(),
            questions[0].request(),
            questions[0].approvals(),
            nodes),
        StoredJson.hash(""));
  }

  private static PolicyQuestion inCountry(PolicyQuestion question, String country) {
    NodeFacts node = question.node();
    return new PolicyQuestion(
        question.tenant(),
        question.request(),
        question.provider(),
        new NodeFacts(country, null, node.stateFunded(), List.of()),
        question.accelerator(),
        question.period(),
        question.approvals());
  }

  private static PolicyQuestion harmless() {
    PolicyQuestion known = everythingKnown();
    return new PolicyQuestion(
        new TenantFacts("DE", "DE", "DE", Set.of(), Figure.exact(BigDecimal.ZERO), Set.of()),
        known.request(),
        new ProviderFacts(
            "FI",
            "FI",
            Set.of(),
            Figure.exact(BigDecimal.ZERO),
            Figure.exact(BigDecimal.ZERO),
            Figure.exact(BigDecimal.ZERO)),
        new NodeFacts("FI", null, false, List.of()),
        known.accelerator(),
        known.period());
  }

  private static PolicyQuestion everythingKnown() {
    TenantFacts tenant =
        new TenantFacts(
            "DE",
            "DE",
            "DE",
            Set.of(DeniedPartyList.values()),
            Figure.of(new BigDecimal("12.50"), new BigDecimal("49.9")),
            Set.of(TenantRule.values()));
    RequestFacts request =
        new RequestFacts(Mode.REMOTE, Workload.TRAINING, DataResidency.ANYWHERE, true);
    return new PolicyQuestion(
        tenant,
        request,
        PROVIDER_FACTS,
        NODE_FACTS,
        new AcceleratorFacts(
            "nvidia-h100-sxm",
            "NVIDIA",
            "US",
            true,
            Figure.exact(new BigDecimal("15832")),
            Figure.exact(new BigDecimal("19.45")),
            Figure.exact(new BigDecimal("3350")),
            Figure.exact(new BigDecimal("900"))),
        YEAR,
        List.of(
            new ReviewApproval(
                "case_1",
                Set.of(
                    new Ground(
                        BASELINE.hash(),
                        "us-iaas-training",
                        "nvidia-h100-sxm",
                        "FI",
                        Ground.hashOfPlace(PROVIDER_FACTS, NODE_FACTS))),
                ReviewApproval.factsHash(tenant, request),
                Instant.parse("2026-11-01T00:00:00Z"),
                Instant.parse("2027-05-01T00:00:00Z"))));
  }

  /** A fact that this test does not know would be null or empty, or not compile. */
  private static void assertNothingIsNull(Record facts) {
    for (RecordComponent component : facts.getClass().getRecordComponents()) {
      Object value;
      try {
        component.getAccessor().setAccessible(true);
        value = component.getAccessor().invoke(facts);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
      assertThat(value).as(component.toString()).isNotNull();
      if (value instanceof Record inner) {
        assertNothingIsNull(inner);
      }
    }
  }
}
