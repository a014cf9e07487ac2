package io.berth.market.internal;

import io.berth.identity.Caller;
import io.berth.identity.Role;
import io.berth.market.Offer;
import io.berth.market.OfferState;
import io.berth.platform.OrganizationId;
import java.util.Optional;

/**
 * Which offers a caller may read. It goes by role and not by organization alone: one company may be
 * both provider and tenant, and its users one or the other.
 *
 * @param all whether every offer
 * @param own whose offers in whatever state; empty for nobody's
 * @param published whether every published one
 */
record OfferSight(boolean all, Optional<OrganizationId> own, boolean published) {

  /** What the caller's roles open: a provider's own, published ones to a tenant. */
  static OfferSight of(Caller caller) {
    return new OfferSight(
        caller.oversees(),
        caller.has(Role.PROVIDER) ? Optional.of(caller.organization()) : Optional.empty(),
        caller.has(Role.TENANT));
  }

  boolean covers(Offer offer) {
    return all
        || own.filter(offer.provider()::equals).isPresent()
        || published && offer.state() == OfferState.PUBLISHED;
  }
}
