package io.berth.policy;

import io.berth.platform.OrganizationId;
import org.jspecify.annotations.Nullable;

/**
 * A node as a {@link VerdictIndex} holds it.
 *
 * @param owner its provider, whose packs judge it; null for one that is only described
 * @param provider what is known of the provider
 * @param node what is known of the node
 * @param accelerator what is known of its devices
 */
public record IndexedNode(
    @Nullable OrganizationId owner,
    ProviderFacts provider,
    NodeFacts node,
    AcceleratorFacts accelerator) {}
