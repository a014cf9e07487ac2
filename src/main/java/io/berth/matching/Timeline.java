package io.berth.matching;

import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is not free of one node, over time, in compact arrays; immutable. Time counts in whole
 * minutes, as leases do: what begins or ends inside a minute takes all of it.
 */
public final class Timeline {

  /** Nothing is taken. */
  public static final Timeline EMPTY =
      new Timeline(1, new int[0], new int[0], new long[0], null, null, null, new BitSet(), 0);

  private static final int SECONDS_PER_MINUTE = 60;
  private static final int MICROS_PER_SECOND = 1_000_000;

  /** How many longs one set of slots takes. */
  private final int words;

  private final int[] starts;
  private final int[] ends;
  private final long[] taken;

  /** When each lapses, in microseconds; null where none does. */
  private final long @Nullable [] lapses;

  /** Who alone may be on the node beside each; null where that does not matter. */
  private final @Nullable OrganizationId @Nullable [] owners;

  /** Which allocation each is; null where it is none. */
  private final @Nullable UUID @Nullable [] allocations;

  /** Which are a tenant's. */
  private final BitSet demands;

  /** One more than the highest slot that anything takes; a node may have fewer by now. */
  private final int slotsEnd;

  private Timeline(
      int words,
      int[] starts,
      int[] ends,
      long[] taken,
      long @Nullable [] lapses,
      @Nullable OrganizationId @Nullable [] owners,
      @Nullable UUID @Nullable [] allocations,
      BitSet demands,
      int slotsEnd) {
    this.allocations = allocations;
    this.demands = demands;
    this.slotsEnd = slotsEnd;
    this.words = words;
    this.starts = starts;
    this.ends = ends;
    this.taken = taken;
    this.lapses = lapses;
    this.owners = owners;
  }

  /**
   * Slots that are not free for a while.
   *
   * @param slots which
   * @param period when, turnaround included
   * @param lapsesAt from when on it no longer counts, as a hold that nobody confirms; null for
   *     never
   * @param owner who alone may be on the node meanwhile, as its slots are not isolated from one
   *     another; null where they are
   * @param isDemand whether a tenant has them, rather than their provider keeping them from sale
   * @param allocation which allocation it is; null where it is none
   */
  public record Busy(
      Slots slots,
      Period period,
      @Nullable Instant lapsesAt,
      @Nullable OrganizationId owner,
      boolean isDemand,
      @Nullable UUID allocation) {

    /** Isolated slots that a tenant has for good. */
    public Busy(Slots slots, Period period) {
      this(slots, period, null, null, true, null);
    }
  }

  /** One of them, as it is kept. */
  private record Entry(
      int start,
      int end,
      long[] mask,
      long lapses,
      @Nullable OrganizationId owner,
      boolean isDemand,
      @Nullable UUID allocation) {

    private static final Comparator<Entry> ORDER =
        Comparator.comparingInt(Entry::start)
            .thenComparingInt(Entry::end)
            .thenComparing(Entry::mask, Arrays::compare);

    static Entry of(Busy busy) {
      return new Entry(
          minute(busy.period().start()),
          minuteAfter(busy.period().end()),
          busy.slots().words(),
          busy.lapsesAt() == null ? Long.MAX_VALUE : micros(busy.lapsesAt()),
          busy.owner(),
          busy.isDemand(),
          busy.allocation());
    }
  }

  /** Of these, in any order. */
  public static Timeline of(List<Busy> busy) {
    List<Entry> entries = new ArrayList<>(busy.size());
    for (Busy one : busy) {
      entries.add(Entry.of(one));
    }
    return ofEntries(entries);
  }

  /**
   * The same with some allocations as they are by now; what is over is left out.
   *
   * @param changed which allocations
   * @param busy what of them takes anything
   */
  public Timeline with(Set<UUID> changed, List<Busy> busy, Instant now) {
    int minute = minute(now);
    List<Entry> entries = new ArrayList<>(starts.length + busy.size());
    for (int i = 0; i < starts.length; i++) {
      UUID allocation = allocations == null ? null : allocations[i];
      if (ends[i] > minute && (allocation == null || !changed.contains(allocation))) {
        entries.add(
            new Entry(
                starts[i],
                ends[i],
                Arrays.copyOfRange(taken, i * words, (i + 1) * words),
                lapses == null ? Long.MAX_VALUE : lapses[i],
                owners == null ? null : owners[i],
                demands.get(i),
                allocation));
      }
    }
    for (Busy one : busy) {
      entries.add(Entry.of(one));
    }
    return ofEntries(entries);
  }

  private static Timeline ofEntries(List<Entry> entries) {
    if (entries.isEmpty()) {
      return EMPTY;
    }
    entries.sort(Entry.ORDER);
    int count = entries.size();
    int slotsEnd = 0;
    boolean lapse = false;
    boolean owned = false;
    boolean allocated = false;
    for (Entry entry : entries) {
      slotsEnd = Math.max(slotsEnd, end(entry.mask()));
      lapse |= entry.lapses() != Long.MAX_VALUE;
      owned |= entry.owner() != null;
      allocated |= entry.allocation() != null;
    }
    int words = Math.max(1, (slotsEnd + Long.SIZE - 1) / Long.SIZE);
    int[] starts = new int[count];
    int[] ends = new int[count];
    long[] taken = new long[count * words];
    long[] lapses = lapse ? new long[count] : null;
    OrganizationId[] owners = owned ? new OrganizationId[count] : null;
    UUID[] allocations = allocated ? new UUID[count] : null;
    BitSet demands = new BitSet();
    for (int i = 0; i < count; i++) {
      Entry entry = entries.get(i);
      starts[i] = entry.start();
      ends[i] = entry.end();
      demands.set(i, entry.isDemand());
      System.arraycopy(entry.mask(), 0, taken, i * words, Math.min(words, entry.mask().length));
      if (lapses != null) {
        lapses[i] = entry.lapses();
      }
      if (owners != null) {
        owners[i] = entry.owner();
      }
      if (allocations != null) {
        allocations[i] = entry.allocation();
      }
    }
    return new Timeline(words, starts, ends, taken, lapses, owners, allocations, demands, slotsEnd);
  }

  /** One more than the highest bit. */
  private static int end(long[] mask) {
    for (int word = mask.length - 1; word >= 0; word--) {
      if (mask[word] != 0) {
        return (word + 1) * Long.SIZE - Long.numberOfLeadingZeros(mask[word]);
      }
    }
    return 0;
  }

  /**
   * The minute that a moment lies in, counted from 1970; moments thousands of years off count as
   * the last minute that sums of minutes can be made of.
   */
  public static int minute(Instant moment) {
    return (int)
        Math.clamp(
            Math.floorDiv(moment.getEpochSecond(), (long) SECONDS_PER_MINUTE),
            Integer.MIN_VALUE / 2,
            Integer.MAX_VALUE / 2);
  }

  /** The first minute that does not begin before a moment. */
  static int minuteAfter(Instant moment) {
    int minute = minute(moment);
    return instant(minute).isBefore(moment) && minute < Integer.MAX_VALUE / 2 ? minute + 1 : minute;
  }

  /** When a minute begins. */
  static Instant instant(int minute) {
    return Instant.ofEpochSecond((long) minute * SECONDS_PER_MINUTE);
  }

  /** A moment in microseconds, which is what PostgreSQL keeps. */
  static long micros(Instant moment) {
    return moment.getEpochSecond() * MICROS_PER_SECOND + moment.getNano() / 1000;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < starts.length; i++) {
      long[] mask = Arrays.copyOfRange(taken, i * words, (i + 1) * words);
      text.append(i == 0 ? "" : ", ")
          .append(Slots.ofWords(mask))
          .append(" from ")
          .append(instant(starts[i]))
          .append(" to ")
          .append(instant(ends[i]));
      if (lapses != null && lapses[i] != Long.MAX_VALUE) {
        text.append(" until ").append(lapses[i]);
      }
      if (owners != null && owners[i] != null) {
        text.append(" of ").append(owners[i]);
      }
    }
    return text.append(']').toString();
  }

  /** Counts what tenants have and is not over yet by how many slots it takes. */
  void countSizes(int[] bySlots, Viewpoint viewpoint) {
    int now = minute(viewpoint.now());
    for (int i = 0; i < starts.length; i++) {
      if (!demands.get(i) || ends[i] <= now || !counts(i, viewpoint.nowMicros())) {
        continue;
      }
      int slots = 0;
      for (int word = 0; word < words; word++) {
        slots += Long.bitCount(taken[i * words + word]);
      }
      if (slots < bySlots.length) {
        bySlots[slots]++;
      }
    }
  }

  /** How many things are in the way at some time. */
  public int size() {
    return starts.length;
  }

  private boolean counts(int entry, long nowMicros) {
    return lapses == null || lapses[entry] > nowMicros;
  }

  private boolean isInTheWay(int entry, int start, int end, long nowMicros) {
    return starts[entry] < end && ends[entry] > start && counts(entry, nowMicros);
  }

  /** Whether an entry keeps one who looks off the whole node. */
  private boolean keepsOff(int entry, Viewpoint viewpoint) {
    return owners != null && owners[entry] != null && !owners[entry].equals(viewpoint.tenant());
  }

  /**
   * How many of the first {@code slotCount} slots are free over all of these minutes. Slots are
   * numbered for our books alone: what is taken beyond their end, since the node has lost devices
   * meanwhile, is taken of those that are left.
   */
  int freeCount(int slotCount, int start, int end, Viewpoint viewpoint) {
    if (words == 1 && slotCount <= Long.SIZE && owners == null) {
      long nowMicros = lapses == null ? 0 : viewpoint.nowMicros();
      long busy = 0;
      for (int i = 0; i < starts.length && starts[i] < end; i++) {
        if (ends[i] > start && counts(i, nowMicros)) {
          busy |= taken[i];
        }
      }
      return Math.max(0, slotCount - Long.bitCount(busy));
    }
    return free(slotCount, start, end, viewpoint).count();
  }

  /** Which of the first {@code slotCount} slots are free over all of these minutes. */
  Slots free(int slotCount, int start, int end, Viewpoint viewpoint) {
    long[] busy = new long[words];
    for (int i = 0; i < starts.length; i++) {
      if (isInTheWay(i, start, end, viewpoint.nowMicros())) {
        if (keepsOff(i, viewpoint)) {
          return Slots.none();
        }
        for (int word = 0; word < words; word++) {
          busy[word] |= taken[i * words + word];
        }
      }
    }
    return Slots.first(slotCount).without(Slots.ofWords(busy));
  }

  /** The earliest end after a minute of what is in the way; {@link Integer#MAX_VALUE} for none. */
  int firstEndAfter(int minute, Viewpoint viewpoint) {
    int first = Integer.MAX_VALUE;
    for (int i = 0; i < starts.length; i++) {
      if (ends[i] > minute && ends[i] < first && counts(i, viewpoint.nowMicros())) {
        first = ends[i];
      }
    }
    return first;
  }

  /**
   * How many slots are free for a whole stretch that starts at each minute: the number at {@code
   * from} first, then each change of it before {@code until}. Less than nothing where more is taken
   * than the node has by now.
   *
   * @param minutes how long the stretch is
   */
  Steps steps(int slotCount, int from, int until, int minutes, Viewpoint viewpoint) {
    Steps steps = new Steps();
    if (starts.length == 0) {
      steps.close(slotCount);
      return steps;
    }
    @Nullable BitSet[] members = members(slotCount, viewpoint);
    int free = slotCount;
    for (int slot = 0; slot < members.length; slot++) {
      BitSet entries = members[slot];
      if (entries == null || entries.isEmpty()) {
        continue;
      }
      int alike = 1;
      for (int other = slot + 1; other < members.length; other++) {
        if (entries.equals(members[other])) {
          alike++;
          members[other] = null;
        }
      }
      free -= forbid(entries, alike, from, until, minutes, steps);
    }
    steps.close(free);
    return steps;
  }

  /** Which entries each slot is in. */
  private @Nullable BitSet[] members(int slotCount, Viewpoint viewpoint) {
    @Nullable BitSet[] members = new BitSet[Math.max(slotCount, slotsEnd)];
    for (int slot = 0; slot < members.length; slot++) {
      members[slot] = new BitSet();
    }
    for (int i = 0; i < starts.length; i++) {
      if (!counts(i, viewpoint.nowMicros())) {
        continue;
      }
      boolean all = keepsOff(i, viewpoint);
      for (int slot = 0; slot < members.length; slot++) {
        if ((all && slot < slotCount) || contains(i, slot)) {
          members[slot].set(i);
        }
      }
    }
    return members;
  }

  private boolean contains(int entry, int slot) {
    return slot < words * Long.SIZE && (taken[entry * words + slot / Long.SIZE] >>> slot & 1) != 0;
  }

  /**
   * Adds the starts at which slots of these entries are not free; gives how many at {@code from}.
   */
  private int forbid(BitSet entries, int alike, int from, int until, int minutes, Steps steps) {
    int atFrom = 0;
    int open = Integer.MIN_VALUE;
    int close = Integer.MIN_VALUE;
    for (int i = entries.nextSetBit(0); ; i = entries.nextSetBit(i + 1)) {
      int nextOpen = i < 0 ? Integer.MAX_VALUE : starts[i] - minutes + 1;
      if (i < 0 || nextOpen > close) {
        if (close > from && open < until) {
          if (open <= from) {
            atFrom += alike;
          } else {
            steps.add(open, -alike);
          }
          if (close < until) {
            steps.add(close, alike);
          }
        }
        open = nextOpen;
        close = Integer.MIN_VALUE;
      }
      if (i < 0) {
        return atFrom;
      }
      close = Math.max(close, ends[i]);
    }
  }

  /** A number that changes over time. */
  static final class Steps {

    private long[] changes = new long[8];
    private int size;
    private int first;

    private void add(int minute, int change) {
      if (size == changes.length) {
        changes = Arrays.copyOf(changes, size * 2);
      }
      changes[size++] = (long) minute << Integer.SIZE | (change & 0xFFFFFFFFL);
    }

    private void close(int atFirst) {
      first = atFirst;
      Arrays.sort(changes, 0, size);
    }

    /** The number at the beginning. */
    int first() {
      return first;
    }

    /** How many changes there are; several may be of one minute. */
    int size() {
      return size;
    }

    int minute(int index) {
      return (int) (changes[index] >> Integer.SIZE);
    }

    int change(int index) {
      return (int) changes[index];
    }
  }
}
