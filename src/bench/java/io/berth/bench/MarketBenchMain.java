package io.berth.bench;

import java.io.PrintStream;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Measures the planner: {@code ./mvnw -q -Pbench compile exec:java@market-bench}, two minutes.
 * Prints the machine first, then how each figure grows with the market, as a table in Markdown.
 */
public final class MarketBenchMain {

  private static final double PERCENTILE = 99;
  private static final double NANOS_A_SECOND = 1e9;

  private MarketBenchMain() {}

  /** Takes no arguments. */
  public static void main(String[] arguments) throws RunnerException {
    PrintStream out = System.out;
    Machine.print(out);
    Machine.letForksFindTheClasses();
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include("io\\.berth\\.bench\\.MarketBenchmarks\\..*")
                    .verbosity(VerboseMode.SILENT)
                    .shouldFailOnError(true)
                    .build())
            .run();
    Map<Integer, Map<String, Result<?>>> byNodes = new TreeMap<>();
    for (RunResult result : results) {
      String name = result.getParams().getBenchmark();
      byNodes
          .computeIfAbsent(
              Integer.parseInt(result.getParams().getParam("nodes")), key -> new TreeMap<>())
          .put(name.substring(name.lastIndexOf('.') + 1), result.getPrimaryResult());
    }
    out.println();
    out.println(
        "| nodes | devices | leases and reservations | 8 devices, median | p99 | 64 × 8 in one fabric,"
            + " median | p99 | earliest 8 × 8 in one fabric, median | p99 | changes a second |");
    out.println("|-|-|-|-|-|-|-|-|-|-|");
    byNodes.forEach((nodes, found) ->
        out.printf(
            Locale.ROOT,
            "| %,d | %,d | %,d | %s | %s | %s | %,.0f |%n",
            nodes,
            nodes * MarketWorld.DEVICES,
            new MarketWorld(nodes).leases(),
            times(found, "planEight"),
            times(found, "planFabric"),
            times(found, "earliestStart"),
            NANOS_A_SECOND / result(found, "applyChange").getScore()));
    out.println();
    out.println("Load over the last minute at the end: " + Machine.load());
    out.flush();
  }

  private static String times(Map<String, Result<?>> found, String name) {
    var statistics = result(found, name).getStatistics();
    return String.format(
        Locale.ROOT,
        "%,.3f ms | %,.3f ms",
        statistics.getPercentile(50) / 1e3,
        statistics.getPercentile(PERCENTILE) / 1e3);
  }

  private static Result<?> result(Map<String, Result<?>> found, String name) {
    Result<?> result = found.get(name);
    if (result == null) {
      throw new IllegalStateException("no result of " + name);
    }
    return result;
  }
}
