package io.berth.load;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** What is measured on. */
final class Machine {

  private Machine() {}

  /** When, on which processor, how many of them, and how busy they were with everything. */
  static String described() throws IOException {
    Path file = Path.of("/proc/cpuinfo");
    String processor =
        Files.isReadable(file)
            ? Files.readAllLines(file).stream()
                .filter(line -> line.startsWith("model name"))
                .findFirst()
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .orElse("unknown")
            : System.getProperty("os.arch");
    return "%s, %d processors (%s), load average %.1f, Java %s"
        .formatted(
            Instant.now().truncatedTo(ChronoUnit.MINUTES),
            Runtime.getRuntime().availableProcessors(),
            processor,
            ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
            Runtime.version());
  }
}
