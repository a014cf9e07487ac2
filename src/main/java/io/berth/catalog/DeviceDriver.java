package io.berth.catalog;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A driver that publishes devices for claims, and what its devices' attributes mean.
 *
 * @param name the driver's name, such as {@code gpu.nvidia.com}; also the domain of its attributes
 * @param vendor who makes its devices
 * @param deviceClass the device class that claims ask for them by
 * @param whole the attributes that all of its whole devices have, and nothing else that it
 *     publishes
 * @param product the attribute that tells the model
 * @param label the node label whose values are products, with another sign for blanks
 * @param blank that sign
 */
public record DeviceDriver(
    String name,
    String vendor,
    String deviceClass,
    Map<String, String> whole,
    String product,
    String label,
    String blank) {

  /**
   * What quotas count the devices of a class by, after the class's name. No extended resource can
   * have such a name, so it also tells pools of claimed devices from others.
   */
  public static final String CLASS_SUFFIX = ".deviceclass.resource.k8s.io/devices";

  /** What is safe between the quotes of a claim's expression; attributes have at most 64 signs. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9 ._()/+-]{1,64}");

  private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]*[a-z0-9])?");
  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z][A-Za-z0-9]*");

  /**
   * Copies the map; throws {@link IllegalArgumentException} where a part is missing, or could not
   * stand in a claim.
   */
  public DeviceDriver {
    require(name, NAME, "name");
    require(vendor, PLAIN, "vendor");
    require(deviceClass, NAME, "deviceClass");
    require(product, IDENTIFIER, "product");
    require(label, PLAIN, "label");
    require(blank, PLAIN, "blank");
    if (whole == null || whole.isEmpty()) {
      throw new IllegalArgumentException("whole: missing");
    }
    whole.forEach((attribute, value) -> {
      require(attribute, IDENTIFIER, "whole");
      require(value, PLAIN, "whole");
    });
    whole = Map.copyOf(new TreeMap<>(whole));
  }

  private static void require(@Nullable String part, Pattern form, String what) {
    if (part == null || !form.matcher(part).matches()) {
      throw new IllegalArgumentException(what + ": missing or malformed");
    }
  }

  /** The name of what pools of its devices count; also of the quota on them. */
  public String resourceName() {
    return deviceClass + CLASS_SUFFIX;
  }

  /** The key of the product's attribute, with its domain. */
  public String productKey() {
    return name + "/" + product;
  }

  /** Whether a device with such attributes is a whole one. */
  public boolean isWhole(Map<String, String> attributes) {
    return attributes.entrySet().containsAll(whole.entrySet());
  }

  /** What a device's attributes say that it is; empty where they do not, or not in plain words. */
  public Optional<String> productOf(Map<String, String> attributes) {
    return Optional.ofNullable(attributes.get(product)).filter(DeviceDriver::isPlain);
  }

  /** Whether a value may stand in a claim's expression, between quotes. */
  public static boolean isPlain(String value) {
    return PLAIN.matcher(value).matches();
  }

  /** What the vendor's tools would label a node with for a product. */
  public String labelValue(String productName) {
    return productName.replace(" ", blank);
  }
}
