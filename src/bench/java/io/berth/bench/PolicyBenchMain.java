package io.berth.bench;

import java.io.PrintStream;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Measures the policy engine: {@code ./mvnw -q -Pbench compile exec:java@policy-bench}, a few
 * minutes. Prints the machine first, then a table in Markdown.
 */
public final class PolicyBenchMain {

  private static final double NANOS_A_MILLISECOND = 1e6;

  private PolicyBenchMain() {}

  /** Takes no arguments. */
  public static void main(String[] arguments) throws RunnerException, InterruptedException {
    PrintStream out = System.out;
    Machine.print(out);
    Machine.letForksFindTheClasses();
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include("io\\.berth\\.bench\\.(Policy|Screening)Benchmarks\\..*")
                    .verbosity(VerboseMode.SILENT)
                    .shouldFailOnError(true)
                    .jvmArgsAppend(
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow")
                    .build())
            .run();
    Map<String, Result<?>> byName = new HashMap<>();
    for (RunResult result : results) {
      String name = result.getParams().getBenchmark();
      byName.put(name.substring(name.lastIndexOf('.') + 1), result.getPrimaryResult());
    }
    print(byName, LookupPauses.measure(), out);
    out.println();
    out.println("Load over the last minute at the end: " + Machine.load());
    out.flush();
  }

  private static void print(
      Map<String, Result<?>> results, LookupPauses.Pauses pauses, PrintStream out) {
    double lookup = nanos(results, "lookup");
    double unseen = nanos(results, "bitmapOfUnseenTenant") / BenchWorld.NODES;
    double cel = nanos(results, "plainCel");
    double cedar = nanos(results, "cedar");
    out.printf(
        Locale.ROOT,
        "%n%,d nodes in %,d classes, %d rules, %d tenants%n%n",
        BenchWorld.NODES,
        BenchWorld.NODE_CLASSES,
        BenchWorld.RULES,
        BenchWorld.TENANTS);
    out.println("| what | measured | asked for |");
    out.println("|-|-|-|");
    row(
        out,
        "warm lookup of any tenant and node, one thread",
        "%.1f ns, %.0f million a second".formatted(lookup, 1e3 / lookup),
        "5 million a second");
    row(
        out,
        "bitmap of a seen tenant's nodes, verdicts worked out anew",
        milliseconds(results, "bitmapOfSeenTenant"),
        "1 ms");
    row(
        out,
        "bitmap for the first tenant ever asked about, nothing evaluated before",
        milliseconds(results, "bitmapOfUnseenTenant"),
        "100 ms");
    row(
        out,
        "reload: compile the pack, verdicts of all tenants, swap",
        milliseconds(results, "packReload"),
        "2,000 ms");
    row(
        out,
        "longest wait of a lookup while packs reload / while nothing does",
        "%.2f ms / %.2f ms"
            .formatted(
                pauses.whileReloading() / NANOS_A_MILLISECOND,
                pauses.otherwise() / NANOS_A_MILLISECOND),
        "no pause");
    row(out, "screening one name against 25,000", milliseconds(results, "screenOneName"), "5 ms");
    out.println();
    out.println(
        "| one pair by the same rules | time | beside a warm lookup | beside an unseen tenant's share |");
    out.println("|-|-|-|-|");
    pair(out, "warm lookup", lookup, lookup, unseen);
    pair(out, "unseen tenant, a node's share of its bitmap", unseen, lookup, unseen);
    pair(out, "plain CEL, with reasons", cel, lookup, unseen);
    pair(out, "Cedar (yes or no only), policies parsed once", cedar, lookup, unseen);
  }

  private static void row(PrintStream out, String what, String measured, String asked) {
    out.println("| " + what + " | " + measured + " | " + asked + " |");
  }

  private static void pair(
      PrintStream out, String what, double nanos, double lookup, double unseen) {
    out.printf(
        Locale.ROOT,
        "| %s | %,.1f ns | × %,.0f | × %,.1f |%n",
        what,
        nanos,
        nanos / lookup,
        nanos / unseen);
  }

  private static double nanos(Map<String, Result<?>> results, String name) {
    Result<?> result = results.get(name);
    if (result == null) {
      throw new IllegalStateException("no result of " + name);
    }
    return result.getScore();
  }

  private static String milliseconds(Map<String, Result<?>> results, String name) {
    Result<?> result = results.get(name);
    double error = result == null ? Double.NaN : result.getScoreError();
    return String.format(
        Locale.ROOT,
        "%.2f ms ± %.2f",
        nanos(results, name) / NANOS_A_MILLISECOND,
        error / NANOS_A_MILLISECOND);
  }
}
