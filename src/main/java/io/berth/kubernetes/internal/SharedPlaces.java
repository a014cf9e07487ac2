package io.berth.kubernetes.internal;

import java.util.HashMap;
import java.util.Map;

/**
 * Places for work, of which no one takes more than a share: what is slow on purpose holds up
 * nothing but its own.
 *
 * @param <K> whose the work is
 */
final class SharedPlaces<K> {

  private final Map<K, Integer> taken = new HashMap<>();
  private final int max;
  private final int ofOneMax;
  private int all;

  /** So many places, and so many of them at most for one. */
  SharedPlaces(int max, int ofOneMax) {
    this.max = max;
    this.ofOneMax = ofOneMax;
  }

  /** Takes a place where there is one. */
  synchronized boolean take(K owner) {
    int own = taken.getOrDefault(owner, 0);
    if (all >= max || own >= ofOneMax) {
      return false;
    }
    all++;
    taken.put(owner, own + 1);
    return true;
  }

  /** Gives a place back that was taken. */
  synchronized void giveBack(K owner) {
    all--;
    taken.computeIfPresent(owner, (key, own) -> own == 1 ? null : own - 1);
  }
}
