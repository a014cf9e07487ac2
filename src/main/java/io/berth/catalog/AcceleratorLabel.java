package io.berth.catalog;

/**
 * The node label that tells an accelerator's model, as the node has it, for use in node affinity;
 * or the attribute that does of devices that are claimed.
 *
 * @param key the label's key, or the attribute's name with its driver's before it
 * @param value its value, case preserved, suffixes included
 */
public record AcceleratorLabel(String key, String value) {}
