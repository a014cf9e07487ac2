package io.berth.kubernetes.internal;

import io.berth.inventory.ClusterAccess;
import io.berth.inventory.ClusterWork;
import io.berth.kubernetes.KubernetesConfig;
import io.berth.kubernetes.domain.JobLog;
import io.berth.kubernetes.domain.Marks;
import io.berth.leasing.Job;
import io.berth.leasing.JobId;
import io.berth.leasing.JobState;
import io.berth.leasing.Jobs;
import io.berth.leasing.Lease;
import io.berth.leasing.Leases;
import io.berth.platform.ProblemException;
import io.berth.platform.ProblemType;
import io.berth.platform.Scope;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * What jobs write, read from their clusters for whoever asks and kept nowhere. A cluster is its
 * provider's: how much of it comes, for how long and for how many readers at once is bounded.
 */
@ApplicationScoped
public class JobLogs {

  private static final Duration RETRY = Duration.ofSeconds(5);

  private final Jobs jobs;
  private final Leases leases;
  private final ClusterWork clusters;
  private final ClusterConnections connections;
  private final ClusterThreads threads;
  private final Vertx vertx;
  private final KubernetesConfig config;
  private final StreamReaders readers;

  JobLogs(
      Jobs jobs,
      Leases leases,
      ClusterWork clusters,
      ClusterConnections connections,
      ClusterThreads threads,
      Vertx vertx,
      KubernetesConfig config,
      StreamReaders readers) {
    this.jobs = jobs;
    this.leases = leases;
    this.clusters = clusters;
    this.connections = connections;
    this.threads = threads;
    this.vertx = vertx;
    this.config = config;
    this.readers = readers;
  }

  private record Source(KubernetesClient client, URI uri) {}

  /**
   * Opens the log of one pod of a job of the scope's organization.
   *
   * @return fails with {@link ProblemException}: 404 for jobs of others and ranks that there are
   *     not, 409 where no such pod is in the cluster, 429 and 503 where too many read, 503 where
   *     the cluster does not answer or refuses
   */
  Uni<Multi<LogPart>> open(Scope scope, JobId id, JobLog wanted) {
    Context context = vertx.getOrCreateContext();
    Executor onContext = command -> context.runOnContext(ignored -> command.run());
    return jobs.get(scope, id)
        .invoke(job -> {
          requireTenant(scope, job);
          requireRank(job, wanted.rank());
        })
        .chain(job -> {
          Runnable leave = readers.enter(job.tenant());
          return leases
              .get(scope, job.lease())
              .chain(lease -> source(job, lease, wanted))
              .emitOn(onContext)
              .onCancellation()
              .invoke(leave)
              .chain(source -> stream(source, leave))
              .onFailure()
              .invoke(leave);
        })
        .map(stream -> stream.parts().emitOn(onContext, 1));
  }

  /** Operators see jobs too, but what a job writes is its tenant's. */
  static void requireTenant(Scope scope, Job job) {
    if (scope.organization().filter(job.tenant()::equals).isEmpty()) {
      throw ProblemException.notFound("job of your organization", job.id());
    }
  }

  private static void requireRank(Job job, int rank) {
    if (rank >= job.spec().parallelism()) {
      throw ProblemException.notFound("rank " + rank + " in the job", job.id());
    }
    if (job.seen().state() == JobState.QUEUED) {
      throw ProblemException.conflict("The job is queued: it has written nothing yet.");
    }
  }

  private Uni<Source> source(Job job, Lease lease, JobLog wanted) {
    return clusters
        .access(lease.cluster())
        .emitOn(threads)
        .map(access -> find(job, access, wanted));
  }

  /** Looks for the pod; blocks. */
  private Source find(Job job, ClusterAccess access, JobLog wanted) {
    String namespace = Marks.namespace(job.lease());
    try {
      KubernetesClient client = connections.client(access);
      List<Pod> pods =
          client
              .pods()
              .inNamespace(namespace)
              .withLabel(Marks.JOB, job.id().toString())
              .withLabel(Marks.RANK, Integer.toString(wanted.rank()))
              .list()
              .getItems();
      String path =
          JobLog.newest(pods)
              .map(pod -> wanted.path(namespace, pod, config.logBytesMax().asLongValue()))
              .orElseThrow(
                  () -> ProblemException.conflict("No pod of this rank is in the cluster."));
      return new Source(client, URI.create(client.getMasterUrl().toString()).resolve(path));
    } catch (UnfitConnectionException e) {
      throw unavailable("The lease's cluster cannot be called: " + e.getMessage());
    } catch (KubernetesClientException e) {
      throw unavailable(Obstacle.of(e).message());
    }
  }

  private Uni<LogStream> stream(Source source, Runnable onEnd) {
    return LogStream.open(
            source.client().getHttpClient(),
            source.uri(),
            config.logBytesMax().asLongValue(),
            config.requestTimeout(),
            this::afterTime,
            onEnd)
        .onFailure()
        .transform(JobLogs::problem);
  }

  private static ProblemException problem(Throwable failure) {
    return failure instanceof LogStream.Refused refused
        ? unavailable("The cluster does not give the log (%d).".formatted(refused.code()))
        : unavailable("The cluster does not answer.");
  }

  private Runnable afterTime(Runnable work) {
    long timer = vertx.setTimer(config.logTimeMax().toMillis(), ignored -> work.run());
    return () -> vertx.cancelTimer(timer);
  }

  private static ProblemException unavailable(String detail) {
    return new ProblemException(ProblemType.UNAVAILABLE, detail).retryAfter(RETRY);
  }
}
