package io.berth.compliance.internal;

import io.berth.compliance.internal.Simulation.Action;
import io.berth.platform.OrganizationId;
import io.berth.policy.PackLayer;
import io.berth.policy.PackRef;
import io.berth.policy.PackSet;
import io.berth.policy.RulePack;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A change of what is in force.
 *
 * @param owner whose pack it is; null for the marketplace's own
 * @param at from when on
 */
record PackChange(
    Action action, PackLayer layer, @Nullable OrganizationId owner, RulePack pack, Instant at) {

  /** What would be in force from {@link #at} on. */
  PackSet appliedTo(PackSet now) {
    return switch (action) {
      case ACTIVATE -> now.with(layer, owner, pack);
      case RETIRE -> now.without(layer, owner, pack.id());
    };
  }

  PackRef ref() {
    return new PackRef(layer, pack.id(), pack.version(), pack.hash(), owner, null);
  }
}
