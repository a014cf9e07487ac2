package io.berth.policy.internal;

import io.berth.audit.AuditTrail;
import io.berth.platform.OrganizationId;
import io.berth.platform.Outbox;
import io.berth.platform.Scope;
import io.berth.platform.Tx;
import io.berth.policy.PackLayer;
import io.berth.policy.PackState;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changes what is in force. Every call belongs into a transaction that has locked the revision, so
 * that nothing is judged half by the old and half by the new.
 */
@ApplicationScoped
public class PackLife {

  private final PackStore store;
  private final AuditTrail audit;
  private final Outbox outbox;

  PackLife(PackStore store, AuditTrail audit, Outbox outbox) {
    this.store = store;
    this.audit = audit;
    this.outbox = outbox;
  }

  /** What others hear of a change. */
  record PackChanged(
      String change,
      PackLayer layer,
      @Nullable OrganizationId owner,
      String pack,
      String version,
      @Nullable Instant activeFrom) {}

  /** Puts a version into force and takes the one before it out. */
  Uni<PackRow> activate(SqlConnection connection, Scope scope, PackRow row, Instant now) {
    return store
        .of(connection, row.layer(), row.owner(), List.of(PackState.ACTIVE))
        .chain(active ->
            Multi.createFrom()
                .iterable(active)
                .filter(row::isSamePack)
                .onItem()
                .transformToUniAndConcatenate(
                    old -> move(connection, scope, old, PackState.RETIRED, old.activeFrom(), now))
                .collect()
                .asList())
        .chain(() -> move(connection, scope, row, PackState.ACTIVE, now, now));
  }

  /** Lets a version come into force at a date. */
  Uni<PackRow> schedule(
      SqlConnection connection, Scope scope, PackRow row, Instant at, Instant now) {
    return move(connection, scope, row, PackState.SCHEDULED, at, now);
  }

  /** Evaluates a version beside what is in force. */
  Uni<PackRow> shadow(SqlConnection connection, Scope scope, PackRow row, Instant now) {
    return move(connection, scope, row, PackState.SHADOW, null, now);
  }

  /** Takes a version out. */
  Uni<PackRow> retire(SqlConnection connection, Scope scope, PackRow row, Instant now) {
    return move(connection, scope, row, PackState.RETIRED, row.activeFrom(), now);
  }

  private Uni<PackRow> move(
      SqlConnection connection,
      Scope scope,
      PackRow row,
      PackState state,
      @Nullable Instant activeFrom,
      Instant now) {
    return store
        .update(connection, row.in(state, activeFrom, now))
        .call(moved -> told(connection, scope, moved, row.state()));
  }

  /** Draft and shadow judge nothing, so only leaving them or what follows is news. */
  private Uni<Void> told(SqlConnection connection, Scope scope, PackRow row, PackState before) {
    PackChanged change =
        new PackChanged(
            row.state().wire(),
            row.layer(),
            row.owner(),
            row.packId(),
            row.packVersion(),
            row.activeFrom());
    boolean judges =
        row.state() == PackState.ACTIVE
            || row.state() == PackState.SCHEDULED
            || before == PackState.ACTIVE
            || before == PackState.SCHEDULED;
    return store
        .bumpRevision(connection)
        .chain(() ->
            audit.append(
                Tx.of(connection), scope, "rulePack." + row.state().wire(), row.id(), change))
        .chain(() ->
            judges
                ? outbox.append(Tx.of(connection), "policy.packsChanged", row.id(), change)
                : Uni.createFrom().voidItem());
  }
}
