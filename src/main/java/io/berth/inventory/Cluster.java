package io.berth.inventory;

import io.berth.platform.Condition;
import io.berth.platform.OrganizationId;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A provider's Kubernetes cluster.
 *
 * @param id identifies it
 * @param provider whose it is
 * @param name the provider's name for it, unique among its clusters that are not retired
 * @param server the address of its Kubernetes API
 * @param credentialType how the service shows it who it is
 * @param state where it stands
 * @param declarations what the provider says about it
 * @param conditions what was observed, see {@link ClusterObservation}; empty before the first look
 * @param kubernetesVersion as it reports it; null before it did
 * @param lastSyncedAt when its nodes were last read; null before the first time
 * @param version grows with each change that a person makes; observations do not move it
 * @param createdAt when it was registered
 */
public record Cluster(
    ClusterId id,
    OrganizationId provider,
    String name,
    URI server,
    CredentialType credentialType,
    ClusterState state,
    Declarations declarations,
    List<Condition> conditions,
    @Nullable String kubernetesVersion,
    @Nullable Instant lastSyncedAt,
    long version,
    Instant createdAt) {

  /** Copies the list. */
  public Cluster {
    conditions = List.copyOf(conditions);
  }
}
