package io.berth.booking.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.berth.booking.Alternative;
import io.berth.identity.LegalFacts;
import io.berth.identity.Organization;
import io.berth.identity.UseProfile;
import io.berth.identity.Verification;
import io.berth.matching.CapacityRequest;
import io.berth.matching.OfferedPool;
import io.berth.matching.Shape;
import io.berth.matching.Wanted;
import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import io.berth.policy.DecisionPurpose;
import io.vertx.mutiny.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What could be had instead is planned beside the event loop, a few at once. */
class AlternativeSearchTest {

  private static final Duration WAIT_MAX = Duration.ofSeconds(30);
  private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");

  private final Vertx vertx = Vertx.vertx();
  private final AlternativeSearch search = new AlternativeSearch(vertx);
  private final ConcurrentLinkedQueue<String> planning = new ConcurrentLinkedQueue<>();
  private final CountDownLatch go = new CountDownLatch(1);

  @AfterEach
  void stop() {
    go.countDown();
    search.stop();
    vertx.close().await().atMost(WAIT_MAX);
  }

  @Test
  void plansTwoAtOnceOnThreadsOfItsOwnAndLetsABoundedNumberWait() {
    List<CompletableFuture<List<Alternative>>> asked = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      asked.add(search.find(placement(new Waiting())).subscribeAsCompletionStage());
    }
    await().atMost(WAIT_MAX).until(() -> planning.size() == 2);
    assertThat(planning).allMatch(thread -> thread.startsWith("booking-alternatives"));

    // One too many is answered at once, and nothing is planned for it.
    assertThat(search.find(placement(new Waiting())).await().atMost(WAIT_MAX)).isEmpty();

    assertThat(planning).hasSize(2);
    go.countDown();
    asked.forEach(CompletableFuture::join);
    assertThat(planning).hasSize(64);
    search.find(placement(new Waiting())).await().atMost(WAIT_MAX);
    assertThat(planning).hasSize(66);
  }

  @Test
  void findsNoneWherePlanningBreaks() {
    List<OfferedPool> broken =
        new ArrayList<>() {
          @Override
          public Iterator<OfferedPool> iterator() {
            throw new IllegalStateException("A test says so.");
          }
        };

    assertThat(search.find(placement(broken)).await().atMost(WAIT_MAX)).isEmpty();
  }

  private static Placement placement(List<OfferedPool> offered) {
    return new Placement(
        new Organization(
            OrganizationId.fresh(), "Tenant", LegalFacts.UNKNOWN, Verification.NONE, 0, NOW),
        new CapacityRequest(
            Wanted.anything(),
            new Shape.Count(1),
            new Period(NOW, NOW.plus(Duration.ofHours(1))),
            Optional.empty()),
        UseProfile.UNKNOWN,
        offered,
        (period, accelerators) -> {
          throw new IllegalStateException("there is nothing to judge");
        },
        DecisionPurpose.QUOTE,
        NOW);
  }

  /** No offers, which are read twice in a plan; whoever reads them waits. */
  private final class Waiting extends ArrayList<OfferedPool> {

    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<OfferedPool> iterator() {
      planning.add(Thread.currentThread().getName());
      try {
        go.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return super.iterator();
    }
  }
}
