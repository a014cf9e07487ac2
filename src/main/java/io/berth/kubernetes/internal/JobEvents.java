package io.berth.kubernetes.internal;

import io.berth.kubernetes.KubernetesConfig;
import io.berth.leasing.Job;
import io.berth.leasing.JobId;
import io.berth.leasing.JobObservation.JobEvent;
import io.berth.leasing.Jobs;
import io.berth.platform.Scope;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What clusters say of jobs, as it is recorded: whichever replica looks after a cluster, each of
 * them can tell it, and a cluster that does not answer keeps nobody waiting.
 */
@ApplicationScoped
public class JobEvents {

  private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);

  private final Jobs jobs;
  private final StreamReaders readers;
  private final Vertx vertx;
  private final KubernetesConfig config;
  private final Clock clock;

  JobEvents(Jobs jobs, StreamReaders readers, Vertx vertx, KubernetesConfig config, Clock clock) {
    this.jobs = jobs;
    this.readers = readers;
    this.vertx = vertx;
    this.config = config;
    this.clock = clock;
  }

  /** What is new since the last look, and whether it was the last. */
  record News(List<JobEvent> events, boolean isComplete, boolean isOver) {}

  /**
   * The events of a job of the scope's organization; where it is followed, those that come too,
   * until the job is final or the time is over.
   *
   * @return fails with 404 for jobs of others, 429 and 503 where too many read
   */
  Uni<Multi<News>> open(Scope scope, JobId id, boolean follow) {
    Context context = vertx.getOrCreateContext();
    Executor onContext = command -> context.runOnContext(ignored -> command.run());
    Instant end = clock.instant().plus(config.logTimeMax());
    Seen seen = new Seen();
    return jobs.get(scope, id)
        .invoke(job -> JobLogs.requireTenant(scope, job))
        .map(job -> {
          News now = seen.news(job, follow, false);
          if (now.isComplete()) {
            return Multi.createFrom().item(now);
          }
          Runnable leave = readers.enter(job.tenant());
          Uni<News> next =
              Uni.createFrom()
                  .voidItem()
                  .onItem()
                  .delayIt()
                  .by(LOOK_INTERVAL)
                  .emitOn(onContext)
                  .chain(() -> jobs.get(scope, id))
                  .map(later -> seen.news(later, true, !clock.instant().isBefore(end)));
          return until(now, Multi.createBy().repeating().uni(() -> next).indefinitely())
              .onTermination()
              .invoke(leave);
        });
  }

  /** Up to the last one, that too. */
  private static Multi<News> until(News first, Multi<News> later) {
    AtomicBoolean isLast = new AtomicBoolean();
    return Multi.createBy()
        .concatenating()
        .streams(Multi.createFrom().item(first), later)
        .select()
        .first(news -> !isLast.getAndSet(news.isComplete() || news.isOver()));
  }

  /** What a reader has seen. */
  private static final class Seen {

    private List<JobEvent> before = List.of();

    News news(Job job, boolean follow, boolean isOver) {
      List<JobEvent> now = job.seen().events();
      List<JobEvent> fresh = now.stream().filter(event -> !before.contains(event)).toList();
      before = now;
      return new News(fresh, !follow || job.seen().state().isFinal(), isOver);
    }
  }
}
