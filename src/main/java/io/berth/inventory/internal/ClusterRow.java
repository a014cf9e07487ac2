package io.berth.inventory.internal;

import io.berth.inventory.ClusterState;
import io.berth.inventory.CredentialType;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A row of {@code cluster}. */
@Entity
@Table(name = "cluster")
public class ClusterRow {

  /** The columns' type, which the check of the schema at start-up would else take for varchar. */
  private static final String TEXT = "text";

  @Id UUID id;

  @Column(name = "provider_id")
  UUID providerId;

  @Column(columnDefinition = TEXT)
  String name;

  @Column(columnDefinition = TEXT)
  String server;

  @Enumerated(EnumType.STRING)
  @Column(columnDefinition = TEXT)
  ClusterState state;

  @Column byte[] credentials;

  @Enumerated(EnumType.STRING)
  @Column(name = "credential_type", columnDefinition = TEXT)
  CredentialType credentialType;

  @Column(name = "credentials_version")
  long credentialsVersion;

  @Column(columnDefinition = TEXT)
  String declarations;

  @Column(columnDefinition = TEXT)
  String conditions;

  @Column(name = "kubernetes_version", columnDefinition = TEXT)
  @Nullable String kubernetesVersion;

  @Column boolean selling;

  @Column(name = "next_sync_at")
  @Nullable Instant nextSyncAt;

  @Column(name = "looks_failed")
  int looksFailed;

  @Column(name = "sync_epoch")
  long syncEpoch;

  /** When all its nodes were last taken over. */
  @Column(name = "whole_at")
  @Nullable Instant wholeAt;

  @Column(name = "last_synced_at")
  @Nullable Instant lastSyncedAt;

  @Column(name = "unanswered_since")
  @Nullable Instant unansweredSince;

  @Column(name = "unanswered_at")
  @Nullable Instant unansweredAt;

  // Counts changes by people, so it is not Hibernate's own version, which every observation would
  // move.
  @Column long version;

  @Column(name = "created_at")
  Instant createdAt;
}
