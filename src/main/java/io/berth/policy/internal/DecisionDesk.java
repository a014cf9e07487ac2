package io.berth.policy.internal;

import io.berth.catalog.AcceleratorCatalog;
import io.berth.catalog.AcceleratorModel;
import io.berth.identity.Organizations;
import io.berth.identity.UseProfile;
import io.berth.inventory.Inventory;
import io.berth.inventory.Node;
import io.berth.inventory.NodeId;
import io.berth.platform.Database;
import io.berth.platform.OrganizationId;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.Period;
import io.berth.platform.ProblemException;
import io.berth.platform.ProblemType;
import io.berth.platform.Scope;
import io.berth.policy.AcceleratorFacts;
import io.berth.policy.ActivePacks;
import io.berth.policy.Approvals;
import io.berth.policy.Authorisations;
import io.berth.policy.Decision;
import io.berth.policy.DecisionId;
import io.berth.policy.DecisionPurpose;
import io.berth.policy.Decisions;
import io.berth.policy.Facts;
import io.berth.policy.NodeFacts;
import io.berth.policy.NodeJudgement;
import io.berth.policy.PackSet;
import io.berth.policy.PolicyQuestion;
import io.berth.policy.ProviderFacts;
import io.berth.policy.RequestFacts;
import io.berth.policy.ReviewApproval;
import io.berth.policy.TenantFacts;
import io.berth.policy.Verdict;
import io.berth.policy.internal.EnquiryApi.Enquiry;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Answers enquiries and reads decisions back. */
@ApplicationScoped
public class DecisionDesk {

  private static final Scope SYSTEM = Scope.system("policy");

  private final Organizations organizations;
  private final Inventory inventory;
  private final AcceleratorCatalog catalog;
  private final ActivePacks activePacks;
  private final Approvals approvals;
  private final Authorisations authorisations;
  private final Decisions decisions;
  private final DecisionStore store;
  private final Database database;
  private final Clock clock;

  DecisionDesk(
      Organizations organizations,
      Inventory inventory,
      AcceleratorCatalog catalog,
      ActivePacks activePacks,
      Approvals approvals,
      Authorisations authorisations,
      Decisions decisions,
      DecisionStore store,
      Database database,
      Clock clock) {
    this.organizations = organizations;
    this.inventory = inventory;
    this.catalog = catalog;
    this.activePacks = activePacks;
    this.approvals = approvals;
    this.authorisations = authorisations;
    this.decisions = decisions;
    this.store = store;
    this.database = database;
    this.clock = clock;
  }

  /** Judges what is asked and keeps the decision. */
  Uni<DecisionRow> judge(Scope scope, Enquiry enquiry) {
    Instant now = clock.instant();
    enquiry.requireOneOfEach();
    Period period = enquiry.periodAt(now);
    return tenant(scope, enquiry)
        .chain(tenant ->
            subject(scope, enquiry, tenant, period)
                .chain(subject ->
                    database.sql(
                        scope,
                        connection ->
                            activePacks
                                .locked(connection)
                                .chain(packs ->
                                    approvals(connection, tenant, enquiry)
                                        .map(approvals ->
                                            decide(
                                                packs, tenant, enquiry, subject, approvals, period,
                                                now)))
                                .call(decision -> decisions.record(connection, scope, decision))
                                .chain(decision -> store.get(connection, scope, decision.id())))));
  }

  /** What is approved for an organization is not approved for one that is only described. */
  private Uni<List<ReviewApproval>> approvals(
      SqlConnection connection, Tenant tenant, Enquiry enquiry) {
    return tenant.id() == null
        ? Uni.createFrom().item(List.of())
        : approvals.standing(
            connection, tenant.id(), tenant.facts(), enquiry.requestOver(tenant.profile()));
  }

  /** Reads one; fails with 404. */
  Uni<DecisionRow> get(Scope scope, DecisionId id) {
    return database.sql(scope, connection -> store.get(connection, scope, id));
  }

  /** Reads a page. */
  Uni<Page<DecisionRow>> list(
      Scope scope, PageRequest page, @Nullable Verdict verdict, @Nullable DecisionPurpose purpose) {
    return database
        .sql(scope, connection -> store.list(connection, scope, page, verdict, purpose))
        .map(rows -> page.page(rows, row -> row.id().toString()));
  }

  /**
   * For whom it is asked.
   *
   * @param id whose own packs judge; null where the tenant is only described
   * @param keptFor the organization that the decision is kept for
   */
  private record Tenant(
      @Nullable OrganizationId id, OrganizationId keptFor, TenantFacts facts, UseProfile profile) {}

  /**
   * What it is asked about.
   *
   * @param providerId whose own packs judge; null where the provider is only described
   */
  private record Subject(
      @Nullable NodeId node,
      @Nullable OrganizationId providerId,
      ProviderFacts provider,
      NodeFacts facts,
      AcceleratorFacts accelerator) {}

  private Uni<Tenant> tenant(Scope scope, Enquiry enquiry) {
    OrganizationId own = scope.organization().orElseThrow();
    if (enquiry.tenant() != null) {
      if (!scope.seesAll()) {
        throw new ProblemException(
                ProblemType.FORBIDDEN,
                "Only operators and compliance officers may describe a tenant.")
            .at("/tenant", "Leave it out to ask for your own organization.");
      }
      return Uni.createFrom()
          .item(new Tenant(null, own, enquiry.tenant().toFacts(), UseProfile.UNKNOWN));
    }
    return organizations
        .get(scope, enquiry.tenantId() == null ? own : enquiry.tenantId())
        .map(found -> new Tenant(found.id(), found.id(), Facts.of(found), found.facts().profile()));
  }

  private Uni<Subject> subject(Scope scope, Enquiry enquiry, Tenant tenant, Period period) {
    if (enquiry.nodeId() != null) {
      return inventory
          .node(scope, enquiry.nodeId())
          .chain(node -> realNode(node, tenant, enquiry.requestOver(tenant.profile()), period));
    }
    NodeFacts node =
        enquiry.node() == null ? new NodeFacts(null, null, null, null) : enquiry.node().toFacts();
    String slug = String.valueOf(enquiry.accelerator());
    AcceleratorModel model =
        catalog
            .find(slug)
            .orElseThrow(() ->
                ProblemException.unprocessable(
                    "/accelerator",
                    "There is no accelerator '" + slug + "': GET /v1/accelerators lists them."));
    return provider(scope, enquiry)
        .map(provider -> new Subject(null, enquiry.providerId(), provider, node, Facts.of(model)));
  }

  /** Authorisations count where there is room for one device. */
  private Uni<Subject> realNode(Node node, Tenant tenant, RequestFacts request, Period period) {
    AcceleratorFacts accelerator =
        node.modelId().flatMap(catalog::find).map(Facts::of).orElseGet(Facts::unknownAccelerator);
    return organizations
        .get(SYSTEM, node.provider())
        .chain(provider ->
            authorisations
                .book(holders(node, tenant.id()))
                .map(book ->
                    new Subject(
                        node.id(),
                        provider.id(),
                        Facts.providerOf(provider),
                        book.factsOf(
                            node, tenant.id(), tenant.facts(), request, accelerator, period, 1),
                        accelerator)));
  }

  private static Set<OrganizationId> holders(Node node, @Nullable OrganizationId tenant) {
    return tenant == null || tenant.equals(node.provider())
        ? Set.of(node.provider())
        : Set.of(node.provider(), tenant);
  }

  private Uni<ProviderFacts> provider(Scope scope, Enquiry enquiry) {
    if (enquiry.providerId() != null) {
      return realProvider(scope, enquiry.providerId());
    }
    return Uni.createFrom()
        .item(enquiry.provider() == null ? ProviderFacts.UNKNOWN : enquiry.provider().toFacts());
  }

  /** Of other organizations a caller may learn how they count as providers, if they are any. */
  private Uni<ProviderFacts> realProvider(Scope scope, OrganizationId id) {
    Uni<Boolean> mayAsk = scope.sees(id) ? Uni.createFrom().item(true) : inventory.isProvider(id);
    return mayAsk.chain(may -> organizations.get(may ? SYSTEM : scope, id)).map(Facts::providerOf);
  }

  private static Decision decide(
      PackSet packs,
      Tenant tenant,
      Enquiry enquiry,
      Subject subject,
      List<ReviewApproval> approvals,
      Period period,
      Instant now) {
    RequestFacts request = enquiry.requestOver(tenant.profile());
    PolicyQuestion question =
        new PolicyQuestion(
            tenant.facts(),
            request,
            subject.provider(),
            subject.facts(),
            subject.accelerator(),
            period,
            approvals);
    OrganizationId provider = subject.providerId();
    return new Decision(
        DecisionId.fresh(),
        tenant.keptFor(),
        DecisionPurpose.ENQUIRY,
        period,
        now,
        packs.packs(tenant.id(), provider == null ? List.of() : List.of(provider), period),
        tenant.facts(),
        request,
        approvals,
        List.of(
            new NodeJudgement(
                subject.node(),
                provider,
                subject.provider(),
                subject.facts(),
                subject.accelerator(),
                packs.judge(tenant.id(), provider, question))));
  }
}
