package io.berth.kubernetes.internal;

import io.berth.catalog.DeviceDriver;
import io.berth.catalog.DeviceDrivers;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.Device;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceAttribute;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceAttributeBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceTaintBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.ResourcePool;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSliceBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSliceSpec;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps of resource slices what an observation of their node is made of: those of known drivers
 * that are of one node, without capacities and counters.
 */
final class ObservedSlices implements ItemStore<ResourceSlice> {

  /** No more are kept: a cluster that makes them up must not fill the heap. */
  static final int SLICES_MAX = 2 * ObservedNodes.NODES_MAX;

  /**
   * Nor more than so many bytes: as many slices with ten thousand each, of which a usual one, with
   * eight devices, takes most.
   */
  static final long WEIGHT_MAX = SLICES_MAX * 10_000L;

  /** No more are listed, those of drivers among them that nobody knows. */
  static final int LISTED_MAX = 5 * SLICES_MAX;

  /** Of one node; those beyond are not there, so that their pool is not complete. */
  static final int SLICES_OF_A_NODE_MAX = 64;

  /** How many devices the API lets a slice have, and how long their attributes may be. */
  private static final int DEVICES_MAX = 128;

  private static final int TEXT_LENGTH_MAX = 64;

  private static final int NAME_LENGTH_MAX = 253;

  /** About what a device takes beside its texts, in bytes. */
  private static final int DEVICE_OVERHEAD = 1_000;

  /** There are three effects of taints. */
  private static final int EFFECTS_MAX = 3;

  private final ConcurrentHashMap<String, ResourceSlice> slices = new ConcurrentHashMap<>();

  /** By node, and by name. */
  private final ConcurrentHashMap<String, Map<String, ResourceSlice>> byNode =
      new ConcurrentHashMap<>();

  private final KeptWeight weight;
  private final Set<String> drivers;

  /** By driver, the attributes that tell what a device is, with their domain and without. */
  private final Map<String, Set<String>> attributes = new HashMap<>();

  /** How many were put, those that are not kept among them. */
  private final AtomicLong put = new AtomicLong();

  private volatile boolean isListed;
  private volatile @Nullable String tooMuch;
  private volatile boolean isClosed;

  /** Keeps slices of drivers of these names. */
  ObservedSlices(Set<String> drivers, KeptWeight weight) {
    this.drivers = drivers;
    this.weight = weight;
    for (DeviceDriver driver : DeviceDrivers.all()) {
      attributes.put(
          driver.name(),
          Stream.concat(driver.whole().keySet().stream(), Stream.of(driver.product()))
              .flatMap(name -> Stream.of(name, driver.name() + "/" + name))
              .collect(Collectors.toSet()));
    }
  }

  /** Those of a node. */
  List<ResourceSlice> of(String node) {
    Map<String, ResourceSlice> own = byNode.get(node);
    return own == null ? List.of() : List.copyOf(own.values());
  }

  /** In words, that there was more than is kept; empty where there was not. */
  Optional<String> tooMuch() {
    return Optional.ofNullable(tooMuch);
  }

  /**
   * The node that a slice is of; empty where it is of none alone, of a driver unknown, or has a
   * name that no slice has.
   */
  Optional<String> nodeOf(ResourceSlice slice) {
    return Optional.ofNullable(slice.getSpec())
        .filter(spec -> spec.getDriver() != null && drivers.contains(spec.getDriver()))
        .map(spec -> spec.getNodeName())
        .filter(KeptNode::isName)
        .filter(node -> ClusterText.isPlain(slice.getMetadata().getName(), NAME_LENGTH_MAX));
  }

  @Override
  public String getKey(ResourceSlice slice) {
    return slice.getMetadata().getName();
  }

  /** Whoever fills it has the whole list. */
  void listed() {
    isListed = true;
  }

  /** Nobody wants it filled any more. */
  void close() {
    isClosed = true;
    weight.close();
  }

  /**
   * Keeps a slice.
   *
   * @throws KubernetesClientException as {@link ObservedNodes#put} does
   */
  @Override
  public @Nullable ResourceSlice put(String key, ResourceSlice slice) {
    if (isClosed) {
      throw new KubernetesClientException("Nobody follows these slices any more.");
    }
    if (!isListed && put.incrementAndGet() > LISTED_MAX) {
      throw tooMany("The cluster lists more than %d resource slices.".formatted(LISTED_MAX));
    }
    Optional<String> node = nodeOf(slice);
    if (node.isEmpty()) {
      return remove(key);
    }
    if (slices.size() >= SLICES_MAX && !slices.containsKey(key)) {
      return refuse("The cluster has more than %d resource slices.".formatted(SLICES_MAX));
    }
    Map<String, ResourceSlice> own = byNode.get(node.get());
    if (own != null && own.size() >= SLICES_OF_A_NODE_MAX && !own.containsKey(key)) {
      return remove(key);
    }
    ResourceSlice slim = slim(slice);
    long more = weight(slim) - weightOf(slices.get(key));
    if (!weight.add(more)) {
      return refuse(
          "The cluster says too much of its devices: there is no room for more, or for more of its provider's clusters.");
    }
    ResourceSlice before = slices.put(key, slim);
    if (before != null && !nodeOf(before).equals(node)) {
      forget(key, before);
    }
    byNode.computeIfAbsent(node.get(), name -> new ConcurrentHashMap<>()).put(key, slim);
    return before;
  }

  private @Nullable ResourceSlice refuse(String why) {
    KubernetesClientException tooMany = tooMany(why);
    if (isListed) {
      return null;
    }
    throw tooMany;
  }

  private KubernetesClientException tooMany(String why) {
    tooMuch = why;
    return new NodeInformers.NodesTooMany(why);
  }

  private static long weightOf(@Nullable ResourceSlice kept) {
    return kept == null ? 0 : weight(kept);
  }

  private static long weight(ResourceSlice kept) {
    long weight = KeptNode.weight(kept.getMetadata().getName());
    weight += KeptNode.weight(kept.getSpec().getNodeName());
    weight += KeptNode.weight(kept.getSpec().getPool().getName());
    for (Device device : kept.getSpec().getDevices()) {
      weight += DEVICE_OVERHEAD + KeptNode.weight(device.getName());
      for (DeviceAttribute attribute : device.getAttributes().values()) {
        weight += KeptNode.weight(attribute.getString());
      }
    }
    return weight;
  }

  @Override
  public @Nullable ResourceSlice remove(String key) {
    ResourceSlice before = slices.remove(key);
    weight.add(-weightOf(before));
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

  private ResourceSlice slim(ResourceSlice slice) {
    ResourceSliceSpec spec = slice.getSpec();
    ResourcePool pool = Objects.requireNonNullElseGet(spec.getPool(), ResourcePool::new);
    boolean isPlausible =
        spec.getDevices().size() <= DEVICES_MAX
            && (pool.getName() == null || ClusterText.isPlain(pool.getName(), NAME_LENGTH_MAX))
            && spec.getDevices().stream()
                .allMatch(device -> ClusterText.isPlain(device.getName(), TEXT_LENGTH_MAX));
    Set<String> told = attributes.getOrDefault(spec.getDriver(), Set.of());
    return new ResourceSliceBuilder()
        .withMetadata(
            new ObjectMetaBuilder()
                .withName(slice.getMetadata().getName())
                .withUid(word(slice.getMetadata().getUid()))
                .withResourceVersion(word(slice.getMetadata().getResourceVersion()))
                .build())
        .withNewSpec()
        .withDriver(spec.getDriver())
        .withNodeName(spec.getNodeName())
        .withNewPool()
        .withName(isPlausible ? pool.getName() : null)
        .withGeneration(pool.getGeneration())
        // A slice that no API server takes is one of a pool of which not all is there.
        .withResourceSliceCount(isPlausible ? pool.getResourceSliceCount() : Long.valueOf(-1))
        .endPool()
        .withDevices(
            isPlausible
                ? spec.getDevices().stream().map(device -> slim(device, told)).toList()
                : List.of())
        .endSpec()
        .build();
  }

  private static @Nullable String word(@Nullable String text) {
    return ClusterText.isPlain(text, TEXT_LENGTH_MAX) ? text : null;
  }

  private static Device slim(Device device, Set<String> told) {
    Map<String, DeviceAttribute> texts = new HashMap<>();
    Objects.requireNonNullElse(device.getAttributes(), Map.<String, DeviceAttribute>of())
        .forEach((key, value) -> {
          if (told.contains(key)
              && value != null
              && ClusterText.isPlain(value.getString(), TEXT_LENGTH_MAX)) {
            texts.put(key, new DeviceAttributeBuilder().withString(value.getString()).build());
          }
        });
    return new DeviceBuilder()
        .withName(device.getName())
        .withAttributes(texts)
        .withAllowMultipleAllocations(device.getAllowMultipleAllocations())
        .withBindingConditions(
            device.getBindingConditions().stream().limit(1).map(condition -> "some").toList())
        .withTaints(
            device.getTaints().stream()
                .map(taint -> taint.getEffect())
                .filter(effect -> ClusterText.isPlain(effect, TEXT_LENGTH_MAX))
                .distinct()
                .limit(EFFECTS_MAX)
                .map(effect -> new DeviceTaintBuilder().withEffect(effect).build())
                .toList())
        .build();
  }
}
