package io.berth.catalog;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What one unit of a node's extended resource is, from the most to the least isolated. */
@Schema(
    description =
        "What one slot of a node is: WHOLE_DEVICE; MIG_INSTANCE, an isolated hardware partition of an NVIDIA device; SHARE, another part of a device, not isolated")
public enum SlotKind {
  /** A device as the catalogue describes it. */
  WHOLE_DEVICE,
  /** A hardware partition of an NVIDIA device, isolated from its neighbours. */
  MIG_INSTANCE,
  /**
   * A part of a device that the provider's own stack makes: time slices, virtual devices, dies or
   * partitions. Not isolated: one organization at a time.
   */
  SHARE
}
