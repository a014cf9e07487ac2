package io.berth.inventory;

import org.jspecify.annotations.Nullable;

/**
 * What a node has beside its devices, and how it was seen to hold up.
 *
 * @param cpuMillis allocatable processors, in thousandths of a core; null where unknown
 * @param memoryMib allocatable memory, in MiB; null where unknown
 * @param reliability from 0 to 1: 1 / (1 + failures), where a failure is the node turning from
 *     ready to not ready and counts half after each thirty days when the next one comes
 */
public record NodeResources(
    @Nullable Long cpuMillis, @Nullable Long memoryMib, double reliability) {

  /** Of which nothing is known, and which was not seen to fail. */
  public static final NodeResources UNKNOWN = new NodeResources(null, null, 1);
}
