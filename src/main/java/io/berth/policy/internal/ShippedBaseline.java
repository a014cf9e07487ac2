package io.berth.policy.internal;

import io.berth.platform.Database;
import io.berth.platform.Scope;
import io.berth.policy.ActivePacks;
import io.berth.policy.PackLayer;
import io.berth.policy.PackState;
import io.berth.policy.RulePack;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Enters the baseline that ships with this version of the service, before it answers anything. It
 * comes into force where no baseline is, or where the one that is was shipped too and nobody has
 * ever put in a version of their own: whoever runs the platform as shipped gets the shipped rules.
 * Elsewhere it comes in as a draft for people to decide on. A version that was entered once is left
 * alone, so an older replica that starts later changes nothing.
 */
@ApplicationScoped
public class ShippedBaseline {

  private static final Logger LOG = Logger.getLogger(ShippedBaseline.class);
  private static final Scope SCOPE = Scope.system("policy");
  private static final Duration START_MAX = Duration.ofMinutes(1);

  private final PackStore store;
  private final PackLibrary library;
  private final PackLife life;
  private final ActivePacks active;
  private final Database database;
  private final Clock clock;

  ShippedBaseline(
      PackStore store,
      PackLibrary library,
      PackLife life,
      ActivePacks active,
      Database database,
      Clock clock) {
    this.store = store;
    this.library = library;
    this.life = life;
    this.active = active;
    this.database = database;
    this.clock = clock;
  }

  /** Before the scheduler's first work, some of which judges. */
  void start(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE - 1) StartupEvent event) {
    RulePack shipped = RulePack.exportBaseline();
    library.remember(shipped);
    enter(shipped).chain(active::refresh).await().atMost(START_MAX);
  }

  /** Enters a baseline, once. */
  Uni<Void> enter(RulePack shipped) {
    Instant now = clock.instant();
    return database.sql(
        SCOPE,
        connection ->
            store
                .lockRevision(connection)
                .chain(() ->
                    store.of(connection, PackLayer.BASELINE, null, EnumSet.allOf(PackState.class)))
                .chain(known -> enter(connection, shipped, known, now)));
  }

  private Uni<Void> enter(
      SqlConnection connection, RulePack shipped, List<PackRow> known, Instant now) {
    for (PackRow row : known) {
      if (row.packId().equals(shipped.id()) && row.packVersion().equals(shipped.version())) {
        if (!row.hash().equals(shipped.hash())) {
          LOG.warnf(
              "The shipped baseline differs from what was entered under its version, which stays:"
                  + " pack=%s entered=%s shipped=%s",
              shipped, row.hash(), shipped.hash());
        }
        return Uni.createFrom().voidItem();
      }
    }
    boolean none = known.stream().noneMatch(row -> row.state() == PackState.ACTIVE);
    boolean untouched = known.stream().allMatch(PackRow::isShipped);
    PackRow draft = PackRow.draft(PackLayer.BASELINE, null, shipped, SCOPE.actor(), null, now);
    return store
        .insert(connection, draft, shipped.text())
        .chain(() ->
            none || untouched
                ? life.activate(connection, SCOPE, draft, now).replaceWithVoid()
                : Uni.createFrom().voidItem());
  }
}
