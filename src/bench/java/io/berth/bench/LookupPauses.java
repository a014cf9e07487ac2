package io.berth.bench;

import io.berth.policy.LiveVerdicts;
import io.berth.policy.PackSet;
import io.berth.policy.RulePack;
import io.berth.policy.VerdictIndex;

/**
 * How long a thread that looks verdicts up without end ever waits for one, while packs are reloaded
 * beside it and while nothing happens beside it: what both have in common is the machine's doing.
 */
final class LookupPauses {

  private static final int RELOADS = 10;

  private final LiveVerdicts live;
  private final BenchWorld world = new BenchWorld();
  private volatile boolean isRunning = true;
  private volatile int sink;
  private long longestNanos;

  private LookupPauses() {
    live = new LiveVerdicts(VerdictIndex.of(world.packs(), world.nodes()));
    world.tenants().forEach(live::tenantClass);
  }

  /** Longest waits, in nanoseconds. */
  record Pauses(long whileReloading, long otherwise) {}

  static Pauses measure() throws InterruptedException {
    // The first run warms up; of both halves, the second counts.
    new LookupPauses().longest(true);
    new LookupPauses().longest(false);
    return new Pauses(new LookupPauses().longest(true), new LookupPauses().longest(false));
  }

  private long longest(boolean reloading) throws InterruptedException {
    Thread reader = new Thread(this::lookUp, "lookups");
    reader.start();
    for (int reload = 0; reload < RELOADS; reload++) {
      if (reloading) {
        live.replace(PackSet.of(RulePack.compile(world.packText(100 + reload))));
      } else {
        Thread.sleep(300);
      }
    }
    isRunning = false;
    reader.join();
    return longestNanos;
  }

  private void lookUp() {
    int node = 0;
    int sum = 0;
    long before = System.nanoTime();
    while (isRunning) {
      node = node + 7_919 < BenchWorld.NODES ? node + 7_919 : node + 7_919 - BenchWorld.NODES;
      sum += live.verdict(node % BenchWorld.TENANTS, node);
      long now = System.nanoTime();
      longestNanos = Math.max(longestNanos, now - before);
      before = now;
    }
    sink = sum;
  }
}
