package io.berth.policy;

import io.berth.identity.Evidence;
import io.berth.inventory.Regime;
import io.berth.platform.OrganizationId;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A licence, or another word of an authority that permits what its rules forbid otherwise.
 *
 * @param id identifies it
 * @param terms what it permits
 * @param evidence what it rests on
 * @param state where it stands, as of when it was read
 * @param finding the last finding about it; null before any
 * @param enteredBy the subject of the token of who entered it
 * @param reserved what open quotes hold of it
 * @param committed what leases hold of it
 * @param version grows with each change of its state
 * @param createdAt when it was entered
 */
public record Authorisation(
    AuthorisationId id,
    Terms terms,
    List<Evidence> evidence,
    AuthorisationState state,
    @Nullable Finding finding,
    String enteredBy,
    Quantity reserved,
    Quantity committed,
    long version,
    Instant createdAt) {

  /** Copies the list. */
  public Authorisation {
    evidence = List.copyOf(evidence);
  }

  /** What is still free. */
  public Quantity free() {
    return terms.quantity().minus(reserved).minus(committed);
  }

  /**
   * The first moment at which it no longer counts: its own end, or the first expiry of what it
   * rests on. Null where it does not end.
   */
  public @Nullable Instant countsUntil() {
    Instant end = terms.until();
    for (Evidence piece : evidence) {
      Instant expiry = piece.expiresAt();
      if (expiry != null && (end == null || expiry.isBefore(end))) {
        end = expiry;
      }
    }
    return end;
  }

  /**
   * What an authorisation permits.
   *
   * @param holder whose it is: a provider, for what stands in its clusters, or a tenant
   * @param authority who issued it, as it is written
   * @param regime which of the known authorities that is; null for unknown, which clears no rule
   *     that names one
   * @param reference the authority's number for it
   * @param destinations where devices may stand or be taken, ISO 3166-1 alpha-2
   * @param models the catalogue's slugs that it names; empty where it names a ceiling
   * @param tppPerDeviceMax the TPP that a device may have at most; null where it names models
   * @param quantity how much at one time
   * @param from the first moment at which it holds
   * @param until the first moment at which it no longer holds; null where it does not end
   * @param conditions what else it asks, in words, for people; null for nothing
   */
  public record Terms(
      OrganizationId holder,
      String authority,
      @Nullable Regime regime,
      String reference,
      Set<String> destinations,
      Set<String> models,
      @Nullable Long tppPerDeviceMax,
      Quantity quantity,
      Instant from,
      @Nullable Instant until,
      @Nullable String conditions) {

    /** Copies the sets. */
    public Terms {
      destinations = Set.copyOf(destinations);
      models = Set.copyOf(models);
    }
  }

  /**
   * What a compliance officer, or the holder who gives it back, found.
   *
   * @param by the subject of the token
   */
  public record Finding(String by, Instant at, String reason) {}
}
