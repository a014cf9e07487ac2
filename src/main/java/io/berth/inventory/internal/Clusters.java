package io.berth.inventory.internal;

import io.berth.audit.AuditTrail;
import io.berth.inventory.Cluster;
import io.berth.inventory.ClusterCredentials;
import io.berth.inventory.ClusterId;
import io.berth.inventory.ClusterState;
import io.berth.inventory.CredentialType;
import io.berth.inventory.Declarations;
import io.berth.platform.Database;
import io.berth.platform.OrganizationId;
import io.berth.platform.Outbox;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.Preconditions;
import io.berth.platform.ProblemException;
import io.berth.platform.ProblemType;
import io.berth.platform.Scope;
import io.berth.platform.Secrets;
import io.berth.platform.Tx;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.time.Clock;
import java.util.function.Function;
import org.hibernate.exception.ConstraintViolationException;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** What people do with clusters. */
@ApplicationScoped
public class Clusters {

  static final String REGISTERED = "cluster.registered";
  static final String CHANGED = "cluster.changed";

  private static final String UNIQUE_VIOLATION = "23505";
  private static final String FOREIGN_KEY_VIOLATION = "23503";

  private final Database database;
  private final ClusterStore store;
  private final NodeSync nodes;
  private final StoredJson json;
  private final Secrets secrets;
  private final Outbox outbox;
  private final AuditTrail audit;
  private final Clock clock;

  Clusters(
      Database database,
      ClusterStore store,
      NodeSync nodes,
      StoredJson json,
      Secrets secrets,
      Outbox outbox,
      AuditTrail audit,
      Clock clock) {
    this.database = database;
    this.store = store;
    this.nodes = nodes;
    this.json = json;
    this.secrets = secrets;
    this.outbox = outbox;
    this.audit = audit;
    this.clock = clock;
  }

  /** The payload of {@code cluster.registered}. */
  record Registered(OrganizationId provider, String name) {}

  /** The payload of {@code cluster.changed}: its state now. */
  record Changed(ClusterState state) {}

  /** What the audit trail keeps of a registration or change: no secret. */
  record Recorded(
      String name,
      String server,
      CredentialType credentialType,
      ClusterState state,
      Declarations declarations) {}

  /**
   * Fails with 409 where the organization has a cluster of that name already: so that a repeated
   * registration calls nobody. What is registered meanwhile, {@link #register} finds.
   */
  Uni<Void> requireFree(Scope scope, OrganizationId provider, String name) {
    return database.orm(
        scope,
        session ->
            store
                .isNamed(session, provider, name)
                .invoke(taken -> {
                  if (taken) {
                    throw nameTaken();
                  }
                })
                .replaceWithVoid());
  }

  /** Takes in a cluster whose connection has been checked. */
  Uni<Cluster> register(
      Scope scope,
      OrganizationId provider,
      String name,
      URI server,
      ClusterCredentials credentials,
      Declarations declarations) {
    ClusterId id = ClusterId.fresh();
    ClusterRow row = new ClusterRow();
    row.id = id.value();
    row.providerId = provider.value();
    row.name = name;
    row.server = server.toString();
    row.state = ClusterState.PENDING;
    row.declarations = json.write(declarations);
    row.conditions = "[]";
    row.createdAt = clock.instant();
    row.nextSyncAt = row.createdAt;
    seal(row, credentials);
    return database
        .orm(
            scope,
            session ->
                session
                    .persist(row)
                    .chain(session::flush)
                    .chain(() ->
                        outbox.append(
                            Tx.of(session), REGISTERED, id, new Registered(provider, name)))
                    .chain(() ->
                        audit.append(Tx.of(session), scope, "cluster.register", id, recorded(row)))
                    .map(done -> store.cluster(row)))
        .onFailure(ConstraintViolationException.class)
        .transform(failure -> refusal((ConstraintViolationException) failure));
  }

  /** One page of the clusters that the scope may see. */
  Uni<Page<Cluster>> list(Scope scope, @Nullable ClusterState state, PageRequest page) {
    return database.orm(
        scope,
        session ->
            store
                .clusters(session, scope, state, page)
                .map(rows ->
                    page.page(rows, row -> new ClusterId(row.id).toString()).map(store::cluster)));
  }

  /** One cluster; 404 where there is none that the scope may see. */
  Uni<Cluster> get(Scope scope, ClusterId id) {
    return database.orm(
        scope,
        session ->
            store
                .find(session, scope, id)
                .map(found ->
                    store.cluster(
                        found.orElseThrow(() -> ProblemException.notFound("cluster", id)))));
  }

  /** What a cluster should be named, and what is declared about it. */
  record Wish(String name, Declarations declarations) {}

  /** Changes name and declarations to what {@code wish} makes of the cluster as it is. */
  Uni<Cluster> change(
      Scope scope, ClusterId id, @Nullable String ifMatch, Function<Cluster, Wish> wish) {
    return changing(
            scope,
            id,
            ifMatch,
            "cluster.change",
            (session, row) -> {
              Wish wished = wish.apply(store.cluster(row));
              row.name = wished.name();
              row.declarations = json.write(wished.declarations());
              // At once and not at the next look, which may be far off where the cluster is away.
              return session.flush().chain(() -> nodes.declared(session, row, clock.instant()));
            })
        .onFailure(ConstraintViolationException.class)
        .transform(failure -> refusal((ConstraintViolationException) failure));
  }

  /** Puts new credentials in the place of the old ones, which are forgotten. */
  Uni<Cluster> rotate(
      Scope scope, ClusterId id, @Nullable String ifMatch, Connections.Checked connection) {
    return changing(
        scope,
        id,
        ifMatch,
        "cluster.rotateCredentials",
        (session, row) -> {
          URI server = connection.server();
          if (server != null && !server.toString().equals(row.server)) {
            throw ProblemException.unprocessable(
                "/kubeconfig",
                "The kubeconfig is for another server than the cluster was registered with.");
          }
          seal(row, connection.credentials());
          row.nextSyncAt = clock.instant();
          row.looksFailed = 0;
          // What is being observed with the old credentials no longer counts.
          row.syncEpoch++;
          return Uni.createFrom().voidItem();
        });
  }

  /** Moves a cluster to another state; 409 where its state does not allow it. */
  Uni<Cluster> act(Scope scope, ClusterId id, ClusterState.Event event) {
    String verb = event.name().toLowerCase(java.util.Locale.ROOT);
    return database.orm(
        scope,
        session ->
            locked(session, scope, id)
                .chain(row -> {
                  ClusterState next =
                      row.state
                          .after(event)
                          .orElseThrow(() ->
                              ProblemException.conflict(
                                  "A cluster that is "
                                      + row.state.name().toLowerCase(java.util.Locale.ROOT)
                                      + " cannot "
                                      + verb
                                      + (event == ClusterState.Event.RETIRE
                                          ? ": drain it first."
                                          : ".")));
                  if (next == row.state) {
                    return Uni.createFrom().item(store.cluster(row));
                  }
                  row.state = next;
                  row.version++;
                  row.selling = ClusterSync.isSelling(next, json.readConditions(row.conditions));
                  if (next == ClusterState.RETIRED) {
                    row.nextSyncAt = null;
                    // Nobody will see again what becomes of what is leased of it.
                    if (row.unansweredSince == null) {
                      row.unansweredSince = clock.instant();
                      row.unansweredAt = row.unansweredSince;
                    }
                    // Nobody will connect again: do not keep what could.
                    row.credentials = secrets.encrypt("{}", id.toString());
                    row.credentialsVersion++;
                  }
                  return session
                      .flush()
                      .chain(() -> nodes.selling(session, row))
                      .chain(() -> tell(session, scope, row, "cluster." + verb));
                }));
  }

  private interface Change {
    Uni<Void> make(Mutiny.Session session, ClusterRow row);
  }

  private Uni<Cluster> changing(
      Scope scope, ClusterId id, @Nullable String ifMatch, String action, Change change) {
    return database.orm(
        scope,
        session ->
            locked(session, scope, id)
                .chain(row -> {
                  Preconditions.requireMatch(ifMatch, row.version);
                  if (row.state == ClusterState.RETIRED) {
                    throw ProblemException.conflict("A cluster that is retired cannot change.");
                  }
                  row.version++;
                  return change.make(session, row).chain(() -> tell(session, scope, row, action));
                }));
  }

  private Uni<ClusterRow> locked(Mutiny.Session session, Scope scope, ClusterId id) {
    Function<java.util.Optional<ClusterRow>, ClusterRow> require =
        found -> found.orElseThrow(() -> ProblemException.notFound("cluster", id));
    return store.lock(session, scope, id).map(require);
  }

  private Uni<Cluster> tell(Mutiny.Session session, Scope scope, ClusterRow row, String action) {
    ClusterId id = new ClusterId(row.id);
    return outbox
        .append(Tx.of(session), CHANGED, id, new Changed(row.state))
        .chain(() -> audit.append(Tx.of(session), scope, action, id, recorded(row)))
        .map(done -> store.cluster(row));
  }

  private void seal(ClusterRow row, ClusterCredentials credentials) {
    row.credentials =
        secrets.encrypt(json.writeCredentials(credentials), new ClusterId(row.id).toString());
    row.credentialType = credentials.type();
    row.credentialsVersion++;
  }

  private Recorded recorded(ClusterRow row) {
    return new Recorded(
        row.name,
        row.server,
        row.credentialType,
        row.state,
        json.readDeclarations(row.declarations));
  }

  private static ProblemException nameTaken() {
    return ProblemException.conflict("The organization has a cluster of that name already.")
        .at("/name", "is taken");
  }

  private static Throwable refusal(ConstraintViolationException failure) {
    return switch (String.valueOf(failure.getSQLState())) {
      case UNIQUE_VIOLATION -> nameTaken();
      case FOREIGN_KEY_VIOLATION ->
          new ProblemException(
              ProblemType.FORBIDDEN, "The organization in the token is not registered here.");
      default -> failure;
    };
  }
}
