package io.berth.policy.internal;

import io.berth.platform.OrganizationId;
import io.berth.policy.PackLayer;
import io.berth.policy.PackState;
import io.berth.policy.PackVersionId;
import io.berth.policy.RulePack;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code rule_pack} without its text.
 *
 * @param owner whose pack it is; null for the platform's
 * @param packId the pack's own name
 * @param packVersion the author's name for the version
 * @param author the subject of who uploaded it, or {@code system:…} for what the service ships
 * @param approver the subject of who agreed; never the author
 * @param activeFrom when it comes, came or was to come into force
 */
public record PackRow(
    PackVersionId id,
    PackLayer layer,
    @Nullable OrganizationId owner,
    String packId,
    String packVersion,
    String title,
    String hash,
    PackState state,
    String author,
    @Nullable OrganizationId authorOrganization,
    @Nullable String approver,
    @Nullable Instant approvedAt,
    @Nullable Instant activeFrom,
    @Nullable Instant retiredAt,
    Instant createdAt,
    long version) {

  private static final String SYSTEM = "system:";

  /** A version that judges nothing yet. */
  static PackRow draft(
      PackLayer layer,
      @Nullable OrganizationId owner,
      RulePack pack,
      String author,
      @Nullable OrganizationId authorOrganization,
      Instant now) {
    return new PackRow(
        PackVersionId.fresh(),
        layer,
        owner,
        pack.id(),
        pack.version(),
        pack.title(),
        pack.hash(),
        PackState.DRAFT,
        author,
        authorOrganization,
        null,
        null,
        null,
        null,
        now,
        0);
  }

  PackRow approved(String subject, Instant now) {
    return with(state, subject, now, activeFrom, retiredAt);
  }

  PackRow in(PackState next, @Nullable Instant from, Instant now) {
    return with(next, approver, approvedAt, from, next == PackState.RETIRED ? now : null);
  }

  private PackRow with(
      PackState nextState,
      @Nullable String nextApprover,
      @Nullable Instant nextApprovedAt,
      @Nullable Instant from,
      @Nullable Instant retired) {
    return new PackRow(
        id,
        layer,
        owner,
        packId,
        packVersion,
        title,
        hash,
        nextState,
        author,
        authorOrganization,
        nextApprover,
        nextApprovedAt,
        from,
        retired,
        createdAt,
        version);
  }

  /** Whether the service entered it by itself. */
  boolean isShipped() {
    return author.startsWith(SYSTEM);
  }

  /** Whether it is of the same pack: at most one version of that is active. */
  boolean isSamePack(PackRow other) {
    return layer == other.layer
        && Objects.equals(owner, other.owner)
        && packId.equals(other.packId);
  }
}
