package io.berth.policy;

import org.jspecify.annotations.Nullable;

/**
 * What is known of the request. Null means unknown.
 *
 * @param mode how the tenant gets at the device
 * @param workload what the device is to do
 * @param dataResidency where the data may lie
 * @param usNexus whether a US person or a site in the US takes part
 */
public record RequestFacts(
    @Nullable Mode mode,
    @Nullable Workload workload,
    @Nullable DataResidency dataResidency,
    @Nullable Boolean usNexus) {}
