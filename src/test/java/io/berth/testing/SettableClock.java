package io.berth.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Stands still at the time that a test sets. */
public final class SettableClock extends Clock {

  private volatile Instant now;

  /** Stands at a time. */
  public SettableClock(Instant now) {
    this.now = now;
  }

  /** Sets it forward. */
  public void advance(Duration duration) {
    now = now.plus(duration);
  }

  /** Sets it to a time. */
  public void set(Instant time) {
    now = time;
  }

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException("only the time is asked for");
  }
}
