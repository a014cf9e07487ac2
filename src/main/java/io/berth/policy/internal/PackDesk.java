package io.berth.policy.internal;

import io.berth.audit.AuditTrail;
import io.berth.platform.Database;
import io.berth.platform.OrganizationId;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.Preconditions;
import io.berth.platform.ProblemException;
import io.berth.platform.ProblemType;
import io.berth.platform.Scope;
import io.berth.platform.Tx;
import io.berth.policy.InvalidPackException;
import io.berth.policy.PackLayer;
import io.berth.policy.PackProblem;
import io.berth.policy.PackState;
import io.berth.policy.PackState.Action;
import io.berth.policy.PackVersionId;
import io.berth.policy.RulePack;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Takes packs in, shows them and moves them through their lives. */
@ApplicationScoped
public class PackDesk {

  /** Versions of one owner, or of one of the platform's layers, that are not retired. */
  private static final int VERSIONS_MAX = 100;

  /**
   * Versions of one owner in one layer that run in shadow at once: every decision that is kept
   * judges each of them beside what is in force, in the same transaction.
   */
  static final int SHADOWS_MAX = 5;

  private static final Set<PackState> NOT_RETIRED =
      EnumSet.complementOf(EnumSet.of(PackState.RETIRED));

  private final PackStore store;
  private final PackLibrary library;
  private final PackLife life;
  private final AuditTrail audit;
  private final Database database;
  private final Clock clock;

  PackDesk(
      PackStore store,
      PackLibrary library,
      PackLife life,
      AuditTrail audit,
      Database database,
      Clock clock) {
    this.store = store;
    this.library = library;
    this.life = life;
    this.audit = audit;
    this.database = database;
    this.clock = clock;
  }

  /** Takes a pack in as a draft, or refuses it whole with the place of everything wrong. */
  Uni<PackRow> upload(PackRights rights, Scope scope, PackLayer layer, String text) {
    OrganizationId owner = rights.ownerOf(layer);
    return library
        .compile(text, layer)
        .onFailure(InvalidPackException.class)
        .transform(refusal -> problem((InvalidPackException) refusal))
        .chain(pack -> {
          PackRow draft =
              PackRow.draft(
                  layer, owner, pack, rights.subject(), rights.organization(), clock.instant());
          return database
              .sql(scope, connection -> insert(connection, scope, draft, pack))
              .replaceWith(draft);
        });
  }

  private static ProblemException problem(InvalidPackException refusal) {
    int count = refusal.problems().size();
    PackProblem first = refusal.problems().getFirst();
    ProblemException problem =
        new ProblemException(
            ProblemType.UNPROCESSABLE,
            (count == 1
                    ? "Something is wrong with the pack"
                    : count + " things are wrong with the pack")
                + ", so nothing of it was taken; the first is at line "
                + first.line()
                + ", column "
                + first.column()
                + ": "
                + first.message()
                + ".");
    refusal.problems().forEach(one -> problem.at(one.line(), one.column(), one.message()));
    return problem;
  }

  private Uni<Void> insert(SqlConnection connection, Scope scope, PackRow draft, RulePack pack) {
    return store
        .of(connection, draft.layer(), draft.owner(), NOT_RETIRED)
        .invoke(others -> {
          if (others.size() >= VERSIONS_MAX) {
            throw ProblemException.conflict(
                "There are "
                    + others.size()
                    + " versions in this layer that are not retired, which is the most: retire"
                    + " some.");
          }
        })
        .chain(() -> store.insert(connection, draft, pack.text()))
        .invoke(isNew -> {
          if (!isNew) {
            throw ProblemException.conflict(
                "There is a version "
                    + pack.version()
                    + " of the pack "
                    + pack.id()
                    + " already, and a version's name means one text for good: give it another"
                    + " version.");
          }
        })
        .chain(() ->
            audit.append(
                Tx.of(connection),
                scope,
                "rulePack.upload",
                draft.id(),
                Map.of(
                    "layer", draft.layer(),
                    "pack", pack.id(),
                    "version", pack.version(),
                    "hash", pack.hash())));
  }

  /** Reads one; fails with 404. */
  Uni<PackRow> get(PackRights rights, Scope scope, PackVersionId id) {
    return database.sql(scope, connection -> seen(connection, rights, id));
  }

  /** Reads one's text; fails with 404. */
  Uni<String> text(PackRights rights, Scope scope, PackVersionId id) {
    return database.sql(
        scope, connection -> seen(connection, rights, id).chain(() -> store.text(connection, id)));
  }

  private Uni<PackRow> seen(SqlConnection connection, PackRights rights, PackVersionId id) {
    return store.get(connection, id).invoke(rights::requireSees);
  }

  /** Reads a page. */
  Uni<Page<PackRow>> list(
      Scope scope,
      PageRequest page,
      @Nullable PackLayer layer,
      @Nullable PackState state,
      @Nullable String packId) {
    OrganizationId viewer = scope.seesAll() ? null : scope.organization().orElseThrow();
    return database
        .sql(scope, connection -> store.list(connection, viewer, page, layer, state, packId))
        .map(rows -> page.page(rows, row -> row.id().toString()));
  }

  /** A second person agrees. */
  Uni<PackRow> approve(PackRights rights, Scope scope, PackVersionId id, @Nullable String ifMatch) {
    Instant now = clock.instant();
    return database.sql(
        scope,
        connection ->
            store
                .lock(connection, id)
                .invoke(rights::requireSecond)
                .invoke(row -> requireAction(row, ifMatch, Action.APPROVE))
                .invoke(row -> {
                  if (row.approver() != null) {
                    throw ProblemException.conflict("The pack is approved already.");
                  }
                })
                .chain(row -> store.update(connection, row.approved(rights.subject(), now)))
                .call(row ->
                    audit.append(
                        Tx.of(connection),
                        scope,
                        "rulePack.approve",
                        id,
                        Map.of("hash", row.hash(), "author", row.author()))));
  }

  /** Starts to evaluate it beside what is in force. */
  Uni<PackRow> shadow(PackRights rights, Scope scope, PackVersionId id, @Nullable String ifMatch) {
    Instant now = clock.instant();
    return change(
        scope,
        id,
        (connection, row) -> {
          rights.requireWrites(row);
          requireAction(row, ifMatch, Action.SHADOW);
          return requireRoomForShadow(connection, row)
              .chain(() -> life.shadow(connection, scope, row, now));
        });
  }

  private Uni<Void> requireRoomForShadow(SqlConnection connection, PackRow row) {
    return store
        .of(connection, row.layer(), row.owner(), Set.of(PackState.SHADOW))
        .invoke(shadows -> {
          if (shadows.size() >= SHADOWS_MAX) {
            throw ProblemException.conflict(
                "There are "
                    + shadows.size()
                    + " versions in this layer that run in shadow already, which is the most:"
                    + " retire one of them, or let it come into force.");
          }
        })
        .replaceWithVoid();
  }

  /** Lets it come into force at a date, or now. */
  Uni<PackRow> schedule(
      PackRights rights,
      Scope scope,
      PackVersionId id,
      @Nullable String ifMatch,
      @Nullable Instant at) {
    Instant now = clock.instant();
    if (at != null && !at.isAfter(now)) {
      throw ProblemException.unprocessable(
          "/at", "It is past already: leave it out to let the pack come into force now.");
    }
    return change(
        scope,
        id,
        (connection, row) -> {
          rights.requireWrites(row);
          if (row.state() == PackState.SCHEDULED) {
            // To put off what is scheduled permits for longer what it forbids.
            rights.requireMoves(row, at);
          }
          requireAction(row, ifMatch, at == null ? Action.ACTIVATE : Action.SCHEDULE);
          if (row.approver() == null) {
            throw ProblemException.conflict(
                "Nobody but its author has agreed to the pack yet: another person approves it"
                    + " first.");
          }
          return at == null
              ? life.activate(connection, scope, row, now)
              : requireFree(connection, row, at)
                  .chain(() -> life.schedule(connection, scope, row, at, now));
        });
  }

  private Uni<Void> requireFree(SqlConnection connection, PackRow row, Instant at) {
    return store
        .of(connection, row.layer(), row.owner(), Set.of(PackState.SCHEDULED))
        .invoke(scheduled -> {
          if (scheduled.stream()
              .anyMatch(other ->
                  other.isSamePack(row)
                      && at.equals(other.activeFrom())
                      && !other.id().equals(row.id()))) {
            throw ProblemException.conflict(
                "Another version of the pack is scheduled for the same moment: retire that one, or"
                    + " choose another.");
          }
        })
        .replaceWithVoid();
  }

  /** Takes it out. */
  Uni<PackRow> retire(PackRights rights, Scope scope, PackVersionId id, @Nullable String ifMatch) {
    Instant now = clock.instant();
    return change(
        scope,
        id,
        (connection, row) -> {
          rights.requireRetires(row);
          requireAction(row, ifMatch, Action.RETIRE);
          return requireBaselineLeft(connection, row)
              .chain(() -> life.retire(connection, scope, row, now));
        });
  }

  private Uni<Void> requireBaselineLeft(SqlConnection connection, PackRow row) {
    if (row.layer() != PackLayer.BASELINE || row.state() != PackState.ACTIVE) {
      return Uni.createFrom().voidItem();
    }
    return store
        .of(connection, PackLayer.BASELINE, null, Set.of(PackState.ACTIVE))
        .invoke(active -> {
          if (active.size() == 1) {
            throw ProblemException.conflict(
                "This is the only baseline in force, and without one nothing would be judged:"
                    + " activate another version instead.");
          }
        })
        .replaceWithVoid();
  }

  /** A change of one version. */
  private interface Change {
    Uni<PackRow> apply(SqlConnection connection, PackRow row);
  }

  /** The revision is locked first and the version after, here as in the schedule's worker. */
  private Uni<PackRow> change(Scope scope, PackVersionId id, Change change) {
    return database.sql(
        scope,
        connection ->
            store
                .lockRevision(connection)
                .chain(() -> store.lock(connection, id))
                .chain(row -> change.apply(connection, row)));
  }

  private static void requireAction(PackRow row, @Nullable String ifMatch, Action action) {
    Preconditions.requireMatch(ifMatch, row.version());
    if (row.state().after(action).isEmpty()) {
      throw ProblemException.conflict(
          "The pack is " + row.state().wire() + ", which does not allow this.");
    }
  }
}
