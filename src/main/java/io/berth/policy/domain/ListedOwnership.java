package io.berth.policy.domain;

import io.berth.identity.Owner;
import io.berth.identity.ScreeningState;
import io.berth.platform.Figure;
import io.berth.policy.DeniedPartyList;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * How much of a party others own whom a denied-party list names, through chains of owners.
 *
 * <p>A party that listed parties own to 50 percent or more, in aggregate, counts as listed itself,
 * and so do its holdings in full (OFAC, revised guidance on entities owned by persons whose
 * property is blocked, 2014-08-13; the same for the Entity List, 15 CFR 744.11 as of 2025-09-29).
 * Holdings through a party that stays below count by their proportion, but never lift the sum to
 * 50: half is reached by that method only, while a listed party far up is still seen.
 *
 * <p>What is not known widens the answer: it is reckoned once as if nobody unknown were listed and
 * once as if everybody were.
 */
public final class ListedOwnership {

  private static final BigDecimal NONE = BigDecimal.ZERO;
  private static final BigDecimal HALF = BigDecimal.valueOf(50);
  private static final BigDecimal WHOLE = BigDecimal.valueOf(100);

  /** The next figure below half that percentages are kept to. */
  private static final BigDecimal BELOW_HALF = new BigDecimal("49.999999");

  private static final int SCALE = 6;

  /** All lists there are. */
  public static final Set<DeniedPartyList> ANY =
      Collections.unmodifiableSet(EnumSet.allOf(DeniedPartyList.class));

  /** Blocked persons, whose property OFAC's rule is about. */
  public static final Set<DeniedPartyList> BLOCKED =
      Collections.unmodifiableSet(EnumSet.of(DeniedPartyList.SDN));

  /** Those that the affiliates rule counts together (15 CFR 744.11 as of 2025-09-29). */
  public static final Set<DeniedPartyList> AFFILIATING =
      Collections.unmodifiableSet(
          EnumSet.of(
              DeniedPartyList.ENTITY_LIST, DeniedPartyList.MILITARY_END_USER, DeniedPartyList.SDN));

  /** Beyond it nobody follows a chain, and what it holds is unknown. */
  private static final int DEPTH_MAX = 16;

  private final boolean suspectsUnknown;
  private final ScreeningState screening;
  private final Set<DeniedPartyList> lists;

  private ListedOwnership(
      boolean suspectsUnknown, ScreeningState screening, Set<DeniedPartyList> lists) {
    this.suspectsUnknown = suspectsUnknown;
    this.screening = screening;
    this.lists = lists;
  }

  /**
   * The share that parties on some lists own, from 0 to 100. Each authority counts the parties of
   * its own lists: half in the hands of several authorities' parties is no half of one's.
   *
   * @param owners who owns parts of the party
   * @param isComplete whether these are all
   * @param screening how screening came out: where it is clear, it answers for those of whom the
   *     facts do not say whether they are listed
   * @param lists whose parties count
   */
  public static Figure share(
      List<Owner> owners,
      boolean isComplete,
      ScreeningState screening,
      Set<DeniedPartyList> lists) {
    return Figure.of(
        plain(
            new ListedOwnership(false, screening, lists)
                .share(owners, isComplete, new HashSet<>())),
        plain(
            new ListedOwnership(true, screening, lists)
                .share(owners, isComplete, new HashSet<>())));
  }

  /** Equal figures in one form, so that facts read and hash the same. */
  private static BigDecimal plain(BigDecimal share) {
    BigDecimal stripped = share.stripTrailingZeros();
    return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
  }

  /**
   * @param above the names on the way up from the party in question
   */
  private BigDecimal share(List<Owner> owners, boolean isComplete, Set<String> above) {
    if (suspectsUnknown && !isComplete) {
      // A listed party may stand behind any of the others, too.
      return WHOLE;
    }
    BigDecimal counting = NONE;
    BigDecimal proportional = NONE;
    for (Owner owner : owners) {
      BigDecimal held = listedShare(owner, above);
      if (held.compareTo(HALF) >= 0) {
        counting = counting.add(owner.percent());
      } else {
        proportional =
            proportional.add(owner.percent().multiply(held).divide(WHOLE, SCALE, RoundingMode.UP));
      }
    }
    if (counting.compareTo(HALF) >= 0) {
      return counting.add(proportional).min(WHOLE);
    }
    return counting.add(proportional).min(BELOW_HALF);
  }

  /** How much of an owner is listed: all of one that a list names. */
  private BigDecimal listedShare(Owner owner, Set<String> above) {
    if (isListed(owner)) {
      return WHOLE;
    }
    List<Owner> beyond = owner.owners();
    if (beyond == null) {
      return NONE;
    }
    String name = owner.name().strip().toLowerCase(Locale.ROOT);
    if (above.size() >= DEPTH_MAX || !above.add(name)) {
      // A party that owns itself through others, or a chain without end, shows nobody behind it.
      return suspectsUnknown ? WHOLE : NONE;
    }
    BigDecimal share = share(beyond, owner.ownersComplete(), above);
    above.remove(name);
    return share;
  }

  private boolean isListed(Owner owner) {
    Boolean listed = owner.listed();
    if (listed == null) {
      return suspectsUnknown && screening != ScreeningState.CLEAR;
    }
    if (!listed) {
      // While a hit is open, it may be about this one, whatever is said of it.
      return suspectsUnknown && screening == ScreeningState.HIT;
    }
    Set<String> listings = owner.listings();
    if (listings == null) {
      // Where nobody says which lists name it, it may be any of them.
      return suspectsUnknown || lists.containsAll(ANY);
    }
    return lists.stream().map(DeniedPartyList::listing).anyMatch(listings::contains)
        // Until screening is clear, it may stand on others than those named.
        || (suspectsUnknown && screening != ScreeningState.CLEAR);
  }
}
