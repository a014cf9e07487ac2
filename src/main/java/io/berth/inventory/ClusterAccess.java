package io.berth.inventory;

import java.net.URI;

/**
 * How to reach a cluster.
 *
 * @param cluster which
 * @param server the address of its Kubernetes API
 * @param credentials in clear; keep them in memory only
 * @param credentialsVersion grows with each rotation
 */
public record ClusterAccess(
    ClusterId cluster, URI server, ClusterCredentials credentials, long credentialsVersion) {}
