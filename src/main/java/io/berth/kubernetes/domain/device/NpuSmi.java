package io.berth.kubernetes.domain.device;

import io.berth.kubernetes.domain.device.DeviceReport.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the table that {@code npu-smi info} prints: two rows a chip, the name in the first, the
 * memory in the second; after them, who uses the chips. Its version is the driver's.
 */
final class NpuSmi {

  private static final String VENDOR = "Huawei";
  private static final int LINE_LENGTH_MAX = 400;
  private static final int CELLS = 3;
  private static final int MEBIBYTE_SHIFT = 20;

  private static final Pattern VERSION =
      Pattern.compile("\\|\\s*npu-smi\\s+\\S{1,50}\\s+Version:\\s*(\\S{1,50})\\s*\\|");
  private static final Pattern NAME = Pattern.compile("[0-9]{1,4}\\s+(\\S{1,60})");
  private static final Pattern CHIP = Pattern.compile("[0-9]{1,4}(?:\\s+[0-9]{1,4})?");
  private static final Pattern BUS =
      Pattern.compile("[0-9A-Fa-f]{4}:[0-9A-Fa-fx]{2}:[0-9A-Fa-f]{2}\\.[0-9A-Fa-f]");
  // The last of the pairs of used and all: that of the memory on the chip.
  private static final Pattern MEMORY =
      Pattern.compile("(?:^|\\D)[0-9]{1,9}\\s*/\\s*([0-9]{1,9})$");

  private NpuSmi() {}

  static DeviceReport read(String output) throws UnreadableOutputException {
    List<Device> devices = new ArrayList<>();
    String driver = null;
    String name = null;
    for (String line : (Iterable<String>) output.lines()::iterator) {
      if (line.length() > LINE_LENGTH_MAX) {
        throw new UnreadableOutputException("npu-smi's lines are longer than any it prints.");
      }
      if (line.contains("Process id")) {
        break;
      }
      Matcher version = VERSION.matcher(line.strip());
      if (version.matches()) {
        driver = version.group(1);
        continue;
      }
      List<String> cells = cells(line);
      if (cells.size() != CELLS) {
        continue;
      }
      String first = nameIn(cells);
      if (first != null) {
        if (name != null) {
          throw new UnreadableOutputException("npu-smi tells of a chip without its memory.");
        }
        name = first;
      } else if (isChip(cells)) {
        if (devices.size() == DeviceReport.DEVICES_MAX) {
          throw new UnreadableOutputException("npu-smi tells of too many devices.");
        }
        devices.add(DeviceReport.device(name, bytes(cells.get(2))));
        name = null;
      }
    }
    if (name != null) {
      throw new UnreadableOutputException("npu-smi tells of a chip without its memory.");
    }
    return DeviceReport.of(VENDOR, driver, devices);
  }

  private static List<String> cells(String line) {
    String row = line.strip();
    if (row.length() < 2 || !row.startsWith("|") || !row.endsWith("|")) {
      return List.of();
    }
    List<String> cells = new ArrayList<>();
    for (String cell : row.substring(1, row.length() - 1).split("\\|", -1)) {
      cells.add(cell.strip());
    }
    return cells;
  }

  /** The name in the first row of a chip; null where it is not such a row. */
  private static @Nullable String nameIn(List<String> cells) {
    Matcher matcher = NAME.matcher(cells.getFirst());
    // Chip and physical number look alike, but stand beside a bus.
    return matcher.matches() && !BUS.matcher(cells.get(1)).matches() ? matcher.group(1) : null;
  }

  private static boolean isChip(List<String> cells) {
    return CHIP.matcher(cells.getFirst()).matches() && BUS.matcher(cells.get(1)).matches();
  }

  private static long bytes(String cell) {
    Matcher matcher = MEMORY.matcher(cell);
    // The table says MB and means MiB: 65536 on a device of 64 GiB.
    return matcher.find() ? Long.parseLong(String.valueOf(matcher.group(1))) << MEBIBYTE_SHIFT : 0;
  }
}
