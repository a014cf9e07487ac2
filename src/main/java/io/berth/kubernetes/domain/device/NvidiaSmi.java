package io.berth.kubernetes.domain.device;

import io.berth.kubernetes.domain.device.DeviceReport.Device;
import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@code nvidia-smi -q -x} prints. Its document type is passed over: nothing outside the
 * text is read and no entity is expanded.
 */
final class NvidiaSmi {

  private static final String VENDOR = "NVIDIA";
  private static final int DEPTH_MAX = 16;
  private static final int ELEMENTS_COUNT_MAX = 200_000;
  private static final int TEXT_LENGTH_MAX = 200;
  private static final int MEBIBYTE_SHIFT = 20;

  private static final String GPU = "/nvidia_smi_log/gpu";
  private static final String NAME = GPU + "/product_name";
  // Instances of a partitioned device have such an element too, further down.
  private static final String MEMORY = GPU + "/fb_memory_usage/total";
  private static final String DRIVER = "/nvidia_smi_log/driver_version";
  private static final String ATTACHED = "/nvidia_smi_log/attached_gpus";

  private static final Pattern MEBIBYTES = Pattern.compile("([0-9]{1,9}) MiB");

  private final Deque<String> path = new ArrayDeque<>();
  private final StringBuilder text = new StringBuilder();
  private final Set<String> places = new HashSet<>();
  private final List<Device> devices = new ArrayList<>();
  private @Nullable String name;
  private @Nullable String driver;
  private @Nullable String attached;
  private long memoryBytes;
  private int elements;

  private NvidiaSmi() {}

  static DeviceReport read(String output) throws UnreadableOutputException {
    int start = output.indexOf('<');
    if (start < 0) {
      throw new UnreadableOutputException("nvidia-smi printed no XML.");
    }
    NvidiaSmi reading = new NvidiaSmi();
    try {
      XMLStreamReader reader =
          factory().createXMLStreamReader(new StringReader(output.substring(start)));
      try {
        reading.follow(reader);
      } finally {
        reader.close();
      }
    } catch (XMLStreamException e) {
      throw new UnreadableOutputException("What nvidia-smi printed is not well-formed XML.");
    }
    DeviceReport report = DeviceReport.of(VENDOR, reading.driver, reading.devices);
    if (!Integer.toString(report.devices().size()).equals(reading.attached)) {
      throw new UnreadableOutputException(
          "nvidia-smi counts other devices than those that it describes.");
    }
    return report;
  }

  private void follow(XMLStreamReader reader) throws XMLStreamException, UnreadableOutputException {
    while (reader.hasNext()) {
      switch (reader.next()) {
        case XMLStreamConstants.START_ELEMENT -> start(reader);
        case XMLStreamConstants.END_ELEMENT -> end();
        case XMLStreamConstants.CHARACTERS -> {
          if (text.length() <= TEXT_LENGTH_MAX) {
            text.append(reader.getText());
          }
        }
        case XMLStreamConstants.ENTITY_REFERENCE ->
            throw new UnreadableOutputException("nvidia-smi's XML has no entities of its own.");
        default -> {
          // Comments, the document type and the like say nothing.
        }
      }
    }
  }

  private void start(XMLStreamReader reader) throws UnreadableOutputException {
    if (path.size() >= DEPTH_MAX || ++elements > ELEMENTS_COUNT_MAX) {
      throw new UnreadableOutputException("nvidia-smi's XML is larger than any it prints.");
    }
    path.addLast(reader.getLocalName());
    text.setLength(0);
    if (here().equals(GPU)) {
      name = null;
      memoryBytes = 0;
      if (!places.add(String.valueOf(reader.getAttributeValue(null, "id")))) {
        throw new UnreadableOutputException("nvidia-smi tells of one device twice.");
      }
    }
  }

  private void end() throws UnreadableOutputException {
    String value = text.toString().strip();
    switch (here()) {
      case NAME -> name = value;
      case MEMORY -> memoryBytes = bytes(value);
      case DRIVER -> driver = value;
      case ATTACHED -> attached = value;
      case GPU -> {
        if (devices.size() == DeviceReport.DEVICES_MAX) {
          throw new UnreadableOutputException("nvidia-smi tells of too many devices.");
        }
        devices.add(DeviceReport.device(name, memoryBytes));
      }
      default -> {
        // Of no interest here.
      }
    }
    path.removeLast();
    text.setLength(0);
  }

  private String here() {
    return "/" + String.join("/", path);
  }

  private static long bytes(String value) {
    Matcher matcher = MEBIBYTES.matcher(value);
    return matcher.matches()
        ? Long.parseLong(String.valueOf(matcher.group(1))) << MEBIBYTE_SHIFT
        : 0;
  }

  private static XMLInputFactory factory() {
    // The platform's own, whatever else lies on the class path.
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, false);
    factory.setXMLReporter((message, type, information, location) -> {
      // Every fault comes as an exception, too; the platform would print it besides.
    });
    factory.setXMLResolver((publicId, systemId, base, namespace) -> {
      throw new XMLStreamException("nothing outside the text is read");
    });
    return factory;
  }
}
