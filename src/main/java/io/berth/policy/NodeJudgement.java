package io.berth.policy;

import io.berth.inventory.NodeId;
import io.berth.platform.OrganizationId;
import org.jspecify.annotations.Nullable;

/**
 * The answer for one node, with the facts that it rests on.
 *
 * @param node the node; null for one that was only described
 * @param providerId whose it is, whose own packs judged; null for a provider that was described
 * @param provider what was known of its provider
 * @param facts what was known of it
 * @param accelerator what was known of its devices
 * @param judgement the answer
 */
public record NodeJudgement(
    @Nullable NodeId node,
    @Nullable OrganizationId providerId,
    ProviderFacts provider,
    NodeFacts facts,
    AcceleratorFacts accelerator,
    Judgement judgement) {}
