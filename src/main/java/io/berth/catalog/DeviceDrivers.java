package io.berth.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.berth.catalog.domain.CatalogResource;
import java.io.IOException;
import java.io.Reader;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The drivers that are known to publish devices for claims: {@code catalog/drivers.yaml}, whose
 * comments explain it.
 */
public final class DeviceDrivers {

  private static final List<DeviceDriver> ALL =
      CatalogResource.read("catalog/drivers.yaml", DeviceDrivers::read);

  private DeviceDrivers() {}

  /** The table's form. */
  private record Table(List<DeviceDriver> drivers) {}

  /** All of them, in the table's order. */
  public static List<DeviceDriver> all() {
    return ALL;
  }

  /** The driver of a name; empty where it is not known. */
  public static Optional<DeviceDriver> named(String name) {
    return ALL.stream().filter(driver -> driver.name().equals(name)).findFirst();
  }

  /** The driver whose devices a pool of such a resource name counts; empty where it is none. */
  public static Optional<DeviceDriver> ofResource(String resourceName) {
    return ALL.stream().filter(driver -> driver.resourceName().equals(resourceName)).findFirst();
  }

  /**
   * Reads the table.
   *
   * @param name the table's name, for errors
   * @throws InvalidCatalogException where it is malformed, or has a name or a class twice
   */
  static List<DeviceDriver> read(Reader text, String name) {
    ObjectReader reader = new YAMLMapper().readerFor(Table.class);
    List<DeviceDriver> drivers;
    try {
      drivers = List.copyOf(((Table) reader.readValue(text)).drivers());
    } catch (JsonProcessingException e) {
      throw new InvalidCatalogException(name + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new InvalidCatalogException(name + " cannot be read", e);
    }
    Set<String> seen = new HashSet<>();
    for (DeviceDriver driver : drivers) {
      if (!seen.add("driver " + driver.name()) || !seen.add("class " + driver.deviceClass())) {
        throw new InvalidCatalogException(name + ": " + driver.name() + " or its class is twice");
      }
    }
    return drivers;
  }
}
