package io.berth.policy.internal;

import io.berth.inventory.NodeId;
import io.berth.platform.Figure;
import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import io.berth.policy.AcceleratorFacts;
import io.berth.policy.NodeFacts;
import io.berth.policy.PolicyQuestion;
import io.berth.policy.ProviderFacts;
import io.berth.policy.RequestFacts;
import io.berth.policy.TenantFacts;
import io.berth.policy.internal.FactsApi.AcceleratorView;
import io.berth.policy.internal.FactsApi.AuthorisationView;
import io.berth.policy.internal.FactsApi.FactsView;
import io.berth.policy.internal.FactsApi.FigureView;
import io.berth.policy.internal.FactsApi.NodeClassView;
import io.berth.policy.internal.FactsApi.NodeView;
import io.berth.policy.internal.FactsApi.ProviderView;
import io.berth.policy.internal.FactsApi.RequestView;
import io.berth.policy.internal.FactsApi.TenantView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads stored facts as what was judged: the other direction of {@link FactsApi}. A fact that a
 * question gains must stand in both, or decisions could not be judged again.
 */
final class FactsReader {

  private FactsReader() {}

  /**
   * What was asked about one node.
   *
   * @param node the node; null for one that was only described
   * @param provider whose it was; null for one that was only described
   */
  record Asked(@Nullable NodeId node, @Nullable OrganizationId provider, PolicyQuestion question) {}

  /** Every question of a decision, node by node. */
  static List<Asked> questions(FactsView facts, Period period) {
    TenantFacts tenant = tenant(facts.tenant());
    RequestFacts request = request(facts.request());
    List<Asked> questions = new ArrayList<>();
    for (NodeClassView nodes : facts.nodes()) {
      PolicyQuestion question =
          new PolicyQuestion(
              tenant,
              request,
              provider(nodes.provider()),
              node(nodes.node()),
              accelerator(nodes.accelerator()),
              period,
              facts.approvals() == null ? List.of() : facts.approvals());
      if (nodes.nodeIds().isEmpty()) {
        questions.add(new Asked(null, nodes.providerId(), question));
      }
      nodes.nodeIds().forEach(id -> questions.add(new Asked(id, nodes.providerId(), question)));
    }
    return questions;
  }

  private static TenantFacts tenant(TenantView view) {
    return new TenantFacts(
        view.residence(),
        view.ultimateParent(),
        view.endUse(),
        setOrNull(view.listedOn()),
        figure(view.ownedByListedPercent()),
        figure(view.ownedBySdnPercent()),
        figure(view.ownedByBisListedPercent()),
        setOrNull(view.ownRules()));
  }

  private static RequestFacts request(RequestView view) {
    return new RequestFacts(view.mode(), view.workload(), view.dataResidency(), view.usNexus());
  }

  private static ProviderFacts provider(ProviderView view) {
    return new ProviderFacts(
        view.residence(),
        view.ultimateParent(),
        setOrNull(view.listedOn()),
        figure(view.ownedByListedPercent()),
        figure(view.ownedBySdnPercent()),
        figure(view.ownedByBisListedPercent()));
  }

  private static NodeFacts node(NodeView view) {
    List<AuthorisationView> attached = view.authorisations();
    return new NodeFacts(
        view.country(),
        view.countryEvidenceEnd(),
        view.stateFunded(),
        attached == null ? null : attached.stream().map(AuthorisationView::toFacts).toList(),
        view.excludesTenant(),
        view.allowsTenant(),
        setOrNull(view.zones()),
        setOrNull(view.classifiedAs()),
        view.flagsEvidenceEnd());
  }

  private static AcceleratorFacts accelerator(AcceleratorView view) {
    return new AcceleratorFacts(
        view.model(),
        view.vendor(),
        view.vendorCountry(),
        view.dataCentre(),
        figure(view.tpp()),
        figure(view.performanceDensity()),
        figure(view.dramGbPerSecond()),
        figure(view.interconnectGbPerSecond()));
  }

  private static Figure figure(@Nullable FigureView view) {
    return view == null ? Figure.unknown() : Figure.of(view.min(), view.max());
  }

  private static <T> @Nullable Set<T> setOrNull(@Nullable Collection<T> values) {
    return values == null ? null : Set.copyOf(values);
  }
}
