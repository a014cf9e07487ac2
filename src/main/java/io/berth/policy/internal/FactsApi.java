package io.berth.policy.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.berth.inventory.NodeId;
import io.berth.inventory.Regime;
import io.berth.platform.Figure;
import io.berth.platform.OrganizationId;
import io.berth.policy.AcceleratorFacts;
import io.berth.policy.DataResidency;
import io.berth.policy.Decision;
import io.berth.policy.DeniedPartyList;
import io.berth.policy.Mode;
import io.berth.policy.NodeFacts;
import io.berth.policy.ProviderFacts;
import io.berth.policy.RequestFacts;
import io.berth.policy.ReviewApproval;
import io.berth.policy.TenantFacts;
import io.berth.policy.TenantRule;
import io.berth.policy.Workload;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Facts as they stand on the wire and in rows. What is unknown is absent; "none" is empty. */
final class FactsApi {

  private FactsApi() {}

  /** Everything that a decision rests on. */
  @Schema(
      name = "DecisionFacts",
      description = "The facts as seen; an absent one is unknown, an empty list or a zero is none")
  record FactsView(
      TenantView tenant,
      RequestView request,
      @Schema(description = "What people had approved for such a tenant and use; absent for none")
          @JsonInclude(JsonInclude.Include.NON_EMPTY)
          @Nullable List<ReviewApproval> approvals,
      List<NodeClassView> nodes) {

    static FactsView of(Decision decision) {
      Map<NodeClassView, List<NodeId>> classes = new LinkedHashMap<>();
      decision
          .nodes()
          .forEach(node -> {
            NodeClassView unnamed =
                new NodeClassView(
                    List.of(),
                    node.providerId(),
                    ProviderView.of(node.provider()),
                    NodeView.of(node.facts()),
                    AcceleratorView.of(node.accelerator()));
            List<NodeId> ids = classes.computeIfAbsent(unnamed, key -> new ArrayList<>());
            if (node.node() != null) {
              ids.add(node.node());
            }
          });
      return new FactsView(
          TenantView.of(decision.tenantFacts()),
          RequestView.of(decision.request()),
          decision.approvals(),
          classes.entrySet().stream()
              .map(entry -> entry.getKey().named(entry.getValue()))
              .toList());
    }
  }

  /** The tenant. */
  @Schema(
      name = "TenantFacts",
      description = "What was known of the tenant; what is absent was unknown")
  record TenantView(
      @Schema(description = "Where it is registered, ISO 3166-1 alpha-2", examples = "DE")
          @Nullable String residence,
      @Schema(
              description = "Where the headquarters of its ultimate parent are, ISO 3166-1 alpha-2",
              examples = "DE")
          @Nullable String ultimateParent,
      @Schema(
              description = "Where what it makes with the capacity is used, ISO 3166-1 alpha-2",
              examples = "DE")
          @Nullable String endUse,
      @Schema(description = "Denied-party lists that name it; absent where it was not screened")
          @Nullable List<DeniedPartyList> listedOn,
      @Schema(description = "The share of it that listed parties own")
          @Nullable FigureView ownedByListedPercent,
      @Schema(description = "The share of it that parties own whom OFAC has designated")
          @Nullable FigureView ownedBySdnPercent,
      @Schema(description = "The share of it that parties own whom the affiliates rule counts")
          @Nullable FigureView ownedByBisListedPercent,
      @Schema(description = "Rules that it sets for itself") @Nullable List<TenantRule> ownRules) {

    static TenantView of(TenantFacts facts) {
      return new TenantView(
          facts.residence(),
          facts.ultimateParent(),
          facts.endUse(),
          listOrNull(facts.listedOn()),
          FigureView.of(facts.ownedByListedPercent()),
          FigureView.of(facts.ownedBySdnPercent()),
          FigureView.of(facts.ownedByBisListedPercent()),
          listOrNull(facts.ownRules()));
    }
  }

  /** The use. */
  @Schema(
      name = "RequestFacts",
      description = "How the capacity was to be used; what is absent was unknown")
  record RequestView(
      @Nullable Mode mode,
      @Nullable Workload workload,
      @Nullable DataResidency dataResidency,
      @Schema(description = "Whether a US person or a site in the US takes part")
          @Nullable Boolean usNexus) {

    static RequestView of(RequestFacts facts) {
      return new RequestView(
          facts.mode(), facts.workload(), facts.dataResidency(), facts.usNexus());
    }
  }

  /** Nodes about which the same is known. */
  @Schema(name = "NodeClassFacts", description = "Nodes about which the same is known")
  record NodeClassView(
      @Schema(description = "Which nodes; empty for one that was only described")
          List<NodeId> nodeIds,
      @Schema(description = "Whose they are; absent for one that was only described")
          @Nullable OrganizationId providerId,
      ProviderView provider,
      NodeView node,
      AcceleratorView accelerator) {

    NodeClassView named(List<NodeId> ids) {
      return new NodeClassView(List.copyOf(ids), providerId, provider, node, accelerator);
    }
  }

  /** The provider. */
  @Schema(
      name = "ProviderFacts",
      description = "What was known of the provider; what is absent was unknown")
  record ProviderView(
      @Schema(description = "Where it is registered, ISO 3166-1 alpha-2", examples = "DE")
          @Nullable String residence,
      @Schema(
              description = "Where the headquarters of its ultimate parent are, ISO 3166-1 alpha-2",
              examples = "DE")
          @Nullable String ultimateParent,
      @Schema(description = "Denied-party lists that name it; absent where it was not screened")
          @Nullable List<DeniedPartyList> listedOn,
      @Schema(description = "The share of it that listed parties own")
          @Nullable FigureView ownedByListedPercent,
      @Schema(description = "The share of it that parties own whom OFAC has designated")
          @Nullable FigureView ownedBySdnPercent,
      @Schema(description = "The share of it that parties own whom the affiliates rule counts")
          @Nullable FigureView ownedByBisListedPercent) {

    static ProviderView of(ProviderFacts facts) {
      return new ProviderView(
          facts.residence(),
          facts.ultimateParent(),
          listOrNull(facts.listedOn()),
          FigureView.of(facts.ownedByListedPercent()),
          FigureView.of(facts.ownedBySdnPercent()),
          FigureView.of(facts.ownedByBisListedPercent()));
    }
  }

  /** The node. */
  @Schema(
      name = "NodeFacts",
      description = "What was known of the node; what is absent was unknown")
  record NodeView(
      @Schema(description = "Where it stands, ISO 3166-1 alpha-2", examples = "DE")
          @Nullable String country,
      @Schema(description = "When the evidence of that lapses; absent where it does not")
          @Nullable Instant countryEvidenceEnd,
      @Schema(description = "Whether the site is paid for by a state")
          @Nullable Boolean stateFunded,
      @Schema(description = "Authorisations attached to it")
          @Nullable List<AuthorisationView> authorisations,
      @Schema(description = "Whether it is not for the tenant") @Nullable Boolean excludesTenant,
      @Schema(description = "Whether it is for the tenant") @Nullable Boolean allowsTenant,
      @Schema(description = "Sovereign or residency zones that it lies in")
          @Nullable List<String> zones,
      @Schema(
              description =
                  "Entries of the control list that somebody classed its devices under; empty for none")
          @Nullable List<String> classifiedAs,
      @Schema(
              description =
                  "When the evidence of its zones and of who pays for the site lapses; absent where it"
                      + " does not")
          @Nullable Instant flagsEvidenceEnd) {

    static NodeView of(NodeFacts facts) {
      List<NodeFacts.Authorisation> attached = facts.authorisations();
      return new NodeView(
          facts.country(),
          facts.countryEvidenceEnd(),
          facts.stateFunded(),
          attached == null ? null : attached.stream().map(AuthorisationView::of).toList(),
          facts.excludesTenant(),
          facts.allowsTenant(),
          listOrNull(facts.zones()),
          listOrNull(facts.classifiedAs()),
          facts.flagsEvidenceEnd());
    }
  }

  /** An authorisation. */
  @Schema(name = "AuthorisationFacts", description = "An authorisation attached to a node")
  record AuthorisationView(
      @Schema(examples = "LIC-1") String id,
      @Schema(description = "The first moment at which it holds") Instant start,
      @Schema(description = "The first moment at which it no longer holds; absent for no end")
          @Nullable Instant end,
      @Schema(description = "Which authority issued it; absent for unknown")
          @Nullable Regime regime,
      @Schema(description = "Whether it covers the device where the node stands")
          @Nullable Boolean coversPlace,
      @Schema(
              description =
                  "Whether it covers that the device goes to where the tenant uses it; true where"
                      + " nothing is handed over, absent for unknown")
          @Nullable Boolean coversHandover) {

    static AuthorisationView of(NodeFacts.Authorisation authorisation) {
      return new AuthorisationView(
          authorisation.id(),
          authorisation.start(),
          authorisation.end(),
          authorisation.regime(),
          authorisation.coversPlace(),
          authorisation.coversHandover());
    }

    NodeFacts.Authorisation toFacts() {
      // Decisions of before this was told apart took every authorisation for one that covers all.
      return coversPlace == null
          ? new NodeFacts.Authorisation(id, start, end, regime)
          : new NodeFacts.Authorisation(id, start, end, regime, coversPlace, coversHandover);
    }
  }

  /** The device. */
  @Schema(
      name = "AcceleratorFacts",
      description = "What was known of the device; what is absent was unknown")
  record AcceleratorView(
      @Schema(examples = "nvidia-h100-sxm") @Nullable String model,
      @Schema(examples = "NVIDIA") @Nullable String vendor,
      @Schema(examples = "US") @Nullable String vendorCountry,
      @Schema(description = "Made or marketed for data centres") @Nullable Boolean dataCentre,
      @Schema(description = "Total processing performance") @Nullable FigureView tpp,
      @Schema(description = "TPP over the logic dies' area in mm²")
          @Nullable FigureView performanceDensity,
      @Schema(description = "Bandwidth to its memory, gigabytes a second")
          @Nullable FigureView dramGbPerSecond,
      @Schema(description = "Bandwidth to other devices, both directions, gigabytes a second")
          @Nullable FigureView interconnectGbPerSecond) {

    static AcceleratorView of(AcceleratorFacts facts) {
      return new AcceleratorView(
          facts.model(),
          facts.vendor(),
          facts.vendorCountry(),
          facts.datacentre(),
          FigureView.of(facts.tpp()),
          FigureView.of(facts.performanceDensity()),
          FigureView.of(facts.dramGbPerSecond()),
          FigureView.of(facts.interconnectGbPerSecond()));
    }
  }

  /** A figure that is known. */
  @Schema(
      name = "FactFigure",
      description = "A figure as an interval: both bounds are the same where it is exact")
  record FigureView(
      @Schema(description = "The least it can be", examples = "15832") BigDecimal min,
      @Schema(description = "The most it can be", examples = "15832") BigDecimal max) {

    static @Nullable FigureView of(Figure figure) {
      BigDecimal min = figure.min();
      BigDecimal max = figure.max();
      return min == null || max == null ? null : new FigureView(min, max);
    }
  }

  private static <T> @Nullable List<T> listOrNull(@Nullable Collection<T> values) {
    return values == null ? null : List.copyOf(values);
  }
}
