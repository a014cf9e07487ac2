package io.berth.plane;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One program of a control plane, which may be killed and started again. */
final class ControlPlaneProcess {

  private static final int LOG_LINES_SHOWN_MAX = 20;
  private static final long END_SECONDS_MAX = 30;

  private final String name;
  private final List<String> command;
  private final Path log;
  private Process process;

  ControlPlaneProcess(String name, List<String> command, Path log) {
    this.name = name;
    this.command = List.copyOf(command);
    this.log = log;
  }

  synchronized void start() {
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it with SIGKILL and waits for that; does nothing where it does not run. */
  synchronized void kill() {
    if (process == null) {
      return;
    }
    process.destroyForcibly();
    try {
      if (!process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)) {
        throw new IllegalStateException(name + " does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  synchronized boolean isRunning() {
    return process != null && process.isAlive();
  }

  /** Throws where it has ended, with the last that it said. */
  synchronized void assertRunning() {
    if (!isRunning()) {
      throw new IllegalStateException(name + " ended: " + lastWords());
    }
  }

  private String lastWords() {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join(
          "\n", lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN_MAX), lines.size()));
    } catch (IOException e) {
      return "it left no log.";
    }
  }
}
