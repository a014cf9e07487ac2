package io.berth.platform.internal;

import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;

/** The clock that everything reads; tests put their own in its place. */
@Dependent
public class ClockProducer {

  /** Ticks in microseconds, which is what PostgreSQL keeps. */
  @Produces
  @Singleton
  @DefaultBean
  public Clock clock() {
    return Clock.tick(Clock.systemUTC(), Duration.ofNanos(1_000));
  }
}
