package io.berth.booking.internal;

import io.berth.booking.internal.Market.Stock;
import io.berth.identity.Organization;
import io.berth.identity.UseProfile;
import io.berth.inventory.Node;
import io.berth.matching.OfferedPool;
import io.berth.matching.Planning;
import io.berth.matching.SnapshotNode;
import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import io.berth.policy.AcceleratorFacts;
import io.berth.policy.AuthorisationUse;
import io.berth.policy.Facts;
import io.berth.policy.Judgement;
import io.berth.policy.NodeFacts;
import io.berth.policy.NodeJudgement;
import io.berth.policy.PackRef;
import io.berth.policy.PackSet;
import io.berth.policy.PolicyQuestion;
import io.berth.policy.ProviderFacts;
import io.berth.policy.RequestFacts;
import io.berth.policy.ReviewApproval;
import io.berth.policy.TenantFacts;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Judges nodes of a stock for one tenant, use and period. Nodes of which policy knows the same are
 * judged once for all of them.
 */
final class Judge {

  private final PackSet packs;
  private final List<ReviewApproval> approvals;
  private final OrganizationId tenantId;
  private final TenantFacts tenant;
  private final RequestFacts request;
  private final Period period;
  private final Stock stock;
  private final int accelerators;
  private final Map<Integer, NodeJudgement> byClass = new HashMap<>();
  private final Map<Asked, Judgement> byQuestion = new HashMap<>();

  /** The provider counts beside its facts, since it may have packs of its own. */
  private record Asked(OrganizationId provider, PolicyQuestion question) {}

  /**
   * A judge.
   *
   * @param accelerators how many are wanted in all: authorisations must have room for them
   */
  Judge(
      PackSet packs,
      List<ReviewApproval> approvals,
      Organization tenant,
      UseProfile use,
      Period period,
      int accelerators,
      Stock stock) {
    this.packs = packs;
    this.approvals = approvals;
    this.tenantId = tenant.id();
    this.tenant = Facts.of(tenant);
    this.request = Facts.of(use);
    this.period = period;
    this.stock = stock;
    this.accelerators = accelerators;
  }

  /** The verdict on a node. */
  Judgement judgement(OfferedPool offered, SnapshotNode node) {
    return ofClass(offered, node).judgement();
  }

  /** The verdict on a node, with what it was judged by. */
  NodeJudgement judge(OfferedPool offered, SnapshotNode node) {
    NodeJudgement known = ofClass(offered, node);
    return new NodeJudgement(
        node.id(),
        known.providerId(),
        known.provider(),
        known.facts(),
        known.accelerator(),
        known.judgement());
  }

  /** What holds for one node of a class holds for all of them. */
  private NodeJudgement ofClass(OfferedPool offered, SnapshotNode one) {
    return byClass.computeIfAbsent(
        one.traits().policyClass(),
        key -> {
          Node node = stock.node(offered.pool().id(), one.id());
          ProviderFacts provider = Facts.providerOf(stock.organization(node.provider()));
          AcceleratorFacts accelerator = Facts.of(offered.model());
          NodeFacts nodeFacts =
              stock
                  .authorisations()
                  .factsOf(node, tenantId, tenant, request, accelerator, period, accelerators);
          PolicyQuestion question =
              new PolicyQuestion(
                  tenant, request, provider, nodeFacts, accelerator, period, approvals);
          return new NodeJudgement(
              one.id(),
              node.provider(),
              provider,
              nodeFacts,
              accelerator,
              judge(node.provider(), question));
        });
  }

  private Judgement judge(OrganizationId provider, PolicyQuestion question) {
    return byQuestion.computeIfAbsent(
        new Asked(provider, question),
        asked -> packs.judge(tenantId, asked.provider(), asked.question()));
  }

  /** What a plan uses of authorisations. */
  List<AuthorisationUse> usesOf(Planning.Plan plan) {
    OrganizationId provider = plan.offered().offer().provider();
    return plan.chosen().stream()
        .flatMap(chosen -> {
          NodeJudgement judged = ofClass(plan.offered(), chosen.node());
          PolicyQuestion question =
              new PolicyQuestion(
                  tenant,
                  request,
                  judged.provider(),
                  judged.facts(),
                  judged.accelerator(),
                  period,
                  approvals);
          return stock
              .authorisations()
              .usesOf(question, other -> judge(provider, other), chosen.slots().count())
              .stream();
        })
        .toList();
  }

  TenantFacts tenant() {
    return tenant;
  }

  List<ReviewApproval> approvals() {
    return approvals;
  }

  RequestFacts request() {
    return request;
  }

  /** The packs that these nodes were judged by. */
  List<PackRef> packs(Collection<NodeJudgement> judgements) {
    Set<OrganizationId> providers =
        judgements.stream()
            .map(NodeJudgement::providerId)
            .filter(Objects::nonNull)
            .collect(Collectors.toSet());
    return packs.packs(tenantId, providers, period);
  }
}
