package io.berth.inventory.domain;

import io.berth.catalog.SlotKind;
import org.jspecify.annotations.Nullable;

/**
 * What the nodes of a pool have in common.
 *
 * @param resourceName the extended resource, or what quotas call the class of claimed devices
 * @param modelId the catalogue's model; null where unknown
 * @param slotKind what one unit is
 * @param profile kind of partition; null where there is none
 * @param region value of the region label; null where there is none
 */
public record PoolKey(
    String resourceName,
    @Nullable String modelId,
    SlotKind slotKind,
    @Nullable String profile,
    @Nullable String region) {

  /** A name for people. */
  public String displayName() {
    StringBuilder name = new StringBuilder(modelId == null ? resourceName : modelId);
    if (profile != null) {
      name.append(' ').append(profile);
    } else if (slotKind != SlotKind.WHOLE_DEVICE) {
      name.append(" share");
    }
    if (region != null) {
      name.append(' ').append(region);
    }
    return name.toString();
  }
}
