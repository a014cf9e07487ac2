package io.berth.catalog.domain;

import io.berth.catalog.AcceleratorLabel;
import io.berth.catalog.DetectedDevices;
import io.berth.catalog.Detection;
import io.berth.catalog.DetectionWarning;
import io.berth.catalog.SlotKind;
import io.berth.catalog.domain.DetectionTable.Claim;
import io.berth.catalog.domain.DetectionTable.ModelLabel;
import io.berth.catalog.domain.DetectionTable.ModelValue;
import io.berth.catalog.domain.DetectionTable.ResourceRule;
import io.berth.catalog.domain.DetectionTable.SlotLabel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/** Applies the table to one node at a time. */
public final class Detector {

  /** More than any node has, shares of sixteen devices included; keeps a bad report harmless. */
  private static final long UNITS_PER_NODE_MAX = 4096;

  private static final String PROFILE = "profile";

  private final DetectionTable table;

  /** A detector that knows what {@code table} lists. */
  public Detector(DetectionTable table) {
    this.table = table;
  }

  /** What a node offers; the order of neither map matters. */
  public Detection detect(Map<String, String> labels, Map<String, Long> allocatable) {
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
    Unit unit = new Unit(rule.slot(), profileOf(rule.name().matcher(resourceName)));
    Set<String> models = new TreeSet<>();
    AcceleratorLabel identifying = null;
    AcceleratorLabel unclear = null;
    if (rule.model() != null) {
      models.add(rule.model());
    }
    for (ModelLabel label : table.models()) {
      String value = labels.get(label.key());
      if (value == null || !label.vendor().equals(rule.vendor()) || !label.concerns(value)) {
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
    if (models.size() > 1) {
      warnings.add(new DetectionWarning.ConflictingModels(resourceName, List.copyOf(models)));
    } else if (models.isEmpty() && unclear != null) {
      warnings.add(new DetectionWarning.UnknownModel(resourceName, unclear.key(), unclear.value()));
    }
    return new DetectedDevices(
        resourceName,
        count,
        rule.vendor(),
        models.size() == 1 ? models.iterator().next() : null,
        unit.slot(),
        unit.profile(),
        identifying == null ? unclear : identifying);
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
