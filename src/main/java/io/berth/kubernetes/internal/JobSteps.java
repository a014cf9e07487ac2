package io.berth.kubernetes.internal;

import io.berth.kubernetes.domain.ClaimManifests;
import io.berth.kubernetes.domain.JobManifests;
import io.berth.kubernetes.domain.JobQueue;
import io.berth.kubernetes.domain.JobReader;
import io.berth.kubernetes.domain.LeaseContents;
import io.berth.kubernetes.domain.PodPlan;
import io.berth.leasing.JobObservation;
import io.berth.leasing.JobState;
import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseDelivery.JobDelivery;
import io.berth.leasing.LeaseDelivery.LeasedNode;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The jobs' share of a step: each is brought into the cluster, looked at, or taken out. */
final class JobSteps {

  private static final int BAD_REQUEST = 400;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int UNPROCESSABLE = 422;

  private final KubernetesClient client;
  private final LeaseDelivery lease;
  private final List<LeasedNode> nodes;
  private final LeaseContents contents;
  private final Instant now;
  private final Duration gangStartMax;
  private final BooleanSupplier isOver;
  private final boolean queueing;

  /** Whether it is known that what does not go through a queue need not. */
  private final boolean queueKnown;

  /** Accelerators in use by number of the node; grows as jobs are placed. */
  private final Map<Integer, Integer> used;

  /**
   * Prepares the jobs' share of a step.
   *
   * @param gangStartMax how long pods that start together may take until all run
   * @param queue whether what starts now goes through the cluster's queue
   * @param isOver whether the step's time is: nothing is begun any more then, and the next one goes
   *     on from what is there
   */
  JobSteps(
      KubernetesClient client,
      LeaseDelivery lease,
      List<LeasedNode> nodes,
      LeaseContents contents,
      Instant now,
      Duration gangStartMax,
      JobQueues.Finding queue,
      BooleanSupplier isOver) {
    this.isOver = isOver;
    this.client = client;
    this.lease = lease;
    this.nodes = nodes;
    this.contents = contents;
    this.now = now;
    this.gangStartMax = gangStartMax;
    queueing = queue.version().isPresent();
    queueKnown = queue.isKnown();
    used = contents.used(lease.pool().resourceName(), nodes);
  }

  /** Does what one job needs and tells what was seen of it. */
  JobObservation step(JobDelivery job) {
    Optional<PodPlan> made = contents.planOf(job, nodes);
    Optional<PodPlan> plan = made.filter(known -> known.fits(job.spec(), nodes));
    // What came to its end on a node that the lease has lost since is not done again.
    Optional<JobObservation> end =
        made.map(known -> JobReader.read(job, known, nodes, contents))
            .filter(seen ->
                plan.isPresent() ? seen.state().isFinal() : seen.state() == JobState.SUCCEEDED);
    boolean goesOn = end.isPresent() && mayTryAgain(job, end.get());
    if (end.isPresent() && !goesOn) {
      // What is left of its parts goes once the end is recorded.
      return end.get();
    }
    if (job.cancelRequested()) {
      return cancel(job);
    }
    if (goesOn) {
      return anew(job, job.progress().failures() + 1, end.get().message());
    }
    if (made.isPresent() && plan.isEmpty()) {
      return anew(job, job.progress().failures(), "the lease has other nodes now.");
    }
    return namingStrays(job, plan.isPresent() ? keep(job, plan.get()) : place(job));
  }

  /** Whether all of a gang starts again since one of its pods failed. */
  private boolean mayTryAgain(JobDelivery job, JobObservation end) {
    return job.spec().isGang()
        && end.state() == JobState.FAILED
        && job.progress().failures() < job.spec().retries()
        && contents.partsOf(job).stream().noneMatch(LeaseContents::isOverdue);
  }

  /**
   * The next attempt counts from when this is recorded; only then does the present one go, so that
   * nothing is forgotten whenever this breaks off.
   */
  private JobObservation anew(JobDelivery job, int failures, String why) {
    JobObservation seen =
        read(
            job,
            JobState.STARTING,
            (job.spec().isGang() ? "All pods start anew together: " : "The pod starts anew: ")
                + why);
    return new JobObservation(
        seen.state(),
        seen.message(),
        seen.nodes(),
        seen.events(),
        seen.startedAt(),
        null,
        job.progress().attempt() + 1,
        failures);
  }

  private JobObservation cancel(JobDelivery job) {
    List<Job> parts = contents.partsOf(job.id());
    List<Pod> pods = contents.podsOf(job.id());
    inTime(parts).filter(part -> !LeaseContents.isGoing(part)).forEach(this::delete);
    if (!parts.isEmpty() || !pods.isEmpty()) {
      return read(job, job.state(), "Being cancelled; %d pods stop.".formatted(pods.size()));
    }
    return read(job, JobState.CANCELLED, "Cancelled.").finished(now);
  }

  private JobObservation place(JobDelivery job) {
    List<Job> parts = contents.partsOf(job.id());
    List<Pod> pods = contents.podsOf(job.id());
    if (!parts.isEmpty() || !pods.isEmpty()) {
      inTime(parts).filter(part -> !LeaseContents.isGoing(part)).forEach(this::delete);
      if (parts.isEmpty()) {
        inTime(pods).forEach(pod -> client.resource(pod).delete());
      }
      return waiting(job, "What is left of an earlier start stops; then the job starts anew.");
    }
    Optional<PodPlan> plan = PodPlan.of(job.spec(), nodes, taken());
    if (plan.isPresent()) {
      return create(job, plan.get(), ranks(plan.get()));
    }
    if (!job.spec().fits(nodes.stream().map(LeasedNode::slots).toList())) {
      return failed(job, "The lease has no room for so many pods of that size.");
    }
    return waiting(
        job,
        "Waits until %d accelerators of the lease are free, %s.%s"
            .formatted(
                job.spec().accelerators(),
                job.spec().acceleratorsByRank().isEmpty()
                    ? job.spec().acceleratorsPerPod() + " a pod"
                    : "each rank's on a node of its own",
                nodes.stream().anyMatch(JobSteps::isPassedOver)
                    ? " Nothing starts on nodes that fail: "
                        + nodes.stream()
                            .filter(JobSteps::isPassedOver)
                            .map(leased -> leased.node().name())
                            .collect(Collectors.joining(", ", "", "."))
                    : ""));
  }

  private static boolean isPassedOver(LeasedNode leased) {
    return leased.slots() > 0 && leased.node().failing();
  }

  /**
   * What nothing new is put on, by number of the node: what is in use, and all of one that fails.
   */
  private Map<Integer, Integer> taken() {
    Map<Integer, Integer> taken = new HashMap<>(used);
    for (int number = 0; number < nodes.size(); number++) {
      if (isPassedOver(nodes.get(number))) {
        taken.put(number, nodes.get(number).slots());
      }
    }
    return taken;
  }

  private static Set<Integer> ranks(PodPlan plan) {
    return IntStream.range(0, plan.ranks()).boxed().collect(Collectors.toCollection(TreeSet::new));
  }

  /** Looks after a job that has its place: makes again what vanished, removes what is too much. */
  private JobObservation keep(JobDelivery job, PodPlan plan) {
    Set<Integer> missing = ranks(plan);
    for (Job part : contents.partsOf(job.id())) {
      boolean isPart = LeaseContents.isOfAttempt(job, part) && isPlaced(part, plan);
      if (isPart) {
        missing.remove(LeaseContents.rank(part));
      }
      if (isOver.getAsBoolean()) {
        continue;
      }
      if (!isPart && !LeaseContents.isGoing(part)) {
        delete(part);
      } else if (!LeaseContents.isFinished(part)) {
        JobManifests.changedDeadlineSeconds(lease, job, part, now)
            .ifPresent(seconds -> limit(part, seconds));
      }
    }
    List<Job> held = contents.partsOf(job).stream().filter(JobQueue::isHeld).toList();
    if (held.stream()
        .anyMatch(
            part -> queueing ? !JobQueue.isQueued(part) : queueKnown && JobQueue.isQueued(part))) {
      // Nobody would ever start them.
      return anew(
          job,
          job.progress().failures(),
          queueing
              ? "the cluster has a queue for its jobs now."
              : "the cluster has no queue for its jobs any more.");
    }
    if (!held.isEmpty() && isPastDeadline(job)) {
      return failed(job, "Its deadline passed while it waited in the cluster's queue.");
    }
    JobObservation seen = JobReader.read(job, plan, nodes, contents);
    if (job.spec().isGang() && job.state() == JobState.RUNNING) {
      return keepRunning(job, plan, missing, seen);
    }
    if (job.spec().isGang() && seen.state() != JobState.RUNNING && isLate(job)) {
      return anew(
          job,
          job.progress().failures(),
          "not all ran within %s. %s".formatted(gangStartMax, seen.message()));
    }
    if (missing.isEmpty()) {
      // Whoever made the parts may have stopped before it made what goes with them.
      return seen.state() == JobState.STARTING
          ? unlessRefused(
              job,
              () -> {
                makeClaimable(job);
                first(job).ifPresent(owner -> accompany(job, owner));
                return seen;
              })
          : seen;
    }
    return create(job, plan, missing);
  }

  private boolean isPlaced(Job part, PodPlan plan) {
    int rank = LeaseContents.rank(part);
    return rank >= 0
        && rank < plan.ranks()
        && LeaseContents.nodeNumber(part, nodes) == plan.node(rank);
  }

  private boolean isLate(JobDelivery job) {
    return JobQueue.startableSince(contents.partsOf(job), contents.madeAt(job))
        .filter(since -> !now.isBefore(since.plus(gangStartMax)))
        .isPresent();
  }

  /** The cluster holds to a part's deadline itself, but not while the part is suspended. */
  private boolean isPastDeadline(JobDelivery job) {
    Instant startedAt = job.progress().startedAt();
    Duration deadline = job.spec().deadline();
    return startedAt != null && deadline != null && !now.isBefore(startedAt.plus(deadline));
  }

  private Map<Integer, Job> parts(JobDelivery job, PodPlan plan) {
    Map<Integer, Job> parts = new TreeMap<>(JobManifests.parts(lease, job, plan, now));
    if (queueing) {
      parts.replaceAll((rank, part) -> JobQueue.queued(part));
    }
    return parts;
  }

  /**
   * A gang that has run does not go on with some of its pods: the others wait for what was lost.
   */
  private JobObservation keepRunning(
      JobDelivery job, PodPlan plan, Set<Integer> missing, JobObservation seen) {
    if (!missing.isEmpty()) {
      Map<Integer, Job> parts = parts(job, plan);
      List<Integer> lost =
          inTime(missing).filter(rank -> adopt(there(parts, rank)).isEmpty()).toList();
      return lost.isEmpty()
          ? read(
              job,
              job.state(),
              isOver.getAsBoolean()
                  ? seen.message()
                  : "What somebody changed of its parts was put right.")
          : anew(job, job.progress().failures(), "somebody deleted the parts of ranks " + lost);
    }
    Set<Integer> lost = JobReader.lost(job, plan, nodes, contents);
    if (!lost.isEmpty()) {
      return anew(
          job,
          job.progress().failures(),
          "the pods of ranks %s were lost. %s".formatted(lost, seen.message()));
    }
    // A pod that has failed brings its part down in a moment, which is what counts then.
    return seen.state() == JobState.STARTING ? read(job, job.state(), seen.message()) : seen;
  }

  private static Job there(Map<Integer, Job> parts, int rank) {
    return Objects.requireNonNull(parts.get(rank), "every rank has its part");
  }

  /** Those whose turn comes before the step's time is over. */
  private <T> Stream<T> inTime(Collection<T> wanted) {
    return wanted.stream().takeWhile(one -> !isOver.getAsBoolean());
  }

  private void limit(Job part, long deadlineSeconds) {
    try {
      client
          .resource(part)
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              "{\"spec\": {\"activeDeadlineSeconds\": %d}}".formatted(deadlineSeconds));
    } catch (KubernetesClientException e) {
      // Kueue starts nothing either while what it is asked by does not answer.
      if (!JobQueue.isHeld(part) || !Obstacle.isOfWebhook(e)) {
        throw e;
      }
    }
  }

  private JobObservation create(JobDelivery job, PodPlan plan, Set<Integer> missing) {
    Map<Integer, Job> parts = parts(job, plan);
    return unlessRefused(
        job,
        () -> {
          makeClaimable(job);
          Optional<Job> first = missing.contains(0) ? make(there(parts, 0)) : first(job);
          first.ifPresent(owner -> accompany(job, owner));
          for (int rank : missing) {
            if (rank > 0 && !isOver.getAsBoolean()) {
              make(there(parts, rank));
            }
            used.merge(plan.node(rank), job.spec().acceleratorsOf(rank), Integer::sum);
          }
          return JobReader.read(job, plan, nodes, contents);
        });
  }

  private JobObservation unlessRefused(JobDelivery job, Supplier<JobObservation> work) {
    try {
      return work.get();
    } catch (KubernetesClientException e) {
      return switch (e.getCode()) {
        case FORBIDDEN -> waiting(job, "The cluster does not take it now: " + Obstacle.words(e));
        case BAD_REQUEST, UNPROCESSABLE ->
            failed(job, "The cluster refuses it: " + Obstacle.words(e));
        default -> {
          if (!Obstacle.isOfWebhook(e)) {
            throw e;
          }
          yield waiting(job, "The cluster cannot take it now: " + Obstacle.words(e));
        }
      };
    }
  }

  private Optional<Job> first(JobDelivery job) {
    return contents.partsOf(job).stream().filter(part -> LeaseContents.rank(part) == 0).findFirst();
  }

  /** Makes a part, or adopts it; empty where it went meanwhile. */
  private Optional<Job> make(Job part) {
    try {
      return Optional.of(client.resource(part).create());
    } catch (KubernetesClientException e) {
      if (e.getCode() != CONFLICT) {
        throw e;
      }
      return adopt(part);
    }
  }

  /** Makes what the claims of a job's pods are made from, where it is not there yet. */
  private void makeClaimable(JobDelivery job) {
    IntStream.range(0, job.spec().parallelism())
        .map(job.spec()::acceleratorsOf)
        .distinct()
        .mapToObj(count -> ClaimManifests.template(lease, count))
        .flatMap(Optional::stream)
        .forEach(this::makeOnce);
  }

  /** Makes what goes with a job's parts, where it is not there yet. */
  private void accompany(JobDelivery job, Job owner) {
    JobManifests.secret(lease, job, owner).ifPresent(this::makeOnce);
    JobManifests.service(lease, job, owner).ifPresent(this::makeOnce);
  }

  private void makeOnce(HasMetadata companion) {
    try {
      client.resource(companion).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() != CONFLICT) {
        throw e;
      }
    }
  }

  /**
   * A part is there that was not among those listed: another worker was faster, or somebody took
   * its marks off, without which it would never be seen again.
   */
  private Optional<Job> adopt(Job part) {
    // Through which queue it goes is fixed once it runs: Kueue refuses to have that changed.
    Map<String, String> labels = new TreeMap<>(part.getMetadata().getLabels());
    labels.remove(JobQueue.LABEL);
    Map<String, Object> metadata =
        Map.of("labels", labels, "annotations", part.getMetadata().getAnnotations());
    try {
      return Optional.of(
          client
              .resource(part)
              .patch(
                  PatchContext.of(PatchType.JSON_MERGE),
                  client.getKubernetesSerialization().asJson(Map.of("metadata", metadata))));
    } catch (KubernetesClientException e) {
      // It went meanwhile: the next step makes it.
      if (e.getCode() != NOT_FOUND) {
        throw e;
      }
      return Optional.empty();
    }
  }

  /** Pods of a job where its lease has nothing go once that is recorded: {@link StrayPods}. */
  private JobObservation namingStrays(JobDelivery job, JobObservation seen) {
    Set<String> elsewhere =
        StrayPods.among(lease.id(), contents.podsOf(job.id()), contents.parts(), nodes).stream()
            .map(pod -> pod.getSpec().getNodeName())
            .collect(Collectors.toCollection(TreeSet::new));
    return elsewhere.isEmpty()
        ? seen
        : seen.withMessage(
            JobReader.bounded(
                "Pods on nodes that the lease does not have are deleted: %s. %s"
                    .formatted(String.join(", ", elsewhere), seen.message())));
  }

  /** One that was in the cluster before does not go back to the queue. */
  private JobObservation waiting(JobDelivery job, String message) {
    return read(job, job.state() == JobState.QUEUED ? JobState.QUEUED : JobState.STARTING, message);
  }

  private JobObservation failed(JobDelivery job, String message) {
    return read(job, JobState.FAILED, message).finished(now);
  }

  private JobObservation read(JobDelivery job, JobState state, String message) {
    return JobReader.read(job, state, message, nodes, contents);
  }

  private void delete(Job part) {
    delete(client, part);
  }

  /** Deletes a part; it is seen until its last pod has stopped. */
  static void delete(KubernetesClient client, Job part) {
    client.resource(part).withPropagationPolicy(DeletionPropagation.FOREGROUND).delete();
  }
}
