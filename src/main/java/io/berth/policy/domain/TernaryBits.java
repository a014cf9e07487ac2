package io.berth.policy.domain;

import java.util.Arrays;

/**
 * A three-valued answer for each of many nodes: yes where {@code must} is set, no where {@code may}
 * is not set, unknown between them. Immutable. Bits after the last node are of no meaning.
 */
final class TernaryBits {

  private final long[] must;
  private final long[] may;

  TernaryBits(long[] must, long[] may) {
    this.must = must;
    this.may = may;
  }

  /** The same answer for all nodes. */
  static TernaryBits all(Ternary answer, int words) {
    long[] none = new long[words];
    long[] every = new long[words];
    Arrays.fill(every, -1L);
    return switch (answer) {
      case YES -> new TernaryBits(every, every);
      case NO -> new TernaryBits(none, none);
      case UNKNOWN -> new TernaryBits(none, every);
    };
  }

  /** Not to be changed. */
  long[] must() {
    return must;
  }

  /** Not to be changed. */
  long[] may() {
    return may;
  }

  TernaryBits and(TernaryBits other) {
    return new TernaryBits(and(must, other.must), and(may, other.may));
  }

  TernaryBits or(TernaryBits other) {
    return new TernaryBits(or(must, other.must), or(may, other.may));
  }

  TernaryBits not() {
    return new TernaryBits(not(may), not(must));
  }

  /** One of the two where this is certain, and unknown where it is not, even if both are equal. */
  TernaryBits choose(TernaryBits ifYes, TernaryBits ifNo) {
    long[] chosenMust = new long[must.length];
    long[] chosenMay = new long[must.length];
    for (int i = 0; i < must.length; i++) {
      long no = ~may[i];
      chosenMust[i] = must[i] & ifYes.must[i] | no & ifNo.must[i];
      chosenMay[i] = must[i] & ifYes.may[i] | no & ifNo.may[i] | may[i] & ~must[i];
    }
    return new TernaryBits(chosenMust, chosenMay);
  }

  private static long[] and(long[] one, long[] other) {
    long[] result = new long[one.length];
    for (int i = 0; i < one.length; i++) {
      result[i] = one[i] & other[i];
    }
    return result;
  }

  private static long[] or(long[] one, long[] other) {
    long[] result = new long[one.length];
    for (int i = 0; i < one.length; i++) {
      result[i] = one[i] | other[i];
    }
    return result;
  }

  private static long[] not(long[] bits) {
    long[] result = new long[bits.length];
    for (int i = 0; i < bits.length; i++) {
      result[i] = ~bits[i];
    }
    return result;
  }
}
