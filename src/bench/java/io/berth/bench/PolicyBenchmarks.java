package io.berth.bench;

import io.berth.policy.IndexedNode;
import io.berth.policy.IndexedTenant;
import io.berth.policy.Judgement;
import io.berth.policy.LiveVerdicts;
import io.berth.policy.PackSet;
import io.berth.policy.RulePack;
import io.berth.policy.Verdict;
import io.berth.policy.VerdictIndex;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.roaringbitmap.ImmutableBitmapDataProvider;

/** The policy engine over the market of {@link BenchWorld}. */
@Fork(1)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@BenchmarkMode(Mode.AverageTime)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PolicyBenchmarks {

  static final int LOOKUPS = 100_000;

  /** An index in which all tenants have been seen. */
  @State(Scope.Benchmark)
  public static class Warm {

    LiveVerdicts live;
    VerdictIndex index;
    List<IndexedTenant> tenants;
    int[] tenantOf;
    int[] nodeOf;
    int next;

    public Warm() {
      BenchWorld world = new BenchWorld();
      tenants = world.tenants();
      index = VerdictIndex.of(world.packs(), world.nodes());
      live = new LiveVerdicts(index);
      tenants.forEach(live::tenantClass);
      Random random = new Random(1);
      tenantOf = random.ints(LOOKUPS, 0, tenants.size()).toArray();
      nodeOf = random.ints(LOOKUPS, 0, BenchWorld.NODES).toArray();
    }
  }

  /** Any tenant, any node: 100,000 pairs in random order. */
  @Benchmark
  @OperationsPerInvocation(LOOKUPS)
  public int lookup(Warm warm) {
    int sum = 0;
    for (int i = 0; i < LOOKUPS; i++) {
      sum += warm.live.verdict(warm.tenantOf[i], warm.nodeOf[i]);
    }
    return sum;
  }

  /** The verdicts of all nodes and their bitmap, worked out anew for a tenant seen before. */
  @Benchmark
  public ImmutableBitmapDataProvider bitmapOfSeenTenant(Warm warm) {
    return warm.index.verdicts(warm.tenants.get(warm.next++ % BenchWorld.TENANTS)).allowed();
  }

  /** An index about which nobody has asked, in a JVM that has seen others. */
  @State(Scope.Thread)
  public static class Cold {

    final BenchWorld world;
    VerdictIndex index;
    IndexedTenant tenant;

    public Cold() {
      world = new BenchWorld();
      tenant = world.tenant();
      index = VerdictIndex.of(world.packs(), world.nodes());
    }

    @Setup(Level.Invocation)
    public void forget() {
      tenant = world.tenant();
      index = VerdictIndex.of(world.packs(), world.nodes());
    }
  }

  /** The very first tenant of a pack: no comparison has been evaluated, no condition split. */
  @Benchmark
  @BenchmarkMode(Mode.SingleShotTime)
  @Warmup(iterations = 10)
  @Measurement(iterations = 20)
  public ImmutableBitmapDataProvider bitmapOfUnseenTenant(Cold cold) {
    return cold.index.verdicts(cold.tenant).allowed();
  }

  /** Verdicts for 500 tenants, and a pack that nothing has been asked of. */
  @State(Scope.Thread)
  public static class Reloading {

    private static int version = 1;

    BenchWorld world;
    LiveVerdicts live;
    String text;

    public Reloading() {
      world = new BenchWorld();
      live = new LiveVerdicts(VerdictIndex.of(world.packs(), world.nodes()));
      world.tenants().forEach(live::tenantClass);
      text = world.packText(version);
    }

    @Setup(Level.Invocation)
    public void write() {
      text = world.packText(++version);
    }
  }

  /** From the pack's text to all verdicts of 500 tenants in place. */
  @Benchmark
  @BenchmarkMode(Mode.SingleShotTime)
  @Warmup(iterations = 10)
  @Measurement(iterations = 20)
  public LiveVerdicts packReload(Reloading reloading) {
    reloading.live.replace(PackSet.of(RulePack.compile(reloading.text)));
    return reloading.live;
  }

  /** Pairs for engines that judge one at a time. */
  @State(Scope.Benchmark)
  public static class Pairs {

    private static final int PAIRS = 1_000;

    PackSet packs;
    CedarRules cedar;
    List<IndexedTenant> tenants;
    List<IndexedNode> nodes;
    List<CedarRules.Pair> cedarPairs;
    int next;

    public Pairs() {
      BenchWorld world = new BenchWorld();
      packs = world.packs();
      cedar = new CedarRules(world);
      Random random = new Random(2);
      tenants = random.ints(PAIRS, 0, BenchWorld.TENANTS).mapToObj(world.tenants()::get).toList();
      nodes = random.ints(PAIRS, 0, BenchWorld.NODES).mapToObj(world.nodes()::get).toList();
      cedarPairs =
          IntStream.range(0, PAIRS)
              .mapToObj(i -> CedarRules.pair(tenants.get(i), nodes.get(i)))
              .toList();
      VerdictIndex index = VerdictIndex.of(packs, nodes);
      for (int i = 0; i < PAIRS; i++) {
        Verdict verdict = judge(i).verdict();
        if (index.verdicts(tenants.get(i)).verdictOf(i) != verdict
            || cedar.permits(cedarPairs.get(i)) != (verdict == Verdict.ALLOW)) {
          throw new IllegalStateException("the engines do not agree on pair " + i);
        }
      }
    }

    Judgement judge(int pair) {
      return packs.judge(null, null, BenchWorld.question(tenants.get(pair), nodes.get(pair)));
    }

    int next() {
      next = (next + 1) % PAIRS;
      return next;
    }
  }

  /** The explaining path: 200 CEL programs a pair. */
  @Benchmark
  public Judgement plainCel(Pairs pairs) {
    return pairs.judge(pairs.next());
  }

  /** Cedar through its Java binding, its policies parsed once. */
  @Benchmark
  public boolean cedar(Pairs pairs) {
    return pairs.cedar.permits(pairs.cedarPairs.get(pairs.next()));
  }
}
