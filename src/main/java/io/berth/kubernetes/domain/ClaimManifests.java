package io.berth.kubernetes.domain;

import io.berth.catalog.DeviceDriver;
import io.berth.catalog.DeviceDrivers;
import io.berth.inventory.NodeLabel;
import io.berth.inventory.NodePool;
import io.berth.leasing.LeaseDelivery;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodResourceClaim;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimTemplate;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimTemplateBuilder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How pods ask for accelerators: by a pool's extended resource, or, where a driver publishes its
 * devices, by claims ({@code resource.k8s.io/v1}). A claim is made by the cluster for one pod, from
 * a template that is named after what is in it, so that the same is never made twice; it goes with
 * the pod, the template with the namespace. Nothing ever asks for {@code adminAccess}.
 */
public final class ClaimManifests {

  /** The version of the API that claims are made in. */
  public static final String API = "resource.k8s.io/v1";

  /** The template that a tenant's own pods may name: one device of the lease's kind. */
  public static final String TENANT_TEMPLATE = "berth-accelerator";

  /** The name of the claim within a pod, and of what is asked for within the claim. */
  private static final String CLAIM = "accelerators";

  private static final String TEMPLATE_PREFIX = "berth-accelerators-";
  private static final Pattern TEMPLATE =
      Pattern.compile(TEMPLATE_PREFIX + "([0-9]{1,4})-[0-9a-f]{8}");
  private static final int DIGEST_BYTES = 4;

  /** What bounds how many claims there are. */
  static final String CLAIMS_COUNT = "count/resourceclaims.resource.k8s.io";

  private ClaimManifests() {}

  /** Whether devices of a pool are claimed. */
  public static boolean isClaimed(NodePool pool) {
    return pool.resourceName().endsWith(DeviceDriver.CLASS_SUFFIX);
  }

  /** What a container asks for that gets so many accelerators. */
  static ResourceRequirementsBuilder resources(NodePool pool, int count) {
    if (isClaimed(pool)) {
      return new ResourceRequirementsBuilder().addNewClaim().withName(CLAIM).endClaim();
    }
    Map<String, Quantity> accelerators =
        Map.of(pool.resourceName(), new Quantity(Integer.toString(count)));
    return new ResourceRequirementsBuilder().withLimits(accelerators).withRequests(accelerators);
  }

  /** The claims of a pod whose container gets so many accelerators. */
  static List<PodResourceClaim> claims(NodePool pool, int count) {
    return isClaimed(pool)
        ? List.of(new PodResourceClaim(CLAIM, null, templateName(pool, count)))
        : List.of();
  }

  /** How many devices a pod claims by templates of this service. */
  static int devices(PodSpec pod) {
    return pod.getResourceClaims().stream()
        .map(claim -> String.valueOf(claim.getResourceClaimTemplateName()))
        .map(TEMPLATE::matcher)
        .filter(Matcher::matches)
        .mapToInt(name -> Integer.parseInt(String.valueOf(name.group(1))))
        .sum();
  }

  /** What bounds a lease's accelerators. */
  static Map<String, Quantity> quota(NodePool pool, int accelerators) {
    Quantity amount = new Quantity(Integer.toString(accelerators));
    Map<String, Quantity> hard = new TreeMap<>();
    if (isClaimed(pool)) {
      hard.put(pool.resourceName(), amount);
      // Each has a device at least.
      hard.put(CLAIMS_COUNT, amount);
    } else {
      hard.put("requests." + pool.resourceName(), amount);
    }
    return hard;
  }

  /**
   * What claims of a pod with so many accelerators are made from; empty where the pool's are not
   * claimed.
   */
  public static Optional<ResourceClaimTemplate> template(LeaseDelivery lease, int count) {
    return template(lease.pool(), count, Marks.namespace(lease.id()), Marks.of(lease.id()));
  }

  /** The same in another namespace. */
  static Optional<ResourceClaimTemplate> template(
      NodePool pool, int count, String namespace, Map<String, String> labels) {
    return isClaimed(pool)
        ? Optional.of(
            template(
                driver(pool),
                count,
                selector(pool),
                new ObjectMetaBuilder()
                    .withName(templateName(pool, count))
                    .withNamespace(namespace)
                    .withLabels(labels)))
        : Optional.empty();
  }

  /**
   * What a tenant's own pods may be given devices from, one for each claim that names it; empty
   * where the pool's are not claimed. The quota bounds how many, and the nodes that such pods have
   * to select, which.
   */
  public static Optional<ResourceClaimTemplate> tenantTemplate(LeaseDelivery lease) {
    return isClaimed(lease.pool())
        ? Optional.of(
            template(
                driver(lease.pool()),
                1,
                whole(driver(lease.pool())),
                new ObjectMetaBuilder()
                    .withName(TENANT_TEMPLATE)
                    .withNamespace(Marks.namespace(lease.id()))
                    .withLabels(Marks.of(lease.id()))))
        : Optional.empty();
  }

  private static ResourceClaimTemplate template(
      DeviceDriver driver, int count, String selector, ObjectMetaBuilder metadata) {
    return new ResourceClaimTemplateBuilder()
        .withMetadata(metadata.build())
        .withNewSpec()
        .withNewSpec()
        .withNewDevices()
        .addNewRequest()
        .withName(CLAIM)
        .withNewExactly()
        .withDeviceClassName(driver.deviceClass())
        .withAllocationMode("ExactCount")
        .withCount((long) count)
        .addNewSelector()
        .withNewCel(selector)
        .endSelector()
        .endExactly()
        .endRequest()
        .endDevices()
        .endSpec()
        .endSpec()
        .build();
  }

  private static DeviceDriver driver(NodePool pool) {
    return DeviceDrivers.ofResource(pool.resourceName())
        .orElseThrow(
            () -> new IllegalStateException("no driver is known for " + pool.resourceName()));
  }

  private static String templateName(NodePool pool, int count) {
    String content = driver(pool).deviceClass() + "\n" + selector(pool);
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
      return TEMPLATE_PREFIX + count + "-" + HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Which devices are taken, whatever the device class selects: whole ones of the driver, and of
   * the product that was leased, since a node may have been rebuilt under its name.
   */
  private static String selector(NodePool pool) {
    DeviceDriver driver = driver(pool);
    Optional<NodeLabel> product =
        pool.acceleratorLabel().filter(label -> label.key().equals(driver.productKey()));
    StringBuilder selector = new StringBuilder(whole(driver));
    product.ifPresent(label -> has(driver, driver.product(), label.value(), selector));
    return selector.toString();
  }

  private static String whole(DeviceDriver driver) {
    StringBuilder selector = new StringBuilder("device.driver == '" + driver.name() + "'");
    new TreeMap<>(driver.whole())
        .forEach((attribute, value) -> has(driver, attribute, value, selector));
    return selector.toString();
  }

  /** What a device lacks must be asked for first: else no claim of the cluster is allocated. */
  private static void has(
      DeviceDriver driver, String attribute, String value, StringBuilder selector) {
    if (!DeviceDriver.isPlain(value)) {
      throw new IllegalArgumentException("not the plain words of an attribute");
    }
    String path = "device.attributes['" + driver.name() + "']." + attribute;
    selector.append(" && has(%s) && %s == '%s'".formatted(path, path, value));
  }
}
