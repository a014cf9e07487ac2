package io.berth.booking;

import io.berth.catalog.AcceleratorCatalog;
import io.berth.identity.Organization;
import io.berth.identity.Organizations;
import io.berth.identity.UseProfile;
import io.berth.inventory.Inventory;
import io.berth.inventory.Node;
import io.berth.inventory.NodeId;
import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import io.berth.platform.Scope;
import io.berth.policy.ActivePack;
import io.berth.policy.Decision;
import io.berth.policy.DecisionId;
import io.berth.policy.DecisionPurpose;
import io.berth.policy.Facts;
import io.berth.policy.NodeJudgement;
import io.berth.policy.PolicyQuestion;
import io.berth.policy.RulePack;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Judges nodes that a tenant already holds, by what is known now. Reads, and records nothing. */
@ApplicationScoped
public class NodeVerdicts {

  private static final Scope SCOPE = Scope.system("booking");

  private final Organizations organizations;
  private final Inventory inventory;
  private final AcceleratorCatalog catalog;
  private final ActivePack activePack;
  private final Clock clock;

  NodeVerdicts(
      Organizations organizations,
      Inventory inventory,
      AcceleratorCatalog catalog,
      ActivePack activePack,
      Clock clock) {
    this.organizations = organizations;
    this.inventory = inventory;
    this.catalog = catalog;
    this.activePack = activePack;
    this.clock = clock;
  }

  /** The decision on some nodes for a tenant, a use and a period. */
  public Uni<Decision> judge(
      OrganizationId tenant,
      UseProfile use,
      Set<NodeId> nodes,
      Period period,
      DecisionPurpose purpose) {
    return inventory
        .nodes(SCOPE, nodes)
        .chain(held ->
            organizations
                .all(
                    SCOPE,
                    Stream.concat(Stream.of(tenant), held.stream().map(Node::provider))
                        .collect(Collectors.toSet()))
                .map(parties -> decide(tenant, use, held, parties, nodes, period, purpose)));
  }

  private Decision decide(
      OrganizationId tenant,
      UseProfile use,
      List<Node> held,
      Map<OrganizationId, Organization> parties,
      Set<NodeId> asked,
      Period period,
      DecisionPurpose purpose) {
    Map<NodeId, Node> byId = held.stream().collect(Collectors.toMap(Node::id, Function.identity()));
    RulePack pack = activePack.current();
    var tenantFacts = Facts.of(party(parties, tenant));
    var request = Facts.of(use);
    List<NodeJudgement> judgements =
        asked.stream()
            .sorted(Comparator.comparing(NodeId::value))
            .map(id -> {
              Node node = byId.get(id);
              if (node == null) {
                throw new IllegalStateException("nodes are never deleted: " + id);
              }
              var provider = Facts.providerOf(party(parties, node.provider()));
              var facts = Facts.of(node);
              var accelerator =
                  node.modelId()
                      .flatMap(catalog::find)
                      .map(Facts::of)
                      .orElseGet(Facts::unknownAccelerator);
              return new NodeJudgement(
                  id,
                  provider,
                  facts,
                  accelerator,
                  pack.judge(
                      new PolicyQuestion(
                          tenantFacts, request, provider, facts, accelerator, period)));
            })
            .toList();
    return new Decision(
        DecisionId.fresh(),
        tenant,
        purpose,
        period,
        clock.instant(),
        pack.id(),
        pack.version(),
        pack.hash(),
        tenantFacts,
        request,
        judgements);
  }

  private static Organization party(Map<OrganizationId, Organization> parties, OrganizationId id) {
    Organization party = parties.get(id);
    if (party == null) {
      throw new IllegalStateException("a party of a lease is not there: " + id);
    }
    return party;
  }
}
