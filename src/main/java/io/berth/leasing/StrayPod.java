package io.berth.leasing;

/**
 * A pod of a lease that was seen on a node which the lease does not have.
 *
 * @param name the pod's
 * @param node the node's name in its cluster
 */
public record StrayPod(String name, String node) {}
