package io.berth.inventory;

import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A taint of a node, which jobs must tolerate to run there.
 *
 * @param key its key
 * @param value its value; null where it has none
 * @param effect {@code NoSchedule}, {@code PreferNoSchedule} or {@code NoExecute}
 */
@Schema(description = "A taint of a Kubernetes node")
public record NodeTaint(
    @Schema(examples = "nvidia.com/gpu") String key,
    @Schema(examples = "present") @Nullable String value,
    @Schema(description = "NoSchedule, PreferNoSchedule or NoExecute", examples = "NoSchedule")
        String effect) {}
