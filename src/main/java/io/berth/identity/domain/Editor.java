package io.berth.identity.domain;

import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a caller may change about an organization.
 *
 * @param statesFacts may claim facts: members of the organization, and operators
 * @param findsListings may say which lists name it: compliance officers of another organization
 */
public record Editor(boolean statesFacts, boolean findsListings) {

  /** Those of the pointers that the caller may not change. */
  public SortedSet<String> refused(SortedSet<String> changed) {
    SortedSet<String> refused = new TreeSet<>(changed);
    refused.removeIf(pointer -> pointer.equals(FactsChange.LISTINGS) ? findsListings : statesFacts);
    return refused;
  }
}
