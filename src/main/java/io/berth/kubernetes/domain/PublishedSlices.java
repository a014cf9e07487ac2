package io.berth.kubernetes.domain;

import io.berth.catalog.PublishedDevices;
import io.fabric8.kubernetes.api.model.resource.v1.Device;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceAttribute;
import io.fabric8.kubernetes.api.model.resource.v1.ResourcePool;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads resource slices of one node, as the scheduler does: of each pool the newest generation
 * counts, and only where all of its slices are there and no device is in it twice.
 */
public final class PublishedSlices {

  /** Effects of device taints that keep claims off, whatever else is there. */
  private static final Set<String> BARRING = Set.of("NoSchedule", "NoExecute");

  private PublishedSlices() {}

  /** What each driver publishes of the node that the slices are of. */
  public static List<PublishedDevices> of(Collection<ResourceSlice> slices) {
    Map<String, List<ResourceSlice>> byDriver =
        slices.stream()
            .collect(
                Collectors.groupingBy(
                    slice -> slice.getSpec().getDriver(), TreeMap::new, Collectors.toList()));
    List<PublishedDevices> published = new ArrayList<>();
    byDriver.forEach((driver, own) -> published.add(of(driver, own)));
    return published;
  }

  private static PublishedDevices of(String driver, List<ResourceSlice> slices) {
    boolean isComplete = true;
    List<Map<String, String>> devices = new ArrayList<>();
    Map<String, List<ResourceSlice>> byPool =
        slices.stream()
            .collect(
                Collectors.groupingBy(
                    slice -> String.valueOf(pool(slice).getName()),
                    TreeMap::new,
                    Collectors.toList()));
    for (List<ResourceSlice> pool : byPool.values()) {
      long newest =
          pool.stream().mapToLong(slice -> number(pool(slice).getGeneration())).max().orElse(0);
      List<ResourceSlice> current =
          pool.stream().filter(slice -> number(pool(slice).getGeneration()) == newest).toList();
      List<Device> all =
          current.stream().flatMap(slice -> slice.getSpec().getDevices().stream()).toList();
      Set<String> names = new HashSet<>();
      isComplete =
          isComplete
              && current.stream()
                  .allMatch(slice -> number(pool(slice).getResourceSliceCount()) == current.size())
              && all.stream().allMatch(device -> names.add(String.valueOf(device.getName())));
      all.stream()
          .filter(PublishedSlices::isForOneClaim)
          .forEach(device -> devices.add(attributes(driver, device)));
    }
    return new PublishedDevices(driver, isComplete, devices);
  }

  private static ResourcePool pool(ResourceSlice slice) {
    return Objects.requireNonNullElseGet(slice.getSpec().getPool(), ResourcePool::new);
  }

  private static long number(@Nullable Long value) {
    return value == null ? 0 : value;
  }

  /**
   * Whether a claim may have the device now, and for itself: not where it is tainted, may be shared
   * by claims, or has to be brought to the node first.
   */
  private static boolean isForOneClaim(Device device) {
    return !Boolean.TRUE.equals(device.getAllowMultipleAllocations())
        && device.getBindingConditions().isEmpty()
        && device.getTaints().stream().noneMatch(taint -> BARRING.contains(taint.getEffect()));
  }

  /** Attributes that are text; those of the driver's own domain may be written with it. */
  private static Map<String, String> attributes(String driver, Device device) {
    Map<String, String> attributes = new HashMap<>();
    Map<String, DeviceAttribute> all = Objects.requireNonNullElse(device.getAttributes(), Map.of());
    all.forEach((key, value) -> {
      String own = key.startsWith(driver + "/") ? key.substring(driver.length() + 1) : key;
      if (value != null && value.getString() != null) {
        attributes.put(own, value.getString());
      }
    });
    return attributes;
  }
}
