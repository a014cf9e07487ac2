package io.berth.policy;

import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * So much of an authorisation.
 *
 * @param authorisation which
 * @param quantity how much
 */
public record AuthorisationUse(AuthorisationId authorisation, Quantity quantity) {

  /** One use an authorisation, in the order in which they are locked. */
  public static List<AuthorisationUse> summedUp(Collection<AuthorisationUse> uses) {
    SortedMap<UUID, Quantity> sums = new TreeMap<>();
    uses.forEach(use -> sums.merge(use.authorisation().value(), use.quantity(), Quantity::plus));
    return sums.entrySet().stream()
        .map(sum -> new AuthorisationUse(new AuthorisationId(sum.getKey()), sum.getValue()))
        .toList();
  }
}
