package io.berth.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The service as it ships, in a process of its own. */
final class LoadService implements AutoCloseable {

  private static final Duration READY_MAX = Duration.ofMinutes(5);
  private static final long POLL_MILLIS = 20;
  private static final Pattern HISTOGRAM_TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");
  private static final long END_SECONDS_MAX = 60;

  private final Process process;
  private final URI address;
  private final Path log;
  private final Duration readyAfter;

  private LoadService(Process process, URI address, Path log, long startedNanos)
      throws IOException {
    this.process = process;
    this.address = address;
    this.log = log;
    this.readyAfter = awaitReady(startedNanos);
  }

  /**
   * Starts it and waits until it says that it is ready.
   *
   * @param folder where it runs: its settings and its log
   * @param options for its virtual machine
   */
  static LoadService start(Path folder, Map<String, String> settings, List<String> options)
      throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Properties all = new Properties();
    all.putAll(settings);
    all.setProperty("quarkus.http.host", "127.0.0.1");
    all.setProperty("quarkus.http.port", Integer.toString(port));
    Path file = folder.resolve("config/application.properties");
    Files.createDirectories(file.getParent());
    try (var out = Files.newBufferedWriter(file)) {
      all.store(out, null);
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-jar");
    command.add(
        Path.of(System.getProperty("berth.application", "target/load/quarkus-app"))
            .resolve("quarkus-run.jar")
            .toAbsolutePath()
            .toString());
    Path log = folder.resolve("log");
    long started = System.nanoTime();
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      return new LoadService(process, URI.create("http://127.0.0.1:" + port), log, started);
    } catch (IOException | RuntimeException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  /** Where it listens. */
  URI address() {
    return address;
  }

  /** From the start of the process until it said that it is ready. */
  Duration readyAfter() {
    return readyAfter;
  }

  /** How much processor time it has taken so far. */
  Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** What lives on its heap, after a full collection. */
  long liveBytes() throws IOException {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(process.pid()),
                "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    String output = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Matcher used = HISTOGRAM_TOTAL.matcher(output);
    if (!used.find()) {
      throw new IOException("no histogram of the heap: " + output);
    }
    return Long.parseLong(used.group(1));
  }

  private Duration awaitReady(long startedNanos) throws IOException {
    HttpRequest ready = HttpRequest.newBuilder(address.resolve("/q/health/ready")).build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      while (System.nanoTime() - startedNanos < READY_MAX.toNanos()) {
        if (!process.isAlive()) {
          throw new IOException("the service ended: " + Files.readString(log));
        }
        try {
          if (http.send(ready, BodyHandlers.discarding()).statusCode() == 200) {
            return Duration.ofNanos(System.nanoTime() - startedNanos);
          }
        } catch (IOException e) {
          // It does not listen yet.
        }
        Thread.sleep(POLL_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    throw new IOException("the service does not become ready: " + Files.readString(log));
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
