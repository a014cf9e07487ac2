package io.berth.booking.internal;

import io.berth.booking.LeaseTerm;
import io.berth.booking.internal.LiveMarket.View;
import io.berth.identity.Organization;
import io.berth.identity.Organizations;
import io.berth.inventory.Node;
import io.berth.inventory.NodeId;
import io.berth.inventory.NodePoolId;
import io.berth.matching.OfferedPool;
import io.berth.platform.Database;
import io.berth.platform.OrganizationId;
import io.berth.platform.ProblemException;
import io.berth.platform.Scope;
import io.berth.policy.AuthorisationBook;
import io.berth.policy.Authorisations;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What is on offer to a tenant: the market in memory, and what is read anew for each request. */
@ApplicationScoped
public class Market {

  private static final Scope SCOPE = Scope.system("booking");

  private final MarketFeed feed;
  private final Organizations organizations;
  private final Authorisations authorisations;
  private final Database database;

  Market(
      MarketFeed feed,
      Organizations organizations,
      Authorisations authorisations,
      Database database) {
    this.feed = feed;
    this.organizations = organizations;
    this.authorisations = authorisations;
    this.database = database;
  }

  /** What is on offer to one tenant. */
  public static final class Stock {

    private final View view;
    private final Organization tenant;
    private final AuthorisationBook authorisations;

    private Stock(View view, Organization tenant, AuthorisationBook authorisations) {
      this.view = view;
      this.tenant = tenant;
      this.authorisations = authorisations;
    }

    /** The offers with their sellable nodes, as the planner takes them. */
    List<OfferedPool> offered() {
      return view.byPrice();
    }

    /** The same at the prices of a term; those only that are leased so. */
    List<OfferedPool> offered(LeaseTerm term) {
      return term.isFirm() ? view.byPrice() : view.interruptible();
    }

    /** Their pools, with nodes that are not sellable too. */
    Iterable<LiveMarket.PoolState> pools() {
      return view.pools().values();
    }

    /** What the providers and the tenant hold. */
    AuthorisationBook authorisations() {
      return authorisations;
    }

    /** The tenant that asks. */
    Organization tenant() {
      return tenant;
    }

    /** A provider or the tenant. */
    Organization organization(OrganizationId id) {
      if (id.equals(tenant.id())) {
        return tenant;
      }
      Organization organization = view.providers().get(id);
      if (organization == null) {
        throw new IllegalStateException("a provider is read with what it offers: " + id);
      }
      return organization;
    }

    /** A node of a pool, as this stock has it. */
    public Node node(NodePoolId pool, NodeId id) {
      LiveMarket.PoolState state = view.pools().get(pool);
      if (state == null) {
        throw new IllegalStateException("a plan is made of pools of the stock only: " + pool);
      }
      return state.node(id);
    }
  }

  /** Reads the stock for a tenant; fails with 404 where there is no such organization. */
  public Uni<Stock> stock(OrganizationId tenant) {
    return view().chain(view -> database.sql(SCOPE, connection -> stock(connection, view, tenant)));
  }

  /** What is on offer to anybody. Not within a transaction, since it waits for another. */
  Uni<View> view() {
    return feed.current().map(LiveMarket::view);
  }

  /** The stock for a tenant, as {@link #stock(OrganizationId)}, in the caller's transaction. */
  Uni<Stock> stock(SqlConnection connection, View view, OrganizationId tenant) {
    Set<OrganizationId> parties = new HashSet<>(view.providers().keySet());
    parties.add(tenant);
    // Sent together, done one after the other.
    return Uni.combine()
        .all()
        .unis(
            organizations.all(connection, SCOPE, List.of(tenant)),
            authorisations.book(connection, parties))
        .with((found, book) ->
            new Stock(
                view,
                Optional.ofNullable(found.get(tenant))
                    .orElseThrow(() -> ProblemException.notFound("organization", tenant)),
                book));
  }

  /** Has nodes read anew at the next turn: what was planned on them did not hold. */
  void suspect(Collection<NodeId> nodes) {
    feed.suspect(nodes);
  }
}
