package io.berth.deploy;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The production artifact as a process of its own. Of this virtual machine it has the Java and
 * nothing else: what it knows comes from the environment that it is given, as in a container. The
 * build names its folder in the system property {@code berth.application}.
 */
final class PackagedService implements AutoCloseable {

  private static final Duration START_TIME_MAX = Duration.ofSeconds(60);
  private static final Duration STOP_TIME_MAX = Duration.ofSeconds(40);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(100);
  private static final Pattern LISTENING =
      Pattern.compile("Listening on: (http://127\\.0\\.0\\.1:[0-9]+)");

  private final Process process;
  private final Path log;
  private String url = "";

  private PackagedService(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Where the build has put the artifact. */
  static Path artifact() {
    Path folder = Path.of(System.getProperty("berth.application", "")).toAbsolutePath();
    if (!Files.exists(folder.resolve("quarkus-run.jar"))) {
      throw new IllegalStateException("No service in " + folder + ": ./mvnw package builds it.");
    }
    return folder;
  }

  /**
   * Starts it on a free port of 127.0.0.1 and returns once it listens.
   *
   * @param environment its environment, whole; address and port are put in
   * @param folder an empty folder that it may work in
   * @throws IllegalStateException where it ends or does not listen in time; the message has its log
   */
  static PackagedService start(Map<String, String> environment, Path folder) {
    PackagedService service = launch(environment, folder);
    Thread hook = new Thread(service::close, "stop-packaged-service");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      await()
          .atMost(START_TIME_MAX)
          .pollInterval(POLL_INTERVAL)
          .failFast("the service ended", () -> !service.process.isAlive())
          .until(service::listens);
    } catch (RuntimeException e) {
      service.close();
      throw new IllegalStateException("The service did not start.\n" + service.log(), e);
    }
    return service;
  }

  /**
   * Starts it where it must refuse to, and returns what it said.
   *
   * @throws IllegalStateException where it listens, ends well or does not end in time
   */
  static String refusal(Map<String, String> environment, Path folder) {
    try (PackagedService service = launch(environment, folder)) {
      await()
          .atMost(START_TIME_MAX)
          .pollInterval(POLL_INTERVAL)
          .until(() -> !service.process.isAlive() || service.listens());
      if (service.process.isAlive() || service.process.exitValue() == 0) {
        throw new IllegalStateException("The service did not refuse.\n" + service.log());
      }
      return service.log();
    }
  }

  /** Where it listens, such as {@code http://127.0.0.1:40123}. */
  URI url() {
    return URI.create(url);
  }

  /** What it has logged so far. */
  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it as Kubernetes does: by a signal first, and by force where that takes too long. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_TIME_MAX.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private boolean listens() {
    Matcher listening = LISTENING.matcher(log());
    if (listening.find()) {
      url = listening.group(1);
    }
    return !url.isEmpty();
  }

  private static PackagedService launch(Map<String, String> environment, Path folder) {
    try {
      Path log = Files.createTempFile(folder, "service", ".log");
      ProcessBuilder builder =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-jar",
                  artifact().resolve("quarkus-run.jar").toString())
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile());
      builder.environment().clear();
      builder.environment().putAll(environment);
      builder.environment().put("QUARKUS_HTTP_HOST", "127.0.0.1");
      builder.environment().put("QUARKUS_HTTP_PORT", "0");
      return new PackagedService(builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
