package io.berth.kubernetes.internal;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.Device;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceAttribute;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSliceBuilder;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps of resource slices what an observation of their node is made of: those of known drivers
 * that are of one node, without capacities and counters.
 */
final class ObservedSlices implements ItemStore<ResourceSlice> {

  /** No more are kept: a cluster that makes them up must not fill the heap. */
  static final int SLICES_MAX = 2 * ObservedNodes.NODES_MAX;

  private final ConcurrentHashMap<String, ResourceSlice> slices = new ConcurrentHashMap<>();

  /** By node, and by name. */
  private final ConcurrentHashMap<String, Map<String, ResourceSlice>> byNode =
      new ConcurrentHashMap<>();

  private final Set<String> drivers;
  private volatile boolean isTooMany;

  /** Keeps slices of drivers of these names. */
  ObservedSlices(Set<String> drivers) {
    this.drivers = drivers;
  }

  /** Those of a node. */
  List<ResourceSlice> of(String node) {
    Map<String, ResourceSlice> own = byNode.get(node);
    return own == null ? List.of() : List.copyOf(own.values());
  }

  /** Whether there were more than are kept. */
  boolean isTooMany() {
    return isTooMany;
  }

  /** The node that a slice is of; empty where it is of none alone, or of a driver unknown. */
  Optional<String> nodeOf(ResourceSlice slice) {
    return Optional.ofNullable(slice.getSpec())
        .filter(spec -> spec.getDriver() != null && drivers.contains(spec.getDriver()))
        .map(spec -> spec.getNodeName());
  }

  @Override
  public String getKey(ResourceSlice slice) {
    return slice.getMetadata().getName();
  }

  @Override
  public @Nullable ResourceSlice put(String key, ResourceSlice slice) {
    Optional<String> node = nodeOf(slice);
    if (node.isEmpty()) {
      return remove(key);
    }
    if (slices.size() >= SLICES_MAX && !slices.containsKey(key)) {
      isTooMany = true;
      return null;
    }
    ResourceSlice slim = slim(slice);
    ResourceSlice before = slices.put(key, slim);
    if (before != null && !nodeOf(before).equals(node)) {
      forget(key, before);
    }
    byNode.computeIfAbsent(node.get(), name -> new ConcurrentHashMap<>()).put(key, slim);
    return before;
  }

  @Override
  public @Nullable ResourceSlice remove(String key) {
    ResourceSlice before = slices.remove(key);
    if (before != null) {
      forget(key, before);
    }
    return before;
  }

  private void forget(String key, ResourceSlice slice) {
    nodeOf(slice)
        .ifPresent(node ->
            byNode.computeIfPresent(
                node,
                (name, own) -> {
                  own.remove(key);
                  return own.isEmpty() ? null : own;
                }));
  }

  @Override
  public Stream<String> keySet() {
    return List.copyOf(slices.keySet()).stream();
  }

  @Override
  public Stream<ResourceSlice> values() {
    return List.copyOf(slices.values()).stream();
  }

  @Override
  public int size() {
    return slices.size();
  }

  @Override
  public @Nullable ResourceSlice get(String key) {
    return slices.get(key);
  }

  @Override
  public boolean isFullState() {
    return false;
  }

  private static ResourceSlice slim(ResourceSlice slice) {
    return new ResourceSliceBuilder(slice)
        .withMetadata(
            new ObjectMetaBuilder()
                .withName(slice.getMetadata().getName())
                .withUid(slice.getMetadata().getUid())
                .withResourceVersion(slice.getMetadata().getResourceVersion())
                .build())
        .editSpec()
        .withSharedCounters()
        .withDevices(slice.getSpec().getDevices().stream().map(ObservedSlices::slim).toList())
        .endSpec()
        .build();
  }

  private static Device slim(Device device) {
    Map<String, DeviceAttribute> texts =
        new HashMap<>(Objects.requireNonNullElse(device.getAttributes(), Map.of()));
    texts.values().removeIf(value -> value == null || value.getString() == null);
    return new DeviceBuilder(device)
        .withAttributes(texts)
        .withCapacity(null)
        .withConsumesCounters()
        .build();
  }
}
