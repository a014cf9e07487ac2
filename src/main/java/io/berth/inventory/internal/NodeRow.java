package io.berth.inventory.internal;

import io.berth.inventory.FactSource;
import io.berth.inventory.Jurisdiction;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A row of {@code node}. */
@Entity
@Table(name = "node")
public class NodeRow {

  /** The columns' type, which the check of the schema at start-up would else take for varchar. */
  private static final String TEXT = "text";

  @Id UUID id;

  @Column(name = "cluster_id")
  UUID clusterId;

  @Column(name = "provider_id")
  UUID providerId;

  @Column(name = "pool_id")
  @Nullable UUID poolId;

  @Column(columnDefinition = TEXT)
  String name;

  @Column(name = "model_id", columnDefinition = TEXT)
  @Nullable String modelId;

  @Column int slots;

  @Column(name = "label_key", columnDefinition = TEXT)
  @Nullable String labelKey;

  @Column(name = "label_value", columnDefinition = TEXT)
  @Nullable String labelValue;

  @Column(columnDefinition = TEXT)
  @Nullable String country;

  @Enumerated(EnumType.STRING)
  @Column(name = "country_source", columnDefinition = TEXT)
  @Nullable FactSource countrySource;

  @Column(name = "country_discovered", columnDefinition = TEXT)
  @Nullable String countryDiscovered;

  @Column(name = "country_declared", columnDefinition = TEXT)
  @Nullable String countryDeclared;

  @Column(name = "country_verified", columnDefinition = TEXT)
  @Nullable String countryVerified;

  /** What its provider says of this node alone: JSON. */
  @Column(columnDefinition = TEXT)
  @Nullable String declared;

  /** What an officer found: JSON. */
  @Column(columnDefinition = TEXT)
  @Nullable String verified;

  @Column(columnDefinition = TEXT)
  @Nullable String region;

  @Column(columnDefinition = TEXT)
  @Nullable String zone;

  @Column(columnDefinition = TEXT)
  @Nullable String fabric;

  @Column(name = "nvlink_domain", columnDefinition = TEXT)
  @Nullable String nvlinkDomain;

  @Column(columnDefinition = TEXT)
  String flags;

  @Column(columnDefinition = TEXT)
  String conditions;

  @Column(columnDefinition = TEXT)
  String observation;

  /** The model that it was found not to be; written by {@link PoolHolds} alone. */
  @Column(name = "mismatched_model", columnDefinition = TEXT, insertable = false, updatable = false)
  @Nullable String mismatchedModel;

  @Column boolean offerable;
  @Column boolean sellable;

  /**
   * How often it began to fail, each time counting half thirty days before the next. {@link
   * NodeFailures} counts in the row itself, for some without the cluster's lock: what was read a
   * moment ago is not to be written over it.
   */
  @Column(updatable = false)
  double failures;

  @Column(name = "failed_at", updatable = false)
  @Nullable Instant failedAt;

  /** Since when it fails without a break; null while it is well. */
  @Column(name = "failing_since")
  @Nullable Instant failingSince;

  /** Since when it is without which of its slots, by number: JSON. */
  @Column(name = "slots_lost", columnDefinition = TEXT)
  String slotsLost = "{}";

  @Column(name = "gone_at")
  @Nullable Instant goneAt;

  // Counted by the code, in step with the bulk statement that moves all nodes of a cluster.
  @Column long version;

  @Column(name = "created_at")
  Instant createdAt;

  Jurisdiction jurisdiction() {
    return new Jurisdiction(
        country, countrySource, countryDiscovered, countryDeclared, countryVerified);
  }
}
