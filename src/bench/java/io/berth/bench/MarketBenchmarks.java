package io.berth.bench;

import io.berth.matching.CapacityRequest;
import io.berth.matching.OfferedPool;
import io.berth.matching.Planner;
import io.berth.matching.Planning;
import io.berth.matching.Shape;
import io.berth.matching.Timeline;
import io.berth.matching.Timeline.Busy;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The planner over the market of {@link MarketWorld}. */
@Fork(1)
@State(Scope.Benchmark)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@BenchmarkMode(Mode.SampleTime)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 3)
public class MarketBenchmarks {

  private static final int REQUESTS = 1_024;

  /** How many nodes the market has. */
  @Param({"1000", "10000", "125000"})
  public int nodes;

  private Planner planner = new MarketWorld(0).planner();
  private List<OfferedPool> offered = List.of();
  private List<CapacityRequest> eight = List.of();
  private List<CapacityRequest> fabric = List.of();
  private List<CapacityRequest> earliest = List.of();
  private List<List<Busy>> changes = List.of();
  private int next;

  /** Lays the market out. */
  @Setup
  public void lay() {
    MarketWorld world = new MarketWorld(nodes);
    planner = world.planner();
    offered = world.offered();
    eight = world.requests(new Shape.Count(8), false, REQUESTS);
    fabric = world.requests(new Shape.Grid(64, 8, Shape.Together.FABRIC), false, REQUESTS);
    earliest = world.requests(new Shape.Grid(8, 8, Shape.Together.FABRIC), true, REQUESTS);
    changes = world.changes(REQUESTS);
  }

  /** A plan for eight devices, or why there is none. */
  @Benchmark
  public Planning planEight() {
    return planner.plan(eight.get(next++ % REQUESTS));
  }

  /** A plan for 64 nodes of one fabric with eight devices each, or why there is none. */
  @Benchmark
  public Planning planFabric() {
    return planner.plan(fabric.get(next++ % REQUESTS));
  }

  /** When 64 devices in one fabric are free at the earliest. */
  @Benchmark
  public Planning earliestStart() {
    return planner.plan(earliest.get(next++ % REQUESTS));
  }

  /** What is taken of a node, read and put in place. */
  @Benchmark
  @BenchmarkMode(Mode.AverageTime)
  @OutputTimeUnit(TimeUnit.NANOSECONDS)
  public Timeline applyChange() {
    int number = next++ & Integer.MAX_VALUE;
    OfferedPool pool = offered.get(number % offered.size());
    Timeline timeline = Timeline.of(changes.get(number % REQUESTS));
    pool.replace(number % pool.nodes().size(), timeline);
    return timeline;
  }
}
