package io.berth.matching;

import java.util.BitSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A set of a node's slots by number, from 0. The numbers are for our books; the device plugin picks
 * the physical devices.
 */
public final class Slots {

  private static final Pattern RANGE = Pattern.compile("\\[(\\d+),(\\d+)\\)");
  private static final Pattern MULTIRANGE =
      Pattern.compile("\\{(" + RANGE + "(," + RANGE + ")*)?\\}");

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
    if (!MULTIRANGE.matcher(multirange).matches()) {
      throw new IllegalArgumentException("not an int4multirange: " + multirange);
    }
    BitSet bits = new BitSet();
    Matcher ranges = RANGE.matcher(multirange);
    while (ranges.find()) {
      bits.set(Integer.parseInt(ranges.group(1)), Integer.parseInt(ranges.group(2)));
    }
    return new Slots(bits);
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
