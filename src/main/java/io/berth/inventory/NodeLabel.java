package io.berth.inventory;

/** A node label, for use in node affinity; case preserved. */
public record NodeLabel(String key, String value) {}
