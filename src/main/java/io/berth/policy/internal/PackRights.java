package io.berth.policy.internal;

import io.berth.identity.Caller;
import io.berth.identity.Role;
import io.berth.platform.OrganizationId;
import io.berth.platform.ProblemException;
import io.berth.platform.ProblemType;
import io.berth.policy.PackLayer;
import io.berth.policy.PackState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What one person may do with packs. The platform's are written by operators and compliance
 * officers and approved by a compliance officer; a provider's and a tenant's are written by its own
 * people and approved by another of them or by a compliance officer. Nobody approves what they
 * wrote.
 */
record PackRights(
    String subject,
    OrganizationId organization,
    boolean tenant,
    boolean provider,
    boolean operator,
    boolean compliance) {

  static PackRights of(Caller caller) {
    return new PackRights(
        caller.subject(),
        caller.organization(),
        caller.has(Role.TENANT),
        caller.has(Role.PROVIDER),
        caller.has(Role.OPERATOR),
        caller.has(Role.COMPLIANCE));
  }

  /** Whose pack it is that the caller uploads to a layer; fails with 403 where they may not. */
  @Nullable OrganizationId ownerOf(PackLayer layer) {
    OrganizationId owner = layer.isOwned() ? organization : null;
    if (!writes(layer, owner)) {
      throw forbidden(
          switch (layer) {
            case BASELINE, OPERATOR ->
                "The platform's packs are written by operators and compliance officers.";
            case PROVIDER -> "A provider's packs are written by its own people.";
            case TENANT -> "A tenant's packs are written by its own people.";
          });
    }
    return owner;
  }

  /** Whether the caller sees the version at all. */
  boolean sees(PackRow row) {
    return operator
        || compliance
        || (row.owner() == null ? row.activeFrom() != null : row.owner().equals(organization));
  }

  /** Whether the caller is told who wrote and approved it. */
  boolean seesPeople(PackRow row) {
    return operator || compliance || row.owner() != null;
  }

  /** Fails with 404 or 403 where the caller may not change where the version is in its life. */
  void requireWrites(PackRow row) {
    requireSees(row);
    if (!writes(row.layer(), row.owner())) {
      throw forbidden("This pack is not yours to change.");
    }
  }

  /** Fails with 404 or 403 where the caller may not be the second person. */
  void requireSecond(PackRow row) {
    requireSees(row);
    boolean own = row.layer().isOwned() && writes(row.layer(), row.owner());
    if (!compliance && !own) {
      throw forbidden(
          row.layer().isOwned()
              ? "It takes somebody of the pack's own organization, or a compliance officer."
              : "It takes a compliance officer.");
    }
    if (row.author().equals(subject)) {
      throw forbidden("It takes somebody else than the pack's author.");
    }
  }

  /**
   * Fails with 404 or 403 where the caller may not retire the version. One that is in force, or
   * soon, takes a second person again, since retiring it permits what it forbade.
   */
  void requireRetires(PackRow row) {
    if (row.state() == PackState.ACTIVE || row.state() == PackState.SCHEDULED) {
      requireSecond(row);
    } else {
      requireWrites(row);
    }
  }

  /**
   * Fails with 404 or 403 where the caller may not move a scheduled version to a date: a later one
   * takes a second person, as retiring it does.
   *
   * @param at the date; null for now
   */
  void requireMoves(PackRow row, @Nullable Instant at) {
    if (at != null && row.activeFrom() != null && at.isAfter(row.activeFrom())) {
      requireSecond(row);
    }
  }

  void requireSees(PackRow row) {
    if (!sees(row)) {
      throw PackStore.notFound(row.id());
    }
  }

  /** Fails with 403 where the caller may not know what others' decisions a pack would change. */
  void requireReports(PackRow row) {
    if (!operator && !compliance && !row.layer().isOwned()) {
      throw forbidden("What the platform's packs would change is for its officers.");
    }
  }

  private boolean writes(PackLayer layer, @Nullable OrganizationId owner) {
    return switch (layer) {
      case BASELINE, OPERATOR -> operator || compliance;
      case PROVIDER -> provider && organization.equals(owner);
      case TENANT -> tenant && organization.equals(owner);
    };
  }

  private static ProblemException forbidden(String detail) {
    return new ProblemException(ProblemType.FORBIDDEN, detail);
  }
}
