package io.berth.kubernetes.domain.device;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a vendor's tool says of the devices that it sees.
 *
 * @param vendor the maker, as the catalogue names it
 * @param driver the driver's version; null where the tool does not tell it
 * @param devices from 1 to {@value #DEVICES_MAX}, in the tool's order
 */
public record DeviceReport(String vendor, @Nullable String driver, List<Device> devices) {

  /** The most devices that a node is believed to have. */
  public static final int DEVICES_MAX = 128;

  private static final Pattern PLAIN = Pattern.compile("[\\x20-\\x7e]{1,100}");
  private static final long MEMORY_BYTES_MAX = 1L << 50;

  /** Copies the list. */
  public DeviceReport {
    devices = List.copyOf(devices);
  }

  /**
   * One device.
   *
   * @param name what the tool calls it
   * @param memoryBytes all of its memory, free or not
   */
  public record Device(String name, long memoryBytes) {}

  /** A report of devices that may be none or too many. */
  static DeviceReport of(String vendor, @Nullable String driver, List<Device> devices)
      throws UnreadableOutputException {
    if (devices.isEmpty()) {
      throw new UnreadableOutputException("The tool tells of no device.");
    }
    if (devices.size() > DEVICES_MAX) {
      throw new UnreadableOutputException(
          "The tool tells of more than " + DEVICES_MAX + " devices.");
    }
    return new DeviceReport(vendor, driver == null ? null : plain("driver", driver), devices);
  }

  /** A device whose name and memory may be missing or be nonsense. */
  static Device device(@Nullable String name, long memoryBytes) throws UnreadableOutputException {
    if (memoryBytes <= 0 || memoryBytes > MEMORY_BYTES_MAX) {
      throw new UnreadableOutputException("The tool does not tell a device's memory.");
    }
    return new Device(plain("name", name), memoryBytes);
  }

  private static String plain(String what, @Nullable String text) throws UnreadableOutputException {
    String stripped = text == null ? "" : text.strip();
    if (!PLAIN.matcher(stripped).matches()) {
      throw new UnreadableOutputException("The tool tells no proper " + what + ".");
    }
    return stripped;
  }
}
