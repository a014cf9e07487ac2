package io.berth.booking;

import io.berth.platform.ProblemException;
import io.berth.platform.ProblemType;
import io.berth.policy.AuthorisationTaken;
import io.smallrye.mutiny.Uni;
import io.vertx.pgclient.PgException;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;

/** Does again what lost a race in the database, from outside its transaction. */
public final class Races {

  /** Exclusion violation, serialization failure and deadlock (PostgreSQL, appendix A). */
  private static final Set<String> LOST = Set.of("23P01", "40001", "40P01");

  private Races() {}

  /**
   * Tries up to {@code attemptsMax} times; where every try loses, fails with 409.
   *
   * @param attempt a whole use case, its transaction included
   */
  public static <T> Uni<T> retry(int attemptsMax, Supplier<Uni<T>> attempt) {
    return Uni.createFrom()
        .deferred(attempt::get)
        .onFailure(Races::lost)
        .retry()
        .atMost(attemptsMax - 1L)
        .onFailure(Races::lost)
        .transform(failure ->
            new ProblemException(
                    ProblemType.CAPACITY_UNAVAILABLE,
                    "Others changed the same capacity "
                        + attemptsMax
                        + " times in a row meanwhile: try again.")
                .retryAfter(Duration.ofSeconds(1)));
  }

  private static boolean lost(Throwable failure) {
    return failure instanceof AuthorisationTaken
        || failure instanceof PlanOutdated
        || (failure instanceof PgException postgres && LOST.contains(postgres.getSqlState()));
  }
}
