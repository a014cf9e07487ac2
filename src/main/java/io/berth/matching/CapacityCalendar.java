package io.berth.matching;

import io.berth.market.Offer;
import io.berth.platform.Money;
import io.berth.platform.Period;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is free, and from what price on, per accelerator model and place, over time. */
public final class CapacityCalendar {

  private final NodePolicy policy;
  private final Viewpoint viewpoint;
  private final List<Period> stretches;
  private final Period whole;

  /**
   * Over stretches of time.
   *
   * @param stretches one after another, at least one
   */
  public CapacityCalendar(NodePolicy policy, Viewpoint viewpoint, List<Period> stretches) {
    this.policy = policy;
    this.viewpoint = viewpoint;
    this.stretches = List.copyOf(stretches);
    this.whole = new Period(stretches.getFirst().start(), stretches.getLast().end());
  }

  /**
   * Where accelerators stand, and which.
   *
   * @param country null where it is not known
   * @param region null where the nodes have no label of it
   */
  public record Place(String modelId, @Nullable String country, @Nullable String region) {

    private static final Comparator<Place> ORDER =
        Comparator.comparing(Place::modelId)
            .thenComparing(Place::country, Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparing(Place::region, Comparator.nullsLast(Comparator.naturalOrder()));
  }

  /**
   * One stretch of time.
   *
   * @param start when it begins
   * @param free slots that are free over all of it and may be used
   * @param freeOnOneNode the most of them on one node
   * @param priceFrom the lowest price an accelerator-hour of those; null where none is free
   */
  public record Stretch(Instant start, int free, int freeOnOneNode, @Nullable Money priceFrom) {}

  /**
   * One place over time.
   *
   * @param slots all slots on offer there that may be used at some time
   */
  public record Row(Place place, int slots, List<Stretch> stretches) {}

  /** One row a place, in order of model, country and region. */
  public List<Row> rows(List<OfferedPool> offered, Wanted wanted) {
    Map<Place, Tally> tallies = new HashMap<>();
    for (OfferedPool pool : offered) {
      if (wanted.reaches(pool)) {
        count(pool, wanted, tallies);
      }
    }
    return tallies.entrySet().stream()
        .sorted(Map.Entry.comparingByKey(Place.ORDER))
        .map(entry -> entry.getValue().row(entry.getKey()))
        .toList();
  }

  private void count(OfferedPool pool, Wanted wanted, Map<Place, Tally> tallies) {
    Map<Integer, boolean[]> permitted = new HashMap<>();
    boolean[] offeredThen = new boolean[stretches.size()];
    for (int i = 0; i < offeredThen.length; i++) {
      offeredThen[i] = isOffered(pool.offer(), stretches.get(i));
    }
    for (SnapshotNode node : pool.nodes()) {
      if (!wanted.accepts(node)) {
        continue;
      }
      boolean[] mayBeUsed =
          permitted.computeIfAbsent(
              node.traits().policyClass(), key -> permitted(pool, node, offeredThen));
      if (mayBeUsed.length == 0) {
        continue;
      }
      tallies
          .computeIfAbsent(
              new Place(pool.model().id(), node.country(), node.region()), key -> new Tally())
          .add(pool.offer().pricePerAcceleratorHour(), node, mayBeUsed);
    }
  }

  private static boolean isOffered(Offer offer, Period stretch) {
    return offer.availableFrom().filter(stretch.start()::isBefore).isEmpty()
        && offer.availableUntil().filter(stretch.end()::isAfter).isEmpty();
  }

  /** In which stretches nodes of a class may be used; empty where in none. */
  private boolean[] permitted(OfferedPool pool, SnapshotNode node, boolean[] offeredThen) {
    boolean always = policy.judge(pool, node, whole).verdict().permits();
    boolean[] permitted = new boolean[stretches.size()];
    boolean any = false;
    for (int i = 0; i < permitted.length; i++) {
      // What is refused at some time of the whole may be permitted at another.
      permitted[i] =
          offeredThen[i]
              && (always || policy.judge(pool, node, stretches.get(i)).verdict().permits());
      any |= permitted[i];
    }
    return any ? permitted : new boolean[0];
  }

  private final class Tally {

    private int slots;
    private final int[] free = new int[stretches.size()];
    private final int[] onOneNode = new int[stretches.size()];
    private final @Nullable Money[] priceFrom = new @Nullable Money[stretches.size()];

    void add(Money price, SnapshotNode node, boolean[] mayBeUsed) {
      slots += node.slotCount();
      for (int i = 0; i < mayBeUsed.length; i++) {
        int count = mayBeUsed[i] ? node.freeCount(stretches.get(i), viewpoint) : 0;
        if (count > 0) {
          free[i] += count;
          onOneNode[i] = Math.max(onOneNode[i], count);
          Money lowest = priceFrom[i];
          priceFrom[i] = lowest == null || price.compareTo(lowest) < 0 ? price : lowest;
        }
      }
    }

    Row row(Place place) {
      List<Stretch> all = new ArrayList<>();
      for (int i = 0; i < free.length; i++) {
        all.add(new Stretch(stretches.get(i).start(), free[i], onOneNode[i], priceFrom[i]));
      }
      return new Row(place, slots, List.copyOf(all));
    }
  }
}
