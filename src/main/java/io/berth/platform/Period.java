package io.berth.platform;

import java.time.Duration;
import java.time.Instant;

/**
 * A half-open stretch of time, {@code [start, end)}: two periods that touch do not overlap.
 *
 * @param start the first moment inside
 * @param end the first moment after it; later than {@code start}
 */
public record Period(Instant start, Instant end) {

  /** Throws {@link IllegalArgumentException} where the end is not after the start. */
  public Period {
    if (!end.isAfter(start)) {
      throw new IllegalArgumentException("a period ends after it starts");
    }
  }

  /** Whether the moment lies inside. */
  public boolean contains(Instant moment) {
    return !moment.isBefore(start) && moment.isBefore(end);
  }

  /** Whether the two share any moment. */
  public boolean overlaps(Period other) {
    return start.isBefore(other.end) && other.start.isBefore(end);
  }

  /** How long it is. */
  public Duration duration() {
    return Duration.between(start, end);
  }

  /** The whole minutes in it; periods of leases are whole minutes. */
  public long minutes() {
    return duration().toMinutes();
  }
}
