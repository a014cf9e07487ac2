package io.berth.kubernetes.domain.device;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.berth.kubernetes.domain.device.DeviceReport.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@code rocm-smi --showproductname --showmeminfo vram --showdriverversion --json}
 * prints; releases differ in the capitals of their keys.
 */
final class RocmSmi {

  private static final String VENDOR = "AMD";
  private static final int NESTING_DEPTH_MAX = 8;
  private static final int STRING_LENGTH_MAX = 10_000;
  private static final String MEMORY = "VRAM Total Memory (B)";
  private static final String DRIVER = "Driver version";

  private static final Pattern CARD = Pattern.compile("card[0-9]{1,4}");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder()
                      .maxNestingDepth(NESTING_DEPTH_MAX)
                      .maxStringLength(STRING_LENGTH_MAX)
                      .build())
              .build());

  private RocmSmi() {}

  static DeviceReport read(String output) throws UnreadableOutputException {
    // Warnings may stand before it.
    int start = output.indexOf('{');
    if (start < 0) {
      throw new UnreadableOutputException("rocm-smi printed no JSON.");
    }
    JsonNode root;
    try {
      root = JSON.readTree(output.substring(start));
    } catch (JsonProcessingException e) {
      throw new UnreadableOutputException("What rocm-smi printed is no proper JSON.");
    }
    List<Device> devices = new ArrayList<>();
    String driver = text(root.path("system"), DRIVER);
    for (Map.Entry<String, JsonNode> card : root.properties()) {
      if (!CARD.matcher(card.getKey()).matches()) {
        continue;
      }
      if (devices.size() == DeviceReport.DEVICES_MAX) {
        throw new UnreadableOutputException("rocm-smi tells of too many devices.");
      }
      JsonNode said = card.getValue();
      String name = text(said, "Card Series");
      if (name == null) {
        name = text(said, "Card series");
      }
      devices.add(DeviceReport.device(name, bytes(text(said, MEMORY))));
      driver = driver == null ? text(said, DRIVER) : driver;
    }
    return DeviceReport.of(VENDOR, driver, devices);
  }

  private static @Nullable String text(JsonNode object, String key) {
    JsonNode value = object.path(key);
    return value.isTextual() ? value.asText() : null;
  }

  private static long bytes(@Nullable String value) {
    return value != null && NUMBER.matcher(value).matches() ? Long.parseLong(value) : 0;
  }
}
