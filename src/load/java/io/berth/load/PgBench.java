package io.berth.load;

import io.berth.sandbox.SandboxDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Runs pgbench, as Debian packages it. */
final class PgBench {

  private static final Path PACKAGED = Path.of("/usr/lib/postgresql");
  private static final Pattern RATE = Pattern.compile("tps = ([0-9.]+)");

  private final Path program;
  private final SandboxDatabase database;

  private PgBench(Path program, SandboxDatabase database) {
    this.program = program;
    this.database = database;
  }

  /** Finds it, or says how to get it. */
  static PgBench find(SandboxDatabase database) throws IOException {
    List<Path> places = new ArrayList<>();
    for (String folder : System.getenv().getOrDefault("PATH", "").split(":")) {
      places.add(Path.of(folder, "pgbench"));
    }
    if (Files.isDirectory(PACKAGED)) {
      try (Stream<Path> versions = Files.list(PACKAGED)) {
        versions
            .sorted(Comparator.reverseOrder())
            .forEach(version -> places.add(version.resolve("bin/pgbench")));
      }
    }
    return new PgBench(
        places.stream()
            .filter(Files::isExecutable)
            .findFirst()
            .orElseThrow(() ->
                new IOException(
                    "pgbench is neither on the PATH nor under "
                        + PACKAGED
                        + ". Install it: apt-get install postgresql-contrib postgresql")),
        database);
  }

  /**
   * Runs scripts.
   *
   * @param scripts files with their weights, the one that counts first
   * @param variables set for all of them
   * @return how often a second the first one ran
   */
  double run(
      Map<Path, Integer> scripts, Map<String, String> variables, int clients, Duration duration)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(program.toString(), "--no-vacuum"));
    command.addAll(List.of("--protocol", "prepared", "--client", Integer.toString(clients)));
    command.addAll(List.of("--jobs", "2", "--time", Long.toString(duration.toSeconds())));
    variables.forEach((name, value) -> command.add("--define=" + name + "=" + value));
    scripts.forEach((script, weight) -> command.add("--file=" + script + "@" + weight));
    command.addAll(List.of("--host", "127.0.0.1", "--port", Integer.toString(database.port())));
    command.addAll(List.of("--username", "berth_application", "berth"));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("PGPASSWORD", "berth_application");
    Process process = builder.start();
    String output =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException("pgbench failed: " + output);
      }
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    int first = output.indexOf("SQL script 1");
    Matcher rate = RATE.matcher(first < 0 ? output : output.substring(first));
    if (!rate.find()) {
      throw new IOException("pgbench said nothing of its rate: " + output);
    }
    return Double.parseDouble(rate.group(1));
  }
}
