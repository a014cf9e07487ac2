package io.berth.booking.internal;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Not ready until the market has been read once: who came sooner would wait for all of it. From
 * then on always ready, since each request waits for what is new itself.
 */
@Readiness
@ApplicationScoped
class MarketReadiness implements HealthCheck {

  private final MarketFeed feed;

  MarketReadiness(MarketFeed feed) {
    this.feed = feed;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("The market has been read").status(feed.wasRead()).build();
  }
}
