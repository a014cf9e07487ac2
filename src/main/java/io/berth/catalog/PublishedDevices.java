package io.berth.catalog;

import java.util.List;
import java.util.Map;

/**
 * What a driver publishes of one node.
 *
 * @param driver the driver's name
 * @param isComplete whether everything that the driver means to publish was seen; what was not is
 *     unknown, and so is how many devices there are
 * @param devices attributes of each device that a claim may have for itself, without the driver's
 *     domain; only those whose values are text
 */
public record PublishedDevices(
    String driver, boolean isComplete, List<Map<String, String>> devices) {

  /** Copies the list. */
  public PublishedDevices {
    devices = devices.stream().map(Map::copyOf).toList();
  }
}
