package io.berth.matching;

import java.util.BitSet;

/**
 * A set of a node's slots by number, from 0. The numbers are for our books; the device plugin picks
 * the physical devices.
 */
public final class Slots {

  private final BitSet bits;

  private Slots(BitSet bits) {
    this.bits = bits;
  }

  /** No slots. */
  public static Slots none() {
    return new Slots(new BitSet());
  }

  /** The slots from 0 to {@code count} - 1. */
  public static Slots first(int count) {
    BitSet bits = new BitSet(count);
    bits.set(0, count);
    return new Slots(bits);
  }

  /**
   * Reads PostgreSQL's text form of an {@code int4multirange}, such as <code>{[0,3),[5,6)}</code>.
   *
   * @throws IllegalArgumentException where the text is no such thing
   */
  public static Slots parse(String multirange) {
    // By hand: this is done for each of a node's allocations whenever one of them changes.
    int end = multirange.length() - 1;
    if (end < 1 || multirange.charAt(0) != '{' || multirange.charAt(end) != '}') {
      throw notOne(multirange);
    }
    BitSet bits = new BitSet();
    for (int at = 1; at < end; ) {
      int comma = multirange.indexOf(',', at);
      int close = multirange.indexOf(')', at);
      boolean isLast = close == end - 1;
      if (multirange.charAt(at) != '['
          || comma < 0
          || close < comma
          || !(isLast || multirange.startsWith(",[", close + 1))) {
        throw notOne(multirange);
      }
      int first = number(multirange, at + 1, comma);
      int after = number(multirange, comma + 1, close);
      if (after < first) {
        throw notOne(multirange);
      }
      bits.set(first, after);
      at = isLast ? end : close + 2;
    }
    return new Slots(bits);
  }

  private static int number(String multirange, int from, int to) {
    int number = 0;
    for (int at = from; at < to; at++) {
      int digit = multirange.charAt(at) - '0';
      if (digit < 0 || digit > 9 || number > (Integer.MAX_VALUE - digit) / 10) {
        throw notOne(multirange);
      }
      number = number * 10 + digit;
    }
    if (from >= to) {
      throw notOne(multirange);
    }
    return number;
  }

  private static IllegalArgumentException notOne(String text) {
    return new IllegalArgumentException("not an int4multirange: " + text);
  }

  /** PostgreSQL's text form of an {@code int4multirange}. */
  public String toMultirange() {
    StringBuilder text = new StringBuilder("{");
    for (int from = bits.nextSetBit(0); from >= 0; ) {
      int to = bits.nextClearBit(from);
      text.append(text.length() > 1 ? "," : "").append('[').append(from).append(',').append(to);
      text.append(')');
      from = bits.nextSetBit(to);
    }
    return text.append('}').toString();
  }

  /** Those whose bits are set, 64 a word. */
  static Slots ofWords(long[] words) {
    return new Slots(BitSet.valueOf(words));
  }

  /** Their bits, 64 a word. */
  long[] words() {
    return bits.toLongArray();
  }

  /** How many. */
  public int count() {
    return bits.cardinality();
  }

  /** Those that are not in {@code other}. */
  public Slots minus(Slots other) {
    BitSet rest = (BitSet) bits.clone();
    rest.andNot(other.bits);
    return new Slots(rest);
  }

  /**
   * Those of the first slots of a node that are left where others are taken: as many fewer, the
   * highest first, as are taken beyond their end.
   */
  public Slots without(Slots taken) {
    Slots rest = minus(taken);
    int beyond = taken.minus(this).count();
    return beyond == 0 ? rest : rest.lowest(Math.max(0, rest.count() - beyond));
  }

  /** One more than the highest number in it; 0 where there is none. */
  int end() {
    return bits.length();
  }

  /** Those in either. */
  public Slots plus(Slots other) {
    BitSet all = (BitSet) bits.clone();
    all.or(other.bits);
    return new Slots(all);
  }

  /** Whether any slot is in both. */
  public boolean intersects(Slots other) {
    return bits.intersects(other.bits);
  }

  /**
   * The lowest-numbered {@code count} of them.
   *
   * @throws IllegalArgumentException where there are fewer
   */
  public Slots lowest(int count) {
    BitSet chosen = new BitSet();
    int slot = bits.nextSetBit(0);
    for (int taken = 0; taken < count; taken++) {
      if (slot < 0) {
        throw new IllegalArgumentException("only " + taken + " slots, not " + count);
      }
      chosen.set(slot);
      slot = bits.nextSetBit(slot + 1);
    }
    return new Slots(chosen);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Slots slots && bits.equals(slots.bits);
  }

  @Override
  public int hashCode() {
    return bits.hashCode();
  }

  @Override
  public String toString() {
    return toMultirange();
  }
}
