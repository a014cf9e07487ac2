package io.berth.sandbox.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ControlLoopTest {

  @Test
  void goesOnAfterAPassThatThrows() throws Exception {
    var passes = new CountDownLatch(3);
    try (var cluster = SimulatedCluster.start(SimulatedClusterFixture.BLUEPRINT, 0, "token", null);
        var loop = new ControlLoop(cluster, new BrokenClock(passes))) {
      loop.start(Duration.ofMillis(1));

      assertThat(passes.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static final class BrokenClock extends Clock {

    private final CountDownLatch passes;

    BrokenClock(CountDownLatch passes) {
      this.passes = passes;
    }

    @Override
    public Instant instant() {
      passes.countDown();
      throw new IllegalStateException("no time");
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
