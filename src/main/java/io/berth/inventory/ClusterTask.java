package io.berth.inventory;

import io.berth.platform.OrganizationId;

/**
 * A cluster that is to be looked at now, claimed for one worker.
 *
 * @param cluster which
 * @param provider whose it is
 * @param epoch belongs to this claim: what an older claim observes is no longer taken
 */
public record ClusterTask(ClusterId cluster, OrganizationId provider, long epoch) {}
