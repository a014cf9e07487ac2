package io.berth.policy.internal;

import io.berth.catalog.AcceleratorCatalog;
import io.berth.platform.Database;
import io.berth.platform.OrganizationId;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.ProblemException;
import io.berth.platform.Scope;
import io.berth.policy.ActivePacks;
import io.berth.policy.Judgement;
import io.berth.policy.PackChange;
import io.berth.policy.PackLayer;
import io.berth.policy.PackSet;
import io.berth.policy.PackState;
import io.berth.policy.PackVersionId;
import io.berth.policy.PolicyCases;
import io.berth.policy.PolicyQuestion;
import io.berth.policy.RulePack;
import io.berth.policy.internal.PackReportApi.DiffView;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reports on packs: what changed, what a shadow would have decided, how worked cases come out. */
@ApplicationScoped
public class PackReports {

  private final PackStore store;
  private final ShadowStore shadows;
  private final PackLibrary library;
  private final ActivePacks active;
  private final AcceleratorCatalog catalog;
  private final Database database;
  private final Vertx vertx;

  PackReports(
      PackStore store,
      ShadowStore shadows,
      PackLibrary library,
      ActivePacks active,
      AcceleratorCatalog catalog,
      Database database,
      Vertx vertx) {
    this.store = store;
    this.shadows = shadows;
    this.library = library;
    this.active = active;
    this.catalog = catalog;
    this.database = database;
    this.vertx = vertx;
  }

  /**
   * What changed.
   *
   * @param against the version before; null for the one of the same pack that is in force
   */
  Uni<DiffView> diff(
      PackRights rights, Scope scope, PackVersionId id, @Nullable PackVersionId against) {
    return database.sql(
        scope,
        connection ->
            seen(connection, rights, id)
                .chain(after ->
                    before(connection, rights, after, against)
                        .chain(before ->
                            library
                                .packs(connection, List.of(before, after))
                                .map(packs ->
                                    new DiffView(
                                        before.id(),
                                        after.id(),
                                        changes(
                                            packs.get(before.hash()), packs.get(after.hash())))))));
  }

  private static List<PackChange> changes(@Nullable RulePack before, @Nullable RulePack after) {
    if (before == null || after == null) {
      throw new IllegalStateException("a version keeps its text");
    }
    return after.changesSince(before);
  }

  private Uni<PackRow> before(
      SqlConnection connection, PackRights rights, PackRow after, @Nullable PackVersionId against) {
    if (against != null) {
      return seen(connection, rights, against);
    }
    return store
        .of(connection, after.layer(), after.owner(), Set.of(PackState.ACTIVE))
        .map(rows ->
            rows.stream()
                .filter(after::isSamePack)
                .findFirst()
                .orElseThrow(() ->
                    ProblemException.malformed(
                        "?against",
                        "No version of this pack is in force: name one to compare with.")));
  }

  /** Reads a page of what it would have decided otherwise. */
  Uni<Page<ShadowDifference>> differences(
      PackRights rights, Scope scope, PackVersionId id, PageRequest page) {
    return database
        .sql(
            scope,
            connection ->
                seen(connection, rights, id)
                    .invoke(rights::requireReports)
                    .chain(() -> shadows.list(connection, id, page)))
        .map(rows -> page.page(rows, row -> row.id().toString()));
  }

  /**
   * Judges worked cases, beside event loops since there may be many.
   *
   * @param besideOthers whether the packs in force judge as well
   */
  Uni<PolicyCases.Report> test(
      PackRights rights, Scope scope, PackVersionId id, String csv, boolean besideOthers) {
    return database
        .sql(
            scope,
            connection ->
                seen(connection, rights, id)
                    .chain(row ->
                        library.pack(connection, row).map(pack -> judged(row, pack, besideOthers))))
        .chain(set ->
            vertx.executeBlocking(
                () -> PolicyCases.read(csv, catalog.all()).judge(question -> set.judge(question)),
                false));
  }

  /** A version and what judges. */
  private record Judged(PackRow row, PackSet packs) {

    Judgement judge(PolicyQuestion question) {
      OrganizationId owner = row.owner();
      return packs.judge(
          row.layer() == PackLayer.TENANT ? owner : null,
          row.layer() == PackLayer.PROVIDER ? owner : null,
          question);
    }
  }

  private Judged judged(PackRow row, RulePack pack, boolean besideOthers) {
    PackSet packs =
        besideOthers ? active.current().with(row.layer(), row.owner(), pack) : PackSet.of(pack);
    return new Judged(row, packs);
  }

  private Uni<PackRow> seen(SqlConnection connection, PackRights rights, PackVersionId id) {
    return store.get(connection, id).invoke(rights::requireSees);
  }
}
