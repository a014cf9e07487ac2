package io.berth.policy;

import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * The packs that decide. Compiled while the service starts, which takes too long for an event loop
 * and refuses the start where the baseline is broken.
 */
@Startup
@ApplicationScoped
public class ActivePacks {

  private final PackSet packs;

  /**
   * Compiles the shipped baseline.
   *
   * @throws InvalidPackException where it is not fit for use
   */
  public ActivePacks() {
    packs = PackSet.of(RulePack.exportBaseline());
  }

  /** What this replica knows: for searches, and whatever else is not kept. */
  public PackSet current() {
    return packs;
  }

  /**
   * What is in force until the end of the connection's transaction: for whatever is kept. One use
   * case asks once, so that all of it is judged by the same.
   */
  public Uni<PackSet> locked(SqlConnection connection) {
    return Uni.createFrom().item(packs);
  }
}
