package io.berth.inventory.domain;

import io.berth.catalog.AcceleratorModel;
import io.berth.catalog.DetectedDevices;
import io.berth.catalog.SlotKind;
import io.berth.inventory.Declarations;
import io.berth.inventory.Jurisdiction;
import io.berth.inventory.NodeFlags;
import io.berth.inventory.NodeLabel;
import io.berth.inventory.NodeObservation;
import io.berth.inventory.NodeObservation.Failing;
import io.berth.inventory.Stated;
import io.berth.platform.Condition;
import io.berth.platform.ConditionStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What follows about a node from what its cluster reports and its provider declares.
 *
 * @param pool where it belongs; null where it offers nothing
 * @param slots how many units of the pool's resource are allocatable
 * @param acceleratorLabel the label that tells the model; null where it has none
 * @param jurisdiction where it stands
 * @param region value of the region label
 * @param zone value of the zone label
 * @param fabric value of the declared fabric label
 * @param nvlinkDomain the NVLink domain that it belongs to
 * @param flags further facts for export policy
 * @param conditions what stands out, each {@code True}; empty where nothing does
 * @param offerable whether it may be sold as far as the node itself goes
 */
public record NodeFacts(
    @Nullable PoolKey pool,
    int slots,
    @Nullable NodeLabel acceleratorLabel,
    Jurisdiction jurisdiction,
    @Nullable String region,
    @Nullable String zone,
    @Nullable String fabric,
    @Nullable String nvlinkDomain,
    NodeFlags flags,
    List<Condition> conditions,
    boolean offerable) {

  /** The condition of a node whose cluster says that its devices, or what they need, fail. */
  private static final String UNHEALTHY = "Unhealthy";

  private static final String REGION = "topology.kubernetes.io/region";
  private static final String ZONE = "topology.kubernetes.io/zone";
  private static final String NVLINK_DOMAIN = "nvidia.com/gpu.clique";

  /** Whole devices first, then devices of a known model, then the most. */
  private static final Comparator<DetectedDevices> MOST_SELLABLE =
      Comparator.comparing((DetectedDevices devices) -> devices.slotKind() != SlotKind.WHOLE_DEVICE)
          .thenComparing(devices -> devices.modelId() == null)
          .thenComparing(Comparator.comparing(DetectedDevices::count).reversed())
          .thenComparing(DetectedDevices::resourceName);

  /** Copies the list. */
  public NodeFacts {
    conditions = List.copyOf(conditions);
  }

  /**
   * Derives.
   *
   * @param models finds a model of the catalogue by its id
   * @param at when; the transition time of conditions
   */
  public static NodeFacts of(
      NodeObservation node,
      Declarations declarations,
      Function<String, Optional<AcceleratorModel>> models,
      Instant at) {
    return of(node, declarations, null, null, models, at);
  }

  /**
   * Derives, where somebody may have said something about this node alone.
   *
   * @param declared what its provider says of it; null for nothing
   * @param verified what an officer found; null for nothing
   */
  public static NodeFacts of(
      NodeObservation node,
      Declarations declarations,
      @Nullable Stated declared,
      @Nullable Stated verified,
      Function<String, Optional<AcceleratorModel>> models,
      Instant at) {
    Notes notes = new Notes(at);
    node.warnings().forEach(warning -> notes.add(warning.type(), warning.message()));
    if (!node.ready()) {
      notes.add("NotReady", "The cluster says that the node is not ready.");
    }
    if (!node.failing().isEmpty()) {
      notes.add(
          UNHEALTHY,
          "The cluster reports "
              + node.failing().stream().map(Failing::toString).collect(Collectors.joining(", "))
              + ": "
              + node.failing().getFirst().message());
    }
    if (!node.schedulable()) {
      notes.add("Unschedulable", "The node is cordoned.");
    }
    String region = node.labels().get(REGION);
    Jurisdiction jurisdiction = jurisdiction(region, declarations, declared, verified);
    if (jurisdiction.isDisputed()) {
      notes.add(
          "JurisdictionDisputed",
          "The region label %s says %s, the declaration says %s: correct one of them."
              .formatted(region, jurisdiction.discovered(), jurisdiction.declared()));
    } else if (jurisdiction.country() == null) {
      notes.add(
          "JurisdictionUnknown",
          "The region label tells no country: declare one for the region, or a default.");
    }
    Optional<DetectedDevices> offered = node.devices().stream().min(MOST_SELLABLE);
    if (node.devices().size() > 1) {
      notes.add(
          "SeveralResources",
          "Of several resources only %s is offered."
              .formatted(offered.orElseThrow().resourceName()));
    }
    String modelId =
        offered.map(devices -> model(devices, declarations, models, notes)).orElse(null);
    boolean offerable =
        node.isHealthy() && node.schedulable() && !jurisdiction.isDisputed() && modelId != null;
    return new NodeFacts(
        offered
            .map(devices ->
                new PoolKey(
                    devices.resourceName(), modelId, devices.slotKind(), devices.profile(), region))
            .orElse(null),
        offered.map(DetectedDevices::count).orElse(0),
        offered
            .map(DetectedDevices::acceleratorLabel)
            .map(label -> new NodeLabel(label.key(), label.value()))
            .orElse(null),
        jurisdiction,
        region,
        node.labels().get(ZONE),
        node.labels().get(declarations.fabricLabel()),
        node.labels().get(NVLINK_DOMAIN),
        FlagMerge.merge(
            node.labels(),
            declarations,
            jurisdiction,
            declared,
            verified,
            Optional.ofNullable(modelId)
                .flatMap(models)
                .map(AcceleratorModel::classification)
                .orElse(null)),
        notes.conditions,
        offerable);
  }

  /**
   * The same of a node that is to offer nothing.
   *
   * @param type of the condition that says so
   */
  public NodeFacts without(String type, String message, Instant at) {
    Notes notes = new Notes(at);
    notes.conditions.addAll(conditions);
    notes.add(type, message);
    return new NodeFacts(
        null,
        0,
        acceleratorLabel,
        jurisdiction,
        region,
        zone,
        fabric,
        nvlinkDomain,
        flags,
        notes.conditions,
        false);
  }

  private static Jurisdiction jurisdiction(
      @Nullable String region,
      Declarations declarations,
      @Nullable Stated own,
      @Nullable Stated verified) {
    String discovered = Countries.ofRegion(region).orElse(null);
    String found = verified == null ? null : verified.statement().country();
    if (own != null && own.statement().country() != null) {
      return Jurisdiction.of(discovered, own.statement().country(), found);
    }
    String declared = region == null ? null : declarations.countriesByRegion().get(region);
    if (declared == null && discovered == null) {
      declared = declarations.defaultCountry();
    }
    return Jurisdiction.of(discovered, declared, found);
  }

  private static @Nullable String model(
      DetectedDevices devices,
      Declarations declarations,
      Function<String, Optional<AcceleratorModel>> models,
      Notes notes) {
    if (devices.modelId() != null) {
      return devices.modelId();
    }
    String declared = declarations.models().get(devices.resourceName());
    if (declared == null) {
      notes.add(
          "ModelUnknown",
          "The node does not tell the model of %s: declare it for the cluster."
              .formatted(devices.resourceName()));
      return null;
    }
    Optional<AcceleratorModel> model = models.apply(declared);
    if (model.isEmpty() || !model.get().vendor().equalsIgnoreCase(devices.vendor())) {
      notes.add(
          "ModelUnknown",
          "The model %s is declared for %s, but %s."
              .formatted(
                  declared,
                  devices.resourceName(),
                  model.isEmpty()
                      ? "the catalogue has no such model"
                      : "it is made by " + model.get().vendor() + ", not " + devices.vendor()));
      return null;
    }
    return declared;
  }

  /** Gathers conditions, the first of a type. */
  private static final class Notes {
    private final Instant at;
    private final List<Condition> conditions = new ArrayList<>();

    Notes(Instant at) {
      this.at = at;
    }

    void add(String type, String message) {
      if (conditions.stream().noneMatch(condition -> condition.type().equals(type))) {
        conditions.add(new Condition(type, ConditionStatus.TRUE, "Observed", message, at));
      }
    }
  }
}
