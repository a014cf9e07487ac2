package io.berth.inventory;

/**
 * A cluster that is to be looked at now, claimed for one worker.
 *
 * @param cluster which
 * @param epoch belongs to this claim: what an older claim observes is no longer taken
 */
public record ClusterTask(ClusterId cluster, long epoch) {}
