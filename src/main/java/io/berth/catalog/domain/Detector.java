package io.berth.catalog.domain;

import io.berth.catalog.AcceleratorLabel;
import io.berth.catalog.DetectedDevices;
import io.berth.catalog.Detection;
import io.berth.catalog.DetectionWarning;
import io.berth.catalog.DeviceDriver;
import io.berth.catalog.DeviceDrivers;
import io.berth.catalog.PublishedDevices;
import io.berth.catalog.SlotKind;
import io.berth.catalog.domain.DetectionTable.Claim;
import io.berth.catalog.domain.DetectionTable.ModelLabel;
import io.berth.catalog.domain.DetectionTable.ModelValue;
import io.berth.catalog.domain.DetectionTable.ResourceRule;
import io.berth.catalog.domain.DetectionTable.SlotLabel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Applies the table to one node at a time. */
public final class Detector {

  /** How many of different products a warning names. */
  private static final int PRODUCTS_TOLD_MAX = 5;

  /** More than any node has, shares of sixteen devices included; keeps a bad report harmless. */
  private static final long UNITS_PER_NODE_MAX = 4096;

  /** {@code AllocationResultsMaxSize} of resource.k8s.io/v1: no claim gets more devices. */
  private static final long DEVICES_PER_CLAIM_MAX = 32;

  private static final String PROFILE = "profile";

  private final DetectionTable table;

  /** A detector that knows what {@code table} lists. */
  public Detector(DetectionTable table) {
    this.table = table;
  }

  /** What a node offers; the order of no collection matters. */
  public Detection detect(
      Map<String, String> labels,
      Map<String, Long> allocatable,
      Map<String, Long> capacity,
      List<PublishedDevices> published) {
    List<DetectedDevices> devices = new ArrayList<>();
    List<DetectionWarning> warnings = new ArrayList<>();
    Set<String> vendors = new HashSet<>();
    for (Map.Entry<String, Long> entry : new TreeMap<>(allocatable).entrySet()) {
      String resourceName = entry.getKey();
      long count = entry.getValue();
      if (count <= 0 || isIgnored(resourceName)) {
        continue;
      }
      Optional<ResourceRule> rule = ruleFor(resourceName);
      if (rule.isEmpty()) {
        if (table.domains().contains(domain(resourceName))) {
          warnings.add(new DetectionWarning.UnrecognizedResource(resourceName));
        }
        continue;
      }
      vendors.add(rule.get().vendor());
      if (count > UNITS_PER_NODE_MAX) {
        warnings.add(new DetectionWarning.ImplausibleCount(resourceName, count));
        continue;
      }
      devices.add(describe(rule.get(), resourceName, Math.toIntExact(count), labels, warnings));
    }
    Set<String> plugged = new HashSet<>(vendors);
    capacity.forEach((resourceName, count) -> {
      if (count > 0 && !isIgnored(resourceName)) {
        ruleFor(resourceName).ifPresent(rule -> plugged.add(rule.vendor()));
      }
    });
    for (PublishedDevices of :
        published.stream().sorted(Comparator.comparing(PublishedDevices::driver)).toList()) {
      DeviceDrivers.named(of.driver())
          .filter(driver -> !plugged.contains(driver.vendor()))
          .ifPresent(
              driver -> describe(driver, of, labels, warnings, vendors).ifPresent(devices::add));
    }
    warnings.addAll(labelsWithoutDevices(labels, vendors));
    return new Detection(devices, warnings);
  }

  private boolean isIgnored(String resourceName) {
    return table.ignored().stream().anyMatch(pattern -> pattern.matcher(resourceName).matches());
  }

  private Optional<ResourceRule> ruleFor(String resourceName) {
    return table.resources().stream()
        .filter(rule -> rule.name().matcher(resourceName).matches())
        .findFirst();
  }

  private static String domain(String resourceName) {
    int slash = resourceName.indexOf('/');
    return slash < 0 ? "" : resourceName.substring(0, slash);
  }

  private DetectedDevices describe(
      ResourceRule rule,
      String resourceName,
      int count,
      Map<String, String> labels,
      List<DetectionWarning> warnings) {
    Evidence evidence =
        new Evidence(new Unit(rule.slot(), profileOf(rule.name().matcher(resourceName))));
    if (rule.model() != null) {
      evidence.models.add(rule.model());
    }
    evidence.read(rule.vendor(), labels);
    Unit unit = evidence.unit;
    for (SlotLabel label : table.slots()) {
      String value = labels.get(label.keyFor(resourceName));
      if (value == null || !label.resource().matcher(resourceName).matches()) {
        continue;
      }
      Matcher matcher = label.value().matcher(value);
      if (matcher.matches()) {
        unit = unit.atMost(label.slot(), profileOf(matcher));
      }
    }
    AcceleratorLabel unclear = evidence.unclear;
    if (evidence.models.size() > 1) {
      warnings.add(
          new DetectionWarning.ConflictingModels(resourceName, List.copyOf(evidence.models)));
    } else if (evidence.models.isEmpty() && unclear != null) {
      warnings.add(new DetectionWarning.UnknownModel(resourceName, unclear.key(), unclear.value()));
    }
    return new DetectedDevices(
        resourceName,
        count,
        rule.vendor(),
        evidence.model(),
        unit.slot(),
        unit.profile(),
        evidence.identifying == null ? unclear : evidence.identifying);
  }

  /**
   * What a driver's devices are. What labels say of them is held against what they say themselves.
   *
   * @param vendors gets the vendor where there may be devices of it
   */
  private Optional<DetectedDevices> describe(
      DeviceDriver driver,
      PublishedDevices published,
      Map<String, String> labels,
      List<DetectionWarning> warnings,
      Set<String> vendors) {
    if (!published.isComplete()) {
      vendors.add(driver.vendor());
      warnings.add(new DetectionWarning.IncompletePool(driver.name()));
      return Optional.empty();
    }
    List<Map<String, String>> whole = published.devices().stream().filter(driver::isWhole).toList();
    if (whole.isEmpty()) {
      return Optional.empty();
    }
    vendors.add(driver.vendor());
    String resourceName = driver.resourceName();
    if (whole.size() > DEVICES_PER_CLAIM_MAX) {
      warnings.add(new DetectionWarning.ImplausibleCount(resourceName, whole.size()));
      return Optional.empty();
    }
    Set<Optional<String>> products =
        whole.stream().map(driver::productOf).collect(Collectors.toSet());
    if (products.size() > 1) {
      warnings.add(
          new DetectionWarning.DifferentDevices(
              driver.name(),
              products.stream()
                  .map(product -> product.orElse("unnamed"))
                  .sorted()
                  .limit(PRODUCTS_TOLD_MAX)
                  .toList()));
      return Optional.empty();
    }
    Optional<String> product = products.iterator().next();
    Evidence evidence = new Evidence(new Unit(SlotKind.WHOLE_DEVICE, null));
    evidence.read(driver.vendor(), labels);
    product.ifPresent(
        name -> evidence.read(driver.vendor(), Map.of(driver.label(), driver.labelValue(name))));
    if (evidence.models.size() > 1) {
      // What is declared would be believed, and the devices themselves say otherwise.
      warnings.add(
          new DetectionWarning.ConflictingModels(resourceName, List.copyOf(evidence.models)));
      return Optional.empty();
    }
    if (product.isPresent() && !agrees(labels.get(driver.label()), driver, product.get())) {
      warnings.add(
          new DetectionWarning.DisagreeingLabel(
              driver.label(), String.valueOf(labels.get(driver.label())), product.get()));
      return Optional.empty();
    }
    if (evidence.models.isEmpty() && product.isPresent()) {
      warnings.add(
          new DetectionWarning.UnknownProduct(resourceName, driver.productKey(), product.get()));
    }
    return Optional.of(
        new DetectedDevices(
            resourceName,
            whole.size(),
            driver.vendor(),
            evidence.model(),
            evidence.unit.slot(),
            evidence.unit.profile(),
            product.map(name -> new AcceleratorLabel(driver.productKey(), name)).orElse(null)));
  }

  /** Whether a label, if there is one, says what the devices say, whatever a tool appended. */
  private static boolean agrees(@Nullable String label, DeviceDriver driver, String product) {
    String value = driver.labelValue(product);
    return label == null
        || label.equals(value)
        || label.startsWith(value + "-MIG-")
        || label.startsWith(value + "-SHARED");
  }

  /** What labels tell of a vendor's devices. */
  private final class Evidence {
    private final Set<String> models = new TreeSet<>();
    private Unit unit;
    private @Nullable AcceleratorLabel identifying;
    private @Nullable AcceleratorLabel unclear;

    Evidence(Unit unit) {
      this.unit = unit;
    }

    void read(String vendor, Map<String, String> labels) {
      for (ModelLabel label : table.models()) {
        String value = labels.get(label.key());
        if (value == null || !label.vendor().equals(vendor) || !label.concerns(value)) {
          continue;
        }
        AcceleratorLabel seen = new AcceleratorLabel(label.key(), value);
        Optional<ModelValue> meaning = label.match(value, labels);
        if (meaning.isEmpty()) {
          unclear = unclear == null ? seen : unclear;
          continue;
        }
        identifying = identifying == null ? seen : identifying;
        models.add(meaning.get().model());
        unit = unit.atMost(meaning.get().slot(), meaning.get().profile());
      }
    }

    @Nullable String model() {
      return models.size() == 1 ? models.iterator().next() : null;
    }
  }

  private static @Nullable String profileOf(Matcher matcher) {
    return matcher.matches() && matcher.namedGroups().containsKey(PROFILE)
        ? matcher.group(PROFILE)
        : null;
  }

  /** Labels that claim devices of vendors of which nothing is allocatable. */
  private List<DetectionWarning> labelsWithoutDevices(
      Map<String, String> labels, Set<String> vendors) {
    // Several vendors may share a key; the label is fine where any of them has devices.
    Map<String, Set<String>> claimants = new TreeMap<>();
    for (ModelLabel label : table.models()) {
      String value = labels.get(label.key());
      if (value != null && label.concerns(value)) {
        claimants.computeIfAbsent(label.key(), key -> new HashSet<>()).add(label.vendor());
      }
    }
    for (Claim claim : table.claims()) {
      String value = labels.get(claim.key());
      if (value != null && claim.value().matcher(value).matches()) {
        claimants.computeIfAbsent(claim.key(), key -> new HashSet<>()).add(claim.vendor());
      }
    }
    List<DetectionWarning> warnings = new ArrayList<>();
    claimants.forEach((key, claimed) -> {
      String value = labels.get(key);
      if (value != null && claimed.stream().noneMatch(vendors::contains)) {
        warnings.add(new DetectionWarning.LabelsWithoutDevices(key, value));
      }
    });
    return warnings;
  }

  /** What a unit is, as far as is known; every further fact can only make it less. */
  private record Unit(SlotKind slot, @Nullable String profile) {

    Unit atMost(@Nullable SlotKind otherSlot, @Nullable String otherProfile) {
      String known = profile == null ? otherProfile : profile;
      return otherSlot != null && otherSlot.compareTo(slot) > 0
          ? new Unit(otherSlot, known)
          : new Unit(slot, known);
    }
  }
}
