package io.berth.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** What a benchmark ran on. */
final class Machine {

  private Machine() {}

  static void print(PrintStream out) {
    Runtime runtime = Runtime.getRuntime();
    out.println("Date: " + LocalDate.now());
    out.println("Processor: " + processor() + ", " + runtime.availableProcessors() + " cores");
    out.println("Heap: at most " + (runtime.maxMemory() >> 20) + " MiB");
    out.println("JDK: " + Runtime.version() + ", " + System.getProperty("java.vm.name"));
    out.println("Load over the last minute at the start: " + load());
    out.flush();
  }

  static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  private static String processor() {
    Path cpu = Path.of("/proc/cpuinfo");
    List<String> lines;
    try {
      lines = Files.isReadable(cpu) ? Files.readAllLines(cpu) : List.of();
    } catch (IOException e) {
      lines = List.of();
    }
    return lines.stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("unknown");
  }

  /** Maven runs benchmarks in its own process, whose class path is Maven's. */
  static void letForksFindTheClasses() {
    if (Machine.class.getClassLoader() instanceof URLClassLoader loader) {
      System.setProperty(
          "java.class.path",
          Arrays.stream(loader.getURLs())
              .map(URL::getPath)
              .collect(Collectors.joining(System.getProperty("path.separator"))));
    }
  }
}
