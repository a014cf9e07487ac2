package io.berth.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The fast path gives the verdicts of the slow path that explains them. */
class VerdictIndexTest {

  private static final int SEEDS = 60;
  private static final int NODES = 40;
  private static final int TENANTS = 6;

  @Test
  void givesTheVerdictsOfTheExplainingPathForRandomPacks() {
    Map<Verdict, Integer> seen = new EnumMap<>(Verdict.class);
    for (int seed = 0; seed < SEEDS; seed++) {
      RandomPolicies made = new RandomPolicies(seed);
      List<OrganizationId> organizations = Stream.generate(OrganizationId::fresh).limit(3).toList();
      PackSet packs = packs(made, organizations);
      List<IndexedNode> nodes =
          Stream.generate(() -> made.node(organizations)).limit(NODES).toList();
      VerdictIndex index = VerdictIndex.of(packs, nodes);
      for (int i = 0; i < TENANTS; i++) {
        requireSame("seed " + seed, index, nodes, tenant(made, organizations, packs, nodes), seen);
      }
    }

    // Otherwise this would hold for want of variety.
    assertThat(seen).containsOnlyKeys(Verdict.values());
    assertThat(seen.values()).allSatisfy(count -> assertThat(count).isGreaterThan(100));
  }

  @Test
  void givesTheVerdictsOfTheExplainingPathForTheBaseline() {
    List<PolicyCases.Case> cases =
        Stream.of("/policy/cases.csv", "/policy/baseline-cases.csv")
            .flatMap(resource -> BaselineCasesTest.cases(resource).cases().stream())
            .toList();
    List<IndexedNode> nodes =
        cases.stream()
            .map(PolicyCases.Case::question)
            .map(question ->
                new IndexedNode(null, question.provider(), question.node(), question.accelerator()))
            .distinct()
            .toList();
    VerdictIndex index = VerdictIndex.of(PackSet.of(RulePack.exportBaseline()), nodes);
    Map<Verdict, Integer> seen = new EnumMap<>(Verdict.class);

    for (int i = 0; i < cases.size(); i += 20) {
      PolicyQuestion question = cases.get(i).question();
      Period years = new Period(question.period().start(), Questions.moment("2027-06-01"));
      for (Period period : List.of(question.period(), years)) {
        requireSame(
            cases.get(i).id(),
            index,
            nodes,
            new IndexedTenant(null, question.tenant(), question.request(), period),
            seen);
      }
    }

    assertThat(seen).containsOnlyKeys(Verdict.values());
  }

  @Test
  void answersForNoNodesAtAll() {
    VerdictIndex index = VerdictIndex.of(PackSet.of(RulePack.exportBaseline()), List.of());
    PolicyQuestion question = Questions.domestic().ask();

    assertThat(
            index
                .verdicts(
                    new IndexedTenant(
                        null, question.tenant(), question.request(), question.period()))
                .allowed()
                .isEmpty())
        .isTrue();
  }

  @Test
  void followsThePacksWithoutMakingAnybodyWait() throws Exception {
    PolicyQuestion question = Questions.domestic().ask();
    IndexedNode node =
        new IndexedNode(null, question.provider(), question.node(), question.accelerator());
    PackSet lax = PackSet.of(RulePack.exportBaseline());
    PackSet strict =
        lax.with(
            PackLayer.OPERATOR,
            null,
            RulePack.compile(Packs.of(Packs.rule("closed", "true", Verdict.DENY))));
    LiveVerdicts live = new LiveVerdicts(VerdictIndex.of(lax, List.of(node)));
    int tenant =
        live.tenantClass(
            new IndexedTenant(null, question.tenant(), question.request(), question.period()));
    AtomicBoolean done = new AtomicBoolean();
    AtomicLong reads = new AtomicLong();
    Set<Byte> seen = ConcurrentHashMap.newKeySet();
    try (ExecutorService reader = Executors.newSingleThreadExecutor()) {
      Future<?> reading =
          reader.submit(() -> {
            while (!done.get()) {
              seen.add(live.verdict(tenant, 0));
              reads.incrementAndGet();
            }
          });

      for (int i = 0; i < 20; i++) {
        long before = reads.get();
        await().until(() -> reads.get() > before + 1 || reading.isDone());
        live.replace(i % 2 == 0 ? strict : lax);
        assertThat(live.verdict(tenant, 0))
            .isEqualTo((byte) (i % 2 == 0 ? Verdict.DENY : Verdict.ALLOW).ordinal());
        assertThat(live.allowed(tenant).contains(0)).isEqualTo(i % 2 != 0);
      }
      done.set(true);
      reading.get();
    }

    assertThat(seen)
        .containsExactlyInAnyOrder((byte) Verdict.ALLOW.ordinal(), (byte) Verdict.DENY.ordinal());
  }

  private static void requireSame(
      String name,
      VerdictIndex index,
      List<IndexedNode> nodes,
      IndexedTenant tenant,
      Map<Verdict, Integer> seen) {
    TenantVerdicts fast = index.verdicts(tenant);
    for (int i = 0; i < nodes.size(); i++) {
      IndexedNode node = nodes.get(i);
      NodeFacts known = tenant.nodes().getOrDefault(i, node.node());
      PolicyQuestion question =
          new PolicyQuestion(
              tenant.facts(),
              tenant.request(),
              node.provider(),
              known,
              node.accelerator(),
              tenant.period(),
              tenant.approvals());
      Judgement slow = index.packs().judge(tenant.tenant(), node.owner(), question);
      assertThat(fast.verdictOf(i)).as("%s: %s %s", name, question, slow).isEqualTo(slow.verdict());
      assertThat(fast.allowed().contains(i)).isEqualTo(slow.verdict().permits());
      seen.merge(slow.verdict(), 1, Integer::sum);
    }
  }

  private static PackSet packs(RandomPolicies made, List<OrganizationId> organizations) {
    PackSet packs = PackSet.of(RulePack.compile(made.pack("base", 1 + made.below(5))));
    if (made.oneIn(2)) {
      packs =
          packs.with(
              PackLayer.BASELINE,
              null,
              RulePack.compile(made.pack("base", 1 + made.below(3))),
              made.moment());
    }
    if (made.oneIn(3)) {
      packs =
          packs.with(
              PackLayer.OPERATOR, null, RulePack.compile(made.pack("more", 2)), made.moment());
    }
    if (made.oneIn(2)) {
      packs =
          packs.with(
              PackLayer.PROVIDER,
              organizations.get(0),
              RulePack.compile(made.pack("own", 1 + made.below(2))));
    }
    if (made.oneIn(2)) {
      packs =
          packs.with(
              PackLayer.TENANT,
              organizations.get(1),
              RulePack.compile(made.pack("mine", 1 + made.below(2))),
              made.moment());
    }
    return packs;
  }

  private static IndexedTenant tenant(
      RandomPolicies made,
      List<OrganizationId> organizations,
      PackSet packs,
      List<IndexedNode> nodes) {
    TenantFacts facts = made.tenant();
    RequestFacts request = made.request();
    Map<Integer, NodeFacts> special = new HashMap<>();
    if (made.oneIn(2)) {
      special.put(made.below(NODES), made.nodeFacts());
    }
    return new IndexedTenant(
        made.oneIn(3) ? null : made.any(new ArrayList<>(organizations)),
        facts,
        request,
        made.period(),
        made.approvals(facts, request, packs, nodes),
        special);
  }
}
