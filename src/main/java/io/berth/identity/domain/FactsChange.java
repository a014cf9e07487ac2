package io.berth.identity.domain;

import io.berth.identity.LegalFacts;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What a change of an organization's name and facts touches.
 *
 * @param nameBefore the name
 * @param before the facts
 * @param name the name to be
 * @param facts the facts to be
 */
public record FactsChange(String nameBefore, LegalFacts before, String name, LegalFacts facts) {

  /** Where a compliance officer's own finding stands. */
  public static final String LISTINGS = "/facts/listings";

  private static final String OWN_RULES = "/facts/ownRules";

  /** JSON pointers to what differs, in order. */
  public SortedSet<String> pointers() {
    SortedSet<String> changed = new TreeSet<>();
    if (!nameBefore.equals(name)) {
      changed.add("/name");
    }
    compare(changed, "/facts/residenceCountry", LegalFacts::residenceCountry);
    compare(changed, "/facts/ultimateParentCountry", LegalFacts::ultimateParentCountry);
    compare(changed, "/facts/endUseCountry", LegalFacts::endUseCountry);
    compare(changed, "/facts/owners", LegalFacts::owners);
    compare(changed, "/facts/ownersComplete", LegalFacts::ownersComplete);
    compare(changed, LISTINGS, LegalFacts::listings);
    compare(changed, OWN_RULES, LegalFacts::ownRules);
    compare(changed, "/facts/profile", LegalFacts::profile);
    compare(changed, "/facts/registrationNumber", LegalFacts::registrationNumber);
    return changed;
  }

  /**
   * Whether a finding about the facts before says nothing about those after: so with everything but
   * the listings, which are a compliance officer's finding themselves, and the rules that the
   * organization sets for itself, which are no claim.
   */
  public boolean resetsVerification() {
    return pointers().stream()
        .anyMatch(pointer -> !pointer.equals(LISTINGS) && !pointer.equals(OWN_RULES));
  }

  private void compare(
      SortedSet<String> changed, String pointer, Function<LegalFacts, ?> component) {
    if (!Objects.equals(component.apply(before), component.apply(facts))) {
      changed.add(pointer);
    }
  }
}
