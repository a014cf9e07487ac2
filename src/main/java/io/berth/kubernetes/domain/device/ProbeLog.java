package io.berth.kubernetes.domain.device;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a probe printed: what its vendor's tool says, between two lines that name the tool, and what
 * it measured where it measures. {@code src/docs/providers.md} describes the format.
 *
 * @param report what the tool says
 * @param copyGbPerSecond how fast a device's memory was copied within it, bytes read and bytes
 *     written together, of the slowest device; empty where not each was measured
 * @param multiplyTflops how fast matrices were multiplied in FP16 or BF16, of the slowest device;
 *     empty where not each was measured
 */
public record ProbeLog(
    DeviceReport report,
    Optional<BigDecimal> copyGbPerSecond,
    Optional<BigDecimal> multiplyTflops) {

  /** The most that is read of a probe's log, in bytes: sixteen devices print half of it. */
  public static final int BYTES_MAX = 2 << 20;

  private static final String MARK = "berth-probe ";
  private static final Pattern BEGIN =
      Pattern.compile("^berth-probe begin (nvidia-smi|rocm-smi|npu-smi)\\s*$", Pattern.MULTILINE);
  private static final String DONE = MARK + "done";
  private static final Pattern FIGURE =
      Pattern.compile("berth-probe (copy|multiply) ([0-9]{1,3}) ([0-9]{1,9}(?:\\.[0-9]{1,6})?)");

  /**
   * Reads a log.
   *
   * @throws UnreadableOutputException where it is not complete, or the tool's part is not what the
   *     tool prints
   */
  public static ProbeLog read(String log) throws UnreadableOutputException {
    if (log.length() > BYTES_MAX) {
      throw new UnreadableOutputException("The log is longer than any probe's.");
    }
    Matcher begin = BEGIN.matcher(log);
    if (!begin.find()) {
      throw new UnreadableOutputException("The log has no line that begins a tool's output.");
    }
    String tool = String.valueOf(begin.group(1));
    String end = "\n" + MARK + "end " + tool;
    int to = log.indexOf(end, begin.end());
    if (to < 0) {
      throw new UnreadableOutputException("The log has no line that ends the tool's output.");
    }
    String output = log.substring(begin.end(), to);
    Figures figures = new Figures(log.substring(to + end.length()));
    DeviceReport report =
        switch (tool) {
          case "nvidia-smi" -> NvidiaSmi.read(output);
          case "rocm-smi" -> RocmSmi.read(output);
          default -> NpuSmi.read(output);
        };
    int count = report.devices().size();
    return new ProbeLog(report, figures.least("copy", count), figures.least("multiply", count));
  }

  /** What was measured, by kind and device. */
  private static final class Figures {
    private final Map<String, Map<Integer, BigDecimal>> byKind = new HashMap<>();

    Figures(String rest) throws UnreadableOutputException {
      List<String> lines =
          rest.lines().map(String::strip).filter(line -> line.startsWith(MARK)).toList();
      if (!lines.contains(DONE)) {
        throw new UnreadableOutputException("The probe did not come to its end.");
      }
      for (String line : lines) {
        Matcher matcher = FIGURE.matcher(line);
        if (matcher.matches()) {
          int device = Integer.parseInt(String.valueOf(matcher.group(2)));
          if (device < DeviceReport.DEVICES_MAX) {
            // Of two figures of one device the lower counts.
            byKind
                .computeIfAbsent(String.valueOf(matcher.group(1)), kind -> new HashMap<>())
                .merge(device, new BigDecimal(matcher.group(3)), BigDecimal::min);
          }
        }
      }
    }

    /** The least of all devices; empty where one of them was not measured. */
    Optional<BigDecimal> least(String kind, int devices) {
      Map<Integer, BigDecimal> measured = byKind.getOrDefault(kind, Map.of());
      return measured.size() == devices
          ? measured.values().stream().min(BigDecimal::compareTo)
          : Optional.empty();
    }
  }
}
