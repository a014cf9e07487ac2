package io.berth.inventory;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A node label, for use in node affinity, or an attribute of devices that are claimed; case
 * preserved.
 */
@Schema(
    description =
        "A label of a Kubernetes node, or an attribute of its devices where they are claimed")
public record NodeLabel(
    @Schema(examples = "nvidia.com/gpu.product") String key,
    @Schema(examples = "NVIDIA-H100-80GB-HBM3") String value) {}
