package io.berth.booking;

import io.berth.catalog.AcceleratorCatalog;
import io.berth.identity.Organization;
import io.berth.identity.Organizations;
import io.berth.identity.UseProfile;
import io.berth.inventory.Inventory;
import io.berth.inventory.Node;
import io.berth.inventory.NodeId;
import io.berth.platform.Database;
import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import io.berth.platform.Scope;
import io.berth.policy.AcceleratorFacts;
import io.berth.policy.ActivePacks;
import io.berth.policy.Approvals;
import io.berth.policy.AuthorisationBook;
import io.berth.policy.AuthorisationUse;
import io.berth.policy.Authorisations;
import io.berth.policy.Decision;
import io.berth.policy.DecisionId;
import io.berth.policy.DecisionPurpose;
import io.berth.policy.Facts;
import io.berth.policy.NodeFacts;
import io.berth.policy.NodeJudgement;
import io.berth.policy.PackSet;
import io.berth.policy.PolicyQuestion;
import io.berth.policy.ProviderFacts;
import io.berth.policy.RequestFacts;
import io.berth.policy.ReviewApproval;
import io.berth.policy.TenantFacts;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
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
  private final ActivePacks activePacks;
  private final Approvals approvals;
  private final Authorisations authorisations;
  private final Database database;
  private final Clock clock;

  NodeVerdicts(
      Organizations organizations,
      Inventory inventory,
      AcceleratorCatalog catalog,
      ActivePacks activePacks,
      Approvals approvals,
      Authorisations authorisations,
      Database database,
      Clock clock) {
    this.organizations = organizations;
    this.inventory = inventory;
    this.catalog = catalog;
    this.activePacks = activePacks;
    this.approvals = approvals;
    this.authorisations = authorisations;
    this.database = database;
    this.clock = clock;
  }

  /** Nodes that a tenant holds, with all that is known about them. */
  public static final class Held {

    private final Organization tenant;
    private final List<HeldNode> nodes;
    private final AuthorisationBook book;

    /** How many are wanted in all; empty for as many as a node has. */
    private final OptionalInt accelerators;

    private Held(
        Organization tenant,
        List<HeldNode> nodes,
        AuthorisationBook book,
        OptionalInt accelerators) {
      this.tenant = tenant;
      this.nodes = nodes;
      this.book = book;
      this.accelerators = accelerators;
    }

    /** The nodes. */
    public Collection<Node> nodes() {
      return nodes.stream().map(HeldNode::node).toList();
    }

    /** The tenant and those who provide the nodes. */
    public Collection<Organization> parties() {
      return Stream.concat(Stream.of(tenant), nodes.stream().map(HeldNode::provider))
          .distinct()
          .toList();
    }
  }

  private record HeldNode(Node node, Organization provider, AcceleratorFacts accelerator) {}

  /**
   * Reads what is known about nodes that a tenant holds.
   *
   * @param quote what holds the nodes, or did before it became a lease: of authorisations only what
   *     it reserved counts
   */
  public Uni<Held> held(OrganizationId tenant, Set<NodeId> nodes, QuoteId quote) {
    return database.sql(SCOPE, connection -> held(connection, tenant, nodes, quote));
  }

  /** The same in the caller's transaction. */
  public Uni<Held> held(
      SqlConnection connection, OrganizationId tenant, Set<NodeId> nodes, QuoteId quote) {
    return read(
        connection,
        tenant,
        nodes,
        OptionalInt.empty(),
        parties -> authorisations.heldBy(connection, quote));
  }

  /**
   * The same for nodes that a tenant might hold: what authorisations still have room for counts.
   */
  public Uni<Held> offered(OrganizationId tenant, Set<NodeId> nodes) {
    return database.sql(
        SCOPE, connection -> offered(connection, tenant, nodes, OptionalInt.empty()));
  }

  /**
   * The same in the caller's transaction, where it is known how many are wanted on all of them:
   * authorisations must have room for so many.
   */
  public Uni<Held> offered(
      SqlConnection connection, OrganizationId tenant, Set<NodeId> nodes, int accelerators) {
    return offered(connection, tenant, nodes, OptionalInt.of(accelerators));
  }

  private Uni<Held> offered(
      SqlConnection connection,
      OrganizationId tenant,
      Set<NodeId> nodes,
      OptionalInt accelerators) {
    return read(
        connection,
        tenant,
        nodes,
        accelerators,
        parties -> authorisations.book(connection, parties));
  }

  private Uni<Held> read(
      SqlConnection connection,
      OrganizationId tenant,
      Set<NodeId> nodes,
      OptionalInt accelerators,
      Function<Set<OrganizationId>, Uni<AuthorisationBook>> authorised) {
    return inventory
        .nodes(connection, SCOPE, nodes)
        .chain(found -> {
          Set<OrganizationId> parties =
              Stream.concat(Stream.of(tenant), found.stream().map(Node::provider))
                  .collect(Collectors.toSet());
          // Sent together, done one after the other.
          return Uni.combine()
              .all()
              .unis(organizations.all(connection, SCOPE, parties), authorised.apply(parties))
              .with((known, book) -> held(tenant, nodes, accelerators, found, known, book));
        });
  }

  private Held held(
      OrganizationId tenant,
      Set<NodeId> asked,
      OptionalInt accelerators,
      List<Node> found,
      Map<OrganizationId, Organization> parties,
      AuthorisationBook book) {
    if (found.size() != asked.size()) {
      throw new IllegalStateException("nodes are never deleted: " + asked);
    }
    return new Held(
        party(parties, tenant),
        found.stream()
            .sorted(Comparator.comparing(node -> node.id().value()))
            .map(node ->
                new HeldNode(
                    node,
                    party(parties, node.provider()),
                    node.modelId()
                        .flatMap(catalog::find)
                        .map(Facts::of)
                        .orElseGet(Facts::unknownAccelerator)))
            .toList(),
        book,
        accelerators);
  }

  /**
   * The decision on held nodes for a use and a period, by the packs that stay in force until the
   * end of the connection's transaction.
   */
  public Uni<Decision> judge(
      SqlConnection connection, Held held, UseProfile use, Period period, DecisionPurpose purpose) {
    return Uni.combine()
        .all()
        .unis(activePacks.locked(connection), known(connection, held, use))
        .with((packs, known) -> judge(packs, known, period, purpose));
  }

  /** What is known of a tenant's use of held nodes, to be judged by any packs. */
  public static final class Known {

    private final Held held;
    private final RequestFacts request;
    private final List<ReviewApproval> approved;

    private Known(Held held, RequestFacts request, List<ReviewApproval> approved) {
      this.held = held;
      this.request = request;
      this.approved = approved;
    }
  }

  /**
   * The same of some of the nodes.
   *
   * @param accelerators how many are wanted on all of them
   */
  public Known only(Known known, Set<NodeId> nodes, int accelerators) {
    return new Known(
        new Held(
            known.held.tenant,
            known.held.nodes.stream().filter(one -> nodes.contains(one.node().id())).toList(),
            known.held.book,
            OptionalInt.of(accelerators)),
        known.request,
        known.approved);
  }

  /** Reads what else is known of a use of held nodes. */
  public Uni<Known> known(SqlConnection connection, Held held, UseProfile use) {
    RequestFacts request = Facts.of(use);
    return approvals
        .standing(connection, held.tenant.id(), Facts.of(held.tenant), request)
        .map(approved -> new Known(held, request, approved));
  }

  /** The decision by some packs, in force or not: for what is only asked. */
  public Decision judge(PackSet packs, Known known, Period period, DecisionPurpose purpose) {
    return decide(packs, known.held, known.request, known.approved, period, purpose);
  }

  private Decision decide(
      PackSet packs,
      Held held,
      RequestFacts request,
      List<ReviewApproval> approved,
      Period period,
      DecisionPurpose purpose) {
    OrganizationId tenant = held.tenant.id();
    TenantFacts tenantFacts = Facts.of(held.tenant);
    List<NodeJudgement> judgements =
        held.nodes.stream()
            .map(one -> {
              ProviderFacts provider = Facts.providerOf(one.provider());
              NodeFacts facts =
                  held.book.factsOf(
                      one.node(),
                      tenant,
                      tenantFacts,
                      request,
                      one.accelerator(),
                      period,
                      held.accelerators.orElse(one.node().slots()));
              return new NodeJudgement(
                  one.node().id(),
                  one.provider().id(),
                  provider,
                  facts,
                  one.accelerator(),
                  packs.judge(
                      tenant,
                      one.provider().id(),
                      new PolicyQuestion(
                          tenantFacts,
                          request,
                          provider,
                          facts,
                          one.accelerator(),
                          period,
                          approved)));
            })
            .toList();
    Set<OrganizationId> providers =
        held.nodes.stream().map(one -> one.provider().id()).collect(Collectors.toSet());
    return new Decision(
        DecisionId.fresh(),
        tenant,
        purpose,
        period,
        clock.instant(),
        packs.packs(tenant, providers, period),
        tenantFacts,
        request,
        approved,
        judgements);
  }

  /**
   * Reserves for an open quote what its decision uses of authorisations.
   *
   * @param held what the decision was made on, by {@link #offered}
   * @return fails with {@link io.berth.policy.AuthorisationTaken} where there is no longer enough
   */
  public Uni<Void> reserve(
      SqlConnection connection, Held held, Decision decision, Quote quote, Instant now) {
    return activePacks
        .locked(connection)
        .chain(packs ->
            authorisations.reserve(
                connection,
                quote.id(),
                quote.tenant(),
                uses(packs, held, decision, quote),
                quote.expiresAt(),
                now));
  }

  private static List<AuthorisationUse> uses(
      PackSet packs, Held held, Decision decision, Quote quote) {
    return decision.nodes().stream()
        .flatMap(judged -> {
          int accelerators =
              quote.held().stream()
                  .filter(slots -> slots.node().equals(judged.node()))
                  .mapToInt(slots -> slots.slots().count())
                  .sum();
          PolicyQuestion question =
              new PolicyQuestion(
                  decision.tenantFacts(),
                  decision.request(),
                  judged.provider(),
                  judged.facts(),
                  judged.accelerator(),
                  decision.period(),
                  decision.approvals());
          return held
              .book
              .usesOf(
                  question,
                  other -> packs.judge(decision.tenant(), judged.providerId(), other),
                  accelerators)
              .stream();
        })
        .toList();
  }

  private static Organization party(Map<OrganizationId, Organization> parties, OrganizationId id) {
    Organization party = parties.get(id);
    if (party == null) {
      throw new IllegalStateException("a party of a lease is not there: " + id);
    }
    return party;
  }
}
