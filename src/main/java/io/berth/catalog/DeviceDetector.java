package io.berth.catalog;

import io.berth.catalog.domain.CatalogResource;
import io.berth.catalog.domain.DetectionTable;
import io.berth.catalog.domain.Detector;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;

/** Tells a node's accelerators from what Kubernetes reports; knows the names of every vendor. */
@Startup
@ApplicationScoped
public class DeviceDetector {

  private final Detector detector;

  /**
   * Reads the table of names that the build holds.
   *
   * @throws InvalidCatalogException where it is not fit for use, which fails the start
   */
  public DeviceDetector(AcceleratorCatalog catalog) {
    detector =
        new Detector(
            CatalogResource.read(
                "catalog/detection.yaml",
                (table, name) -> DetectionTable.read(table, name, catalog::find)));
  }

  /**
   * What a node offers. Only what is allocatable counts: a label alone is no device.
   *
   * @param labels the node's labels
   * @param allocatable quantities of the node's {@code status.allocatable} that are whole numbers,
   *     by resource name; other resources than accelerators are passed over
   */
  public Detection detect(Map<String, String> labels, Map<String, Long> allocatable) {
    return detect(labels, allocatable, Map.of(), List.of());
  }

  /**
   * The same of a node of which drivers may publish devices for claims. They count where no device
   * plugin offers, or offered a moment ago, devices of the same vendor.
   *
   * @param capacity the same of {@code status.capacity}, where a plugin's resource stays for some
   *     minutes after the plugin stopped
   * @param published by driver; drivers that are not known are passed over
   */
  public Detection detect(
      Map<String, String> labels,
      Map<String, Long> allocatable,
      Map<String, Long> capacity,
      List<PublishedDevices> published) {
    return detector.detect(labels, allocatable, capacity, published);
  }
}
