package io.berth.booking;

import io.berth.booking.internal.DepthStore;
import io.berth.platform.Money;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is on offer of a model at a moment, whoever offers it and whoever may lease it. */
@ApplicationScoped
public class Depth {

  private final DepthStore store;

  Depth(DepthStore store) {
    this.store = store;
  }

  /**
   * Accelerators at one price.
   *
   * @param accelerators how many of them are free
   */
  public record Ask(Money pricePerAcceleratorHour, long accelerators) {}

  /**
   * Published offers of a model, added up by price, the cheapest first.
   *
   * @param region only nodes with this region label; null for all
   * @param levels so many prices at the most
   */
  public Uni<List<Ask>> asks(
      SqlConnection connection, String model, @Nullable String region, Instant now, int levels) {
    return store.asks(connection, model, region, now, levels);
  }

  /** The countries in which nodes of a model with that region label stand. */
  public Uni<Set<String>> countries(SqlConnection connection, String model, String region) {
    return store.countries(connection, model, region);
  }
}
