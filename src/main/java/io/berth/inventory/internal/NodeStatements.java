package io.berth.inventory.internal;

import io.berth.audit.AuditTrail;
import io.berth.inventory.ClusterId;
import io.berth.inventory.FlagStatement;
import io.berth.inventory.NodeId;
import io.berth.inventory.Stated;
import io.berth.platform.Database;
import io.berth.platform.OrganizationId;
import io.berth.platform.Preconditions;
import io.berth.platform.ProblemException;
import io.berth.platform.ProblemType;
import io.berth.platform.Scope;
import io.berth.platform.Tx;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Takes what providers and officers say about single nodes. */
@ApplicationScoped
public class NodeStatements {

  private final Database database;
  private final ClusterStore store;
  private final NodeSync sync;
  private final StoredJson json;
  private final AuditTrail audit;
  private final Clock clock;

  NodeStatements(
      Database database,
      ClusterStore store,
      NodeSync sync,
      StoredJson json,
      AuditTrail audit,
      Clock clock) {
    this.database = database;
    this.store = store;
    this.sync = sync;
    this.json = json;
    this.audit = audit;
    this.clock = clock;
  }

  /** A node as it stands; fails with 404. */
  Uni<NodeRow> get(Scope scope, NodeId id) {
    return database.orm(scope, session -> found(session, scope, id));
  }

  /** Its provider says something about it, in place of what it said before. */
  Uni<NodeRow> declare(Scope scope, NodeId id, @Nullable String ifMatch, FlagStatement statement) {
    Stated stated =
        new Stated(statement, scope.actor(), clock.instant(), null, java.util.List.of());
    return change(
        scope,
        id,
        ifMatch,
        "node.declareFlags",
        stated,
        row -> {
          if (scope.organization().filter(own(row)::equals).isEmpty()) {
            throw ProblemException.notFound("node of your organization", id);
          }
          row.declared = json.write(stated);
        });
  }

  /** An officer found out, in place of what was found before. */
  Uni<NodeRow> verify(Scope scope, NodeId id, @Nullable String ifMatch, Stated found) {
    return change(
        scope,
        id,
        ifMatch,
        "node.verifyFlags",
        found,
        row -> {
          requireFourEyes(scope, row);
          row.verified = json.write(found);
        });
  }

  private void requireFourEyes(Scope scope, NodeRow row) {
    if (scope.organization().filter(own(row)::equals).isPresent()) {
      throw new ProblemException(
          ProblemType.FORBIDDEN,
          "Nobody verifies their own organization's nodes: an officer of another one must.");
    }
    Stated declared = json.readStated(row.declared);
    if (declared != null && declared.by().equals(scope.actor())) {
      throw new ProblemException(
          ProblemType.FORBIDDEN, "You declared this yourself: another officer must verify it.");
    }
  }

  private static OrganizationId own(NodeRow row) {
    return new OrganizationId(row.providerId);
  }

  /** The cluster's row is held meanwhile, as for every conclusion about its nodes. */
  private Uni<NodeRow> change(
      Scope scope,
      NodeId id,
      @Nullable String ifMatch,
      String action,
      Stated stated,
      Consumer<NodeRow> change) {
    Instant now = clock.instant();
    return database.orm(
        scope,
        session ->
            found(session, scope, id)
                .call(row ->
                    store
                        .lock(session, Scope.system("inventory"), new ClusterId(row.clusterId))
                        .chain(locked ->
                            session
                                .refresh(row)
                                .invoke(() -> {
                                  Preconditions.requireMatch(ifMatch, row.version);
                                  change.accept(row);
                                  row.version++;
                                })
                                .chain(session::flush)
                                .chain(() -> sync.declared(session, locked.orElseThrow(), now))))
                .call(row ->
                    audit.append(
                        Tx.of(session),
                        scope,
                        action,
                        id,
                        Map.of("version", row.version, "stated", stated))));
  }

  private Uni<NodeRow> found(Mutiny.Session session, Scope scope, NodeId id) {
    return store
        .node(session, scope, id)
        .map(found -> found.orElseThrow(() -> ProblemException.notFound("node", id)));
  }
}
