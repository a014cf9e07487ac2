package io.berth.policy;

import io.berth.platform.OrganizationId;
import io.berth.policy.internal.PackLibrary;
import io.berth.policy.internal.PackStore;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import org.jspecify.annotations.Nullable;

/** Versions of packs in whatever state, for rooms that ask what they would do. */
@ApplicationScoped
public class PackVersions {

  private final PackStore store;
  private final PackLibrary library;

  PackVersions(PackStore store, PackLibrary library) {
    this.store = store;
    this.library = library;
  }

  /**
   * A version.
   *
   * @param owner whose pack it is; null for the platform's
   * @param pack the compiled text
   */
  public record PackVersion(
      PackVersionId id,
      PackLayer layer,
      @Nullable OrganizationId owner,
      PackState state,
      RulePack pack) {}

  /** One version, whoever's it is, so only for officers; fails with 404. */
  public Uni<PackVersion> get(SqlConnection connection, PackVersionId id) {
    return store
        .get(connection, id)
        .chain(row ->
            library
                .pack(connection, row)
                .map(pack ->
                    new PackVersion(row.id(), row.layer(), row.owner(), row.state(), pack)));
  }
}
