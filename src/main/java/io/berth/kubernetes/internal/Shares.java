package io.berth.kubernetes.internal;

import java.util.HashMap;
import java.util.Map;

/**
 * Something that there is so much of, such as places for work, and of which no one takes more than
 * a share: who is slow or large on purpose takes nothing from all the others.
 *
 * @param <K> who takes of it
 */
final class Shares<K> {

  private final Map<K, Long> taken = new HashMap<>();
  private final long max;
  private final long ofOneMax;
  private long all;

  /** So much of it, and so much of that at most for one. */
  Shares(long max, long ofOneMax) {
    this.max = max;
    this.ofOneMax = ofOneMax;
  }

  /** Takes some where there is as much; else nothing. */
  synchronized boolean take(K owner, long amount) {
    long own = taken.getOrDefault(owner, 0L);
    if (all + amount > max || own + amount > ofOneMax) {
      return false;
    }
    all += amount;
    taken.put(owner, own + amount);
    return true;
  }

  /** Gives back what was taken. */
  synchronized void giveBack(K owner, long amount) {
    all -= amount;
    taken.computeIfPresent(owner, (key, own) -> own <= amount ? null : own - amount);
  }
}
