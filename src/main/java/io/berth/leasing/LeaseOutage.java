package io.berth.leasing;

import io.berth.inventory.NodeId;
import io.berth.platform.Period;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A time in which a lease's accelerators on one node could not be used. It is not charged.
 *
 * @param accelerators how many the lease has on the node
 * @param from since when; never before the lease could be used
 * @param until until when the node was back, replaced or given back; null while it goes on
 * @param reason why, in words for both parties
 */
public record LeaseOutage(
    NodeId node, int accelerators, Instant from, @Nullable Instant until, String reason) {

  /** The same, over at a moment. */
  public LeaseOutage endedAt(Instant moment) {
    return new LeaseOutage(node, accelerators, from, moment.isAfter(from) ? moment : from, reason);
  }

  /**
   * The whole minutes that it touches before a moment and after those of an outage before it; empty
   * where it touches none.
   */
  Optional<Period> minutesBefore(Instant moment, Instant after) {
    Instant end = until == null || until.isAfter(moment) ? moment : until;
    if (!end.isAfter(from)) {
      return Optional.empty();
    }
    Instant first = from.truncatedTo(ChronoUnit.MINUTES);
    Instant minute = end.truncatedTo(ChronoUnit.MINUTES);
    Instant last = minute.equals(end) ? end : minute.plus(Duration.ofMinutes(1));
    Instant start = first.isBefore(after) ? after : first;
    return start.isBefore(last) ? Optional.of(new Period(start, last)) : Optional.empty();
  }
}
