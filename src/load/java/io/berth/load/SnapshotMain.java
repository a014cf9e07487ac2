package io.berth.load;

import io.berth.load.LoadMarket.Tenant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How long a replica takes from its start until it is ready, and how much memory its snapshot of
 * the market takes, in a market of {@code -Dnodes} (125,000) nodes with {@code -Dleases} (50,000)
 * live leases and as many reservations ahead.
 */
public final class SnapshotMain {

  private static final int NODES_A_POOL = 250;
  private static final double MIB = 1024 * 1024;

  private SnapshotMain() {}

  /** Measures it. */
  public static void main(String[] arguments) throws Exception {
    int nodes = Integer.getInteger("nodes", 125_000);
    int leases = Integer.getInteger("leases", 50_000);
    try (Surroundings around = Surroundings.start()) {
      Map<String, String> settings = around.settings();
      long emptyBytes;
      try (LoadService service =
          LoadService.start(around.folder(), settings, Options.ofService())) {
        emptyBytes = service.liveBytes();
        LoadMarket market = new LoadMarket(service.address(), around.issuer(), around.database());
        Tenant tenant = market.tenants(1).getFirst();
        market.lay(nodes / NODES_A_POOL, NODES_A_POOL);
        market.lease(tenant.id(), leases, leases);
      }
      List<Duration> starts = new ArrayList<>();
      long fullBytes = 0;
      for (int start = 0; start < 3; start++) {
        try (LoadService service =
            LoadService.start(around.folder(), settings, Options.ofService())) {
          starts.add(service.readyAfter());
          fullBytes = service.liveBytes();
        }
      }
      System.out.println(Machine.described());
      System.out.printf(
          "%,d nodes, %,d devices, %,d leases and as many reservations%n",
          nodes, nodes * LoadMarket.DEVICES, leases);
      System.out.printf(
          "ready after %s s (at most 20)%n",
          String.join(
              ", ", starts.stream().map(one -> "%.1f".formatted(one.toMillis() / 1e3)).toList()));
      System.out.printf(
          "live heap %.0f MiB, of which the snapshot %.0f MiB (at most 1024)%n",
          fullBytes / MIB, (fullBytes - emptyBytes) / MIB);
    }
  }
}
