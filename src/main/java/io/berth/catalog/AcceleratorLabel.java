package io.berth.catalog;

/**
 * The node label that tells an accelerator's model, as the node has it, for use in node affinity.
 *
 * @param key the label's key
 * @param value its value, case preserved, suffixes included
 */
public record AcceleratorLabel(String key, String value) {}
