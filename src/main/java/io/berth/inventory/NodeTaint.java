package io.berth.inventory;

import org.jspecify.annotations.Nullable;

/**
 * A taint of a node, which jobs must tolerate to run there.
 *
 * @param key its key
 * @param value its value; null where it has none
 * @param effect {@code NoSchedule}, {@code PreferNoSchedule} or {@code NoExecute}
 */
public record NodeTaint(String key, @Nullable String value, String effect) {}
