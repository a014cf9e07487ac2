package io.berth.inventory;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A node label, for use in node affinity; case preserved. */
@Schema(description = "A label of a Kubernetes node")
public record NodeLabel(
    @Schema(examples = "nvidia.com/gpu.product") String key,
    @Schema(examples = "NVIDIA-H100-80GB-HBM3") String value) {}
