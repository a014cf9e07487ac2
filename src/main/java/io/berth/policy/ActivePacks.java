package io.berth.policy;

import io.berth.platform.Database;
import io.berth.platform.Scope;
import io.berth.policy.internal.PackLibrary;
import io.berth.policy.internal.PackRow;
import io.berth.policy.internal.PackStore;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The packs that decide: what the database holds as active and scheduled, compiled. One row there
 * counts its changes; a replica that is behind that count loads anew before it decides anything
 * that is kept.
 */
@ApplicationScoped
public class ActivePacks {

  private static final Scope SCOPE = Scope.system("policy");

  private final PackStore store;
  private final PackLibrary library;
  private final Database database;
  private volatile @Nullable Known known;

  ActivePacks(PackStore store, PackLibrary library, Database database) {
    this.store = store;
    this.library = library;
    this.database = database;
  }

  private record Known(PackSet set, List<ShadowPack> shadows) {

    long revision() {
      return set.revision();
    }
  }

  /** What this replica knows: for searches, and whatever else is not kept. */
  public PackSet current() {
    return known().set();
  }

  /** The packs that run in shadow, as this replica knows them. */
  List<ShadowPack> shadows() {
    return known().shadows();
  }

  private Known known() {
    Known now = known;
    if (now == null) {
      throw new IllegalStateException("packs are loaded before anything is answered");
    }
    return now;
  }

  /**
   * What is in force until the end of the connection's transaction: for whatever is kept. Not for a
   * transaction that itself changes what is in force, since that may yet be rolled back.
   */
  public Uni<PackSet> locked(SqlConnection connection) {
    return store
        .shareRevision(connection)
        .chain(revision -> upTo(connection, revision))
        .map(Known::set);
  }

  /** Looks whether anything has changed. */
  @Scheduled(
      every = "${berth.policy.refresh-interval:1s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  public Uni<Void> refresh() {
    return database
        .sql(
            SCOPE,
            connection -> store.revision(connection).chain(revision -> upTo(connection, revision)))
        .replaceWithVoid();
  }

  private Uni<Known> upTo(SqlConnection connection, long revision) {
    Known before = known;
    return before != null && before.revision() == revision
        ? Uni.createFrom().item(before)
        : store
            .inForce(connection)
            .chain(found ->
                library
                    .packs(connection, found.rows())
                    .map(packs -> publish(read(found, packs), packs)));
  }

  private static Known read(PackStore.InForce found, Map<String, RulePack> packs) {
    List<PackTimeline> timelines = new ArrayList<>();
    List<ShadowPack> shadows = new ArrayList<>();
    for (PackRow row : found.rows()) {
      RulePack pack = packs.get(row.hash());
      if (pack == null) {
        throw new IllegalStateException("a version keeps its text: " + row.id());
      }
      switch (row.state()) {
        case ACTIVE -> timelines.add(PackTimeline.of(row.layer(), row.owner(), pack, Instant.MIN));
        case SCHEDULED -> {
          Instant from = row.activeFrom();
          if (from == null) {
            throw new IllegalStateException("what is scheduled has a date: " + row.id());
          }
          timelines.add(PackTimeline.of(row.layer(), row.owner(), pack, from));
        }
        case SHADOW -> shadows.add(new ShadowPack(row.id(), row.layer(), row.owner(), pack));
        case DRAFT, RETIRED -> {}
      }
    }
    return new Known(PackSet.of(found.revision(), timelines), List.copyOf(shadows));
  }

  /** Makes it what is known, unless somebody else was faster and has news. */
  private synchronized Known publish(Known fresh, Map<String, RulePack> packs) {
    Known before = known;
    if (before == null || fresh.revision() > before.revision()) {
      known = fresh;
      library.keep(packs);
    }
    return fresh;
  }
}
