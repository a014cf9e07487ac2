package io.berth.catalog;

import org.jspecify.annotations.Nullable;

/**
 * Devices of one kind that a node offers.
 *
 * @param resourceName the extended resource to ask for, such as {@code nvidia.com/gpu}; of devices
 *     that are claimed what quotas call those of their class
 * @param count how many units are allocatable; at least 1
 * @param vendor who made them
 * @param modelId the catalogue's model, or null where the node does not tell and the provider has
 *     to declare it
 * @param slotKind what one unit is
 * @param profile the kind of partition, such as {@code 1g.5gb}; null where there is none
 * @param acceleratorLabel the label that tells the model, or would if the catalogue had it; where
 *     devices are claimed the attribute of theirs that does; null where there is none
 */
public record DetectedDevices(
    String resourceName,
    int count,
    String vendor,
    @Nullable String modelId,
    SlotKind slotKind,
    @Nullable String profile,
    @Nullable AcceleratorLabel acceleratorLabel) {

  /** Throws {@link IllegalArgumentException} where there is no device. */
  public DetectedDevices {
    if (count < 1) {
      throw new IllegalArgumentException("devices that were detected are at least one");
    }
  }
}
