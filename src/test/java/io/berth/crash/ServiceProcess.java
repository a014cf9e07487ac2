package io.berth.crash;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/** The packaged service in a process of its own, which may be killed and started again. */
final class ServiceProcess implements AutoCloseable {

  private static final Path PACKAGED = Path.of("target/quarkus-app/quarkus-run.jar");
  private static final Duration START_MAX = Duration.ofSeconds(60);
  private static final Duration START_POLL = Duration.ofMillis(20);
  private static final long END_SECONDS_MAX = 60;

  private final Path folder;
  private final int port;
  private volatile Process process;

  private ServiceProcess(Path folder, int port) {
    this.folder = folder;
    this.port = port;
  }

  /**
   * Prepares a service; {@link #start} starts it.
   *
   * @param folder where it runs: its settings and its log
   */
  static ServiceProcess of(Path folder, Map<String, String> settings) throws IOException {
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
    return new ServiceProcess(folder, port);
  }

  /** Where it listens. */
  URI address() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Starts it and waits until it listens. */
  void start() throws IOException {
    launch();
    await()
        .atMost(START_MAX)
        .pollInterval(START_POLL)
        .failFast(() -> {
          if (!process.isAlive()) {
            throw new IllegalStateException("the service ended: " + log());
          }
        })
        .until(this::isListening);
  }

  /** Starts it. */
  void launch() throws IOException {
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "-jar",
                PACKAGED.toAbsolutePath().toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
            .start();
  }

  /** Waits until the service listens, whoever starts it. */
  void awaitListening() {
    await().atMost(START_MAX).pollInterval(START_POLL).until(this::isListening);
  }

  private boolean isListening() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Kills it: SIGKILL, no goodbye. Returns at once. */
  void kill() {
    process.destroyForcibly();
  }

  /** Waits for its end; gives its exit code. */
  int awaitEnd() {
    try {
      if (!process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the service does not end");
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** What it has written so far. */
  String log() {
    try {
      return Files.readString(folder.resolve("log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (process != null) {
      kill();
      awaitEnd();
    }
  }
}
