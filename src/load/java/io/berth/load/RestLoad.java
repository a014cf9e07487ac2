package io.berth.load;

import io.berth.load.LoadMarket.Tenant;
import io.hyperfoil.api.config.Benchmark;
import io.hyperfoil.api.statistics.StatisticsSnapshot;
import io.hyperfoil.core.impl.LocalBenchmarkData;
import io.hyperfoil.core.impl.LocalSimulationRunner;
import io.hyperfoil.core.parser.BenchmarkParser;
import io.hyperfoil.core.parser.ParserException;
import io.hyperfoil.http.statistics.HttpStats;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Sends requests with Hyperfoil, as {@code load/*.hf.yaml} describe them. */
final class RestLoad {

  private final URI service;
  private final Path folder;

  /**
   * Prepares it.
   *
   * @param folder where what requests are made of is written
   * @param tenants whose requests they are
   * @param hours from which hours on leases begin, as ISO 8601
   */
  RestLoad(URI service, Path folder, List<Tenant> tenants, List<String> hours) throws IOException {
    this.service = service;
    this.folder = folder;
    Files.write(folder.resolve("tokens.txt"), tenants.stream().map(Tenant::token).toList());
    Files.write(folder.resolve("hours.txt"), hours);
    Files.write(folder.resolve("models.txt"), LoadMarket.MODELS);
  }

  /**
   * How one kind of request, or of several together, was answered.
   *
   * @param answered how many had an answer, of whatever status
   * @param good how many had one of status 2xx; as many as answered for what is no request
   * @param failed how many had none
   */
  record Answers(
      int answered,
      int good,
      long failed,
      Duration took,
      double medianMillis,
      double p99Millis,
      double maxMillis) {

    /** Good answers a second. */
    double rate() {
      return good * 1000.0 / Math.max(1, took.toMillis());
    }

    @Override
    public String toString() {
      return "%d answers, %d good, %d failed, %.1f a second, median %.1f ms, p99 %.1f ms, max %.1f ms"
          .formatted(answered, good, failed, rate(), medianMillis, p99Millis, maxMillis);
    }
  }

  /** As many as so many users get answered, each waiting for one answer before asking again. */
  Map<String, Answers> closed(String what, int users, Duration duration) throws IOException {
    return run(what, "always:\n      users: " + users, users, duration);
  }

  /** When requests come. */
  enum Arrivals {
    /** At constant intervals. */
    REGULAR,
    /** At random, as those of people who know nothing of one another do. */
    RANDOM
  }

  /** So many a second, whether answers come or not. */
  Map<String, Answers> open(String what, double aSecond, Arrivals arrivals, Duration duration)
      throws IOException {
    return run(
        what,
        "constantRate:\n      usersPerSec: "
            + aSecond
            + "\n      variance: "
            + (arrivals == Arrivals.RANDOM)
            + "\n      maxSessions: 2000",
        200,
        duration);
  }

  private Map<String, Answers> run(String what, String model, int connections, Duration duration)
      throws IOException {
    String text;
    try (InputStream in = RestLoad.class.getResourceAsStream("/load/" + what + ".hf.yaml")) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    Path file = folder.resolve(what + ".hf.yaml");
    Files.writeString(
        file,
        text.replace("{address}", service.toString())
            .replace("{connections}", Integer.toString(connections))
            .replace("{duration}", duration.toMillis() + "ms")
            .replace("{model}", model));
    Map<String, StatisticsSnapshot> total = new TreeMap<>();
    try {
      Benchmark benchmark =
          BenchmarkParser.instance()
              .buildBenchmark(Files.newInputStream(file), new LocalBenchmarkData(file), Map.of());
      new LocalSimulationRunner(
              benchmark,
              (phase, step, metric, snapshot, countDown) ->
                  total.computeIfAbsent(metric, name -> new StatisticsSnapshot()).add(snapshot),
              null,
              null)
          .run();
    } catch (ParserException e) {
      throw new IOException("cannot read " + file, e);
    }
    Map<String, Answers> answers = new TreeMap<>();
    total.forEach((metric, snapshot) -> answers.put(metric, answers(snapshot, duration)));
    return answers;
  }

  private static Answers answers(StatisticsSnapshot snapshot, Duration duration) {
    boolean isRequest = snapshot.extensions.containsKey(HttpStats.HTTP);
    return new Answers(
        snapshot.responseCount,
        isRequest ? HttpStats.get(snapshot).status_2xx : snapshot.responseCount,
        snapshot.errors() + snapshot.requestCount - snapshot.responseCount,
        duration,
        millis(snapshot, 50),
        millis(snapshot, 99),
        snapshot.histogram.getMaxValue() / (double) TimeUnit.MILLISECONDS.toNanos(1));
  }

  private static double millis(StatisticsSnapshot snapshot, double percentile) {
    return snapshot.histogram.getValueAtPercentile(percentile)
        / (double) TimeUnit.MILLISECONDS.toNanos(1);
  }
}
