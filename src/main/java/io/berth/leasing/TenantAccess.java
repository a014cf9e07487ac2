package io.berth.leasing;

/**
 * What a tenant may do with the kubeconfig of its lease.
 *
 * @param workloads whether it may make pods and workloads; else it follows what runs
 * @param reason why, in one CamelCase word
 * @param message why, in words
 */
public record TenantAccess(boolean workloads, String reason, String message) {}
