package io.berth.policy.internal;

import io.berth.policy.PackLayer;
import io.berth.policy.RulePack;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compiled packs by hash. Compiling takes too long for an event loop, so it is done beside; what is
 * in force stays compiled, of the rest the last few that somebody asked for.
 */
@ApplicationScoped
public class PackLibrary {

  private static final int RECENT_MAX = 64;

  private final PackStore store;
  private final Vertx vertx;
  private final Map<String, RulePack> recent =
      new LinkedHashMap<>(RECENT_MAX, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, RulePack> eldest) {
          return size() > RECENT_MAX;
        }
      };
  private Map<String, RulePack> inForce = Map.of();

  public PackLibrary(PackStore store, Vertx vertx) {
    this.store = store;
    this.vertx = vertx;
  }

  /**
   * Checks and compiles a text; fails with {@link io.berth.policy.InvalidPackException}.
   *
   * @param layer the layer that it is meant for
   */
  Uni<RulePack> compile(String text, PackLayer layer) {
    return vertx.executeBlocking(() -> RulePack.compile(text, layer), false).invoke(this::remember);
  }

  /** The compiled pack of a version that is there. */
  public Uni<RulePack> pack(SqlConnection connection, PackRow row) {
    return packs(connection, List.of(row))
        .map(packs -> {
          RulePack pack = packs.get(row.hash());
          if (pack == null) {
            throw new IllegalStateException("a version keeps its text: " + row.id());
          }
          return pack;
        });
  }

  /** The compiled packs of versions that are there, by hash. */
  public Uni<Map<String, RulePack>> packs(SqlConnection connection, Collection<PackRow> rows) {
    Map<String, RulePack> packs = new HashMap<>();
    List<String> absent = new ArrayList<>();
    for (String hash : rows.stream().map(PackRow::hash).distinct().toList()) {
      RulePack pack = find(hash);
      if (pack == null) {
        absent.add(hash);
      } else {
        packs.put(hash, pack);
      }
    }
    if (absent.isEmpty()) {
      return Uni.createFrom().item(packs);
    }
    return store
        .texts(connection, absent)
        .chain(texts ->
            vertx.executeBlocking(
                () -> {
                  texts.forEach((hash, text) -> packs.put(hash, RulePack.compile(text)));
                  return packs;
                },
                false));
  }

  /**
   * Compiled packs of texts that were read by somebody who does not trust them.
   *
   * @param texts by the hash under which each is kept
   * @return by the same hash; without those whose text has another one
   */
  Uni<Map<String, RulePack>> genuine(Map<String, String> texts) {
    return vertx.executeBlocking(
        () -> {
          Map<String, RulePack> packs = new HashMap<>();
          texts.forEach((hash, text) -> {
            if (StoredJson.hash(text).equals(hash)) {
              RulePack kept = find(hash);
              RulePack pack = kept == null ? RulePack.compile(text) : kept;
              remember(pack);
              packs.put(hash, pack);
            }
          });
          return packs;
        },
        false);
  }

  /** Keeps what is in force compiled, in place of what was. */
  public synchronized void keep(Map<String, RulePack> packs) {
    inForce = Map.copyOf(packs);
  }

  /** Keeps a pack for a while. */
  synchronized void remember(RulePack pack) {
    recent.put(pack.hash(), pack);
  }

  private synchronized @Nullable RulePack find(String hash) {
    RulePack kept = inForce.get(hash);
    return kept == null ? recent.get(hash) : kept;
  }
}
