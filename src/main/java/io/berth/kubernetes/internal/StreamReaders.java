package io.berth.kubernetes.internal;

import io.berth.kubernetes.KubernetesConfig;
import io.berth.platform.OrganizationId;
import io.berth.platform.ProblemException;
import io.berth.platform.ProblemType;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Who reads streams of this replica: so many at once, and so many of one organization. */
@ApplicationScoped
public class StreamReaders {

  private static final Duration RETRY = Duration.ofSeconds(5);

  private final KubernetesConfig config;
  private final AtomicInteger readers = new AtomicInteger();
  private final ConcurrentHashMap<OrganizationId, Integer> readersOf = new ConcurrentHashMap<>();

  StreamReaders(KubernetesConfig config) {
    this.config = config;
  }

  /**
   * Counts a reader.
   *
   * @return to be run when it reads no more; running it again changes nothing
   * @throws ProblemException 429 or 503 where there are too many
   */
  Runnable enter(OrganizationId organization) {
    count(organization);
    AtomicBoolean inside = new AtomicBoolean(true);
    return () -> {
      if (inside.getAndSet(false)) {
        leave(organization);
      }
    };
  }

  private void count(OrganizationId organization) {
    int ofOne = readersOf.merge(organization, 1, Integer::sum);
    int all = readers.incrementAndGet();
    if (ofOne > config.streamsOfOneMax()) {
      leave(organization);
      throw new ProblemException(
              ProblemType.TOO_MANY_REQUESTS,
              "Your organization reads %d streams at once, which is the most."
                  .formatted(config.streamsOfOneMax()))
          .retryAfter(RETRY);
    }
    if (all > config.streamsMax()) {
      leave(organization);
      throw new ProblemException(
              ProblemType.UNAVAILABLE, "Too many streams are being read at the moment.")
          .retryAfter(RETRY);
    }
  }

  private void leave(OrganizationId organization) {
    readers.decrementAndGet();
    readersOf.computeIfPresent(organization, (id, count) -> count > 1 ? count - 1 : null);
  }
}
