package io.berth.kubernetes;

import io.fabric8.kubernetes.api.model.resource.v1.Device;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceAttribute;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceAttributeBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceCapacityBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceClass;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceClassBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSliceBuilder;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** What NVIDIA's driver publishes, as its source says (deviceinfo.go, and its chart's class). */
public final class Slices {

  public static final String DRIVER = "gpu.nvidia.com";
  public static final String H100 = "NVIDIA H100 80GB HBM3";

  private Slices() {}

  /** A slice of a node's pool. */
  public static ResourceSlice slice(
      String name, String node, long generation, long slices, Device... devices) {
    return new ResourceSliceBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withDriver(DRIVER)
        .withNodeName(node)
        .withNewPool()
        .withName(node)
        .withGeneration(generation)
        .withResourceSliceCount(slices)
        .endPool()
        .withDevices(devices)
        .endSpec()
        .build();
  }

  /** The only slice of a node with so many H100. */
  public static ResourceSlice h100s(String node, int count) {
    return slice(
        node + "-" + DRIVER,
        node,
        1,
        1,
        IntStream.range(0, count).mapToObj(Slices::gpu).toArray(Device[]::new));
  }

  /** A whole H100. */
  public static Device gpu(int minor) {
    return gpu(minor, H100);
  }

  /** A whole device of a product. */
  public static Device gpu(int minor, String product) {
    return new DeviceBuilder(
            attributed(
                "gpu-" + minor,
                Map.of("type", "gpu", "productName", product, "uuid", "GPU-" + minor)))
        .addToAttributes(
            "driverVersion", new DeviceAttributeBuilder().withVersion("580.65.6").build())
        .addToCapacity(
            Map.of("memory", new DeviceCapacityBuilder().withNewValue("81559Mi").build()))
        .build();
  }

  /** A device with such attributes. */
  public static Device attributed(String name, Map<String, String> attributes) {
    Map<String, DeviceAttribute> texts = new TreeMap<>();
    attributes.forEach(
        (key, value) -> texts.put(key, new DeviceAttributeBuilder().withString(value).build()));
    return new DeviceBuilder().withName(name).withAttributes(texts).build();
  }

  /** The same with a taint. */
  public static Device tainted(Device device, String effect) {
    return new DeviceBuilder(device)
        .addNewTaint()
        .withKey("gpu.nvidia.com/unhealthy")
        .withEffect(effect)
        .endTaint()
        .build();
  }

  /** The class of its chart. */
  public static DeviceClass deviceClass() {
    return new DeviceClassBuilder()
        .withNewMetadata()
        .withName(DRIVER)
        .endMetadata()
        .withNewSpec()
        .addNewSelector()
        .withNewCel(
            "device.driver == 'gpu.nvidia.com' && device.attributes['gpu.nvidia.com'].type == 'gpu'")
        .endSelector()
        .endSpec()
        .build();
  }
}
