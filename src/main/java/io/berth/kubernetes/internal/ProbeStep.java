package io.berth.kubernetes.internal;

import io.berth.catalog.DeviceDetector;
import io.berth.inventory.PoolProbing;
import io.berth.inventory.PoolProbing.Probe;
import io.berth.inventory.PoolProbing.Round;
import io.berth.inventory.ProbeFinding;
import io.berth.inventory.ProbeId;
import io.berth.inventory.ProbeRoundId;
import io.berth.kubernetes.domain.Marks;
import io.berth.kubernetes.domain.ProbeManifests;
import io.berth.kubernetes.domain.ProbeReader;
import io.berth.kubernetes.domain.ProbeReader.Ended;
import io.berth.kubernetes.domain.ProbeReader.Printed;
import io.berth.kubernetes.domain.ProbeReader.Running;
import io.berth.kubernetes.domain.device.DeviceCheck;
import io.berth.kubernetes.domain.device.ProbeLog;
import io.berth.kubernetes.domain.device.UnreadableOutputException;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One step of a round of probes: makes what is missing of it in the cluster, and reads what has
 * ended. It remembers nothing, so it may be repeated, and broken off anywhere. Blocks.
 */
final class ProbeStep {

  private static final int CONFLICT = 409;
  private static final int NOT_FOUND = 404;

  private final KubernetesClient client;
  private final PoolProbing task;
  private final Round round;
  private final DeviceDetector detector;
  private final Clock clock;
  private final Instant deadline;
  private final String namespace;
  private @Nullable Obstacle obstacle;

  /**
   * Prepares a step.
   *
   * @param deadline after it nothing is begun any more
   */
  ProbeStep(
      KubernetesClient client,
      PoolProbing task,
      DeviceDetector detector,
      Clock clock,
      Instant deadline) {
    this.client = client;
    this.task = task;
    this.detector = detector;
    this.clock = clock;
    this.deadline = deadline;
    round = task.round().orElseThrow();
    namespace = ProbeManifests.namespace(round.id());
  }

  /** Does the step and tells which probes have ended how; the others go on. */
  Map<ProbeId, ProbeFinding> run() {
    try {
      return look();
    } catch (KubernetesClientException e) {
      Obstacle met = Obstacle.of(e);
      obstacle = met;
      return overdue(round, clock.instant(), met);
    }
  }

  /** What the step met that every other in the cluster would meet, too. */
  Optional<Obstacle> obstacleOfCluster() {
    return Optional.ofNullable(obstacle).filter(Obstacle::wholeCluster);
  }

  /** What becomes of probes in a cluster that cannot be asked: they are given up in time. */
  static Map<ProbeId, ProbeFinding> overdue(Round round, Instant now, Obstacle obstacle) {
    Map<ProbeId, ProbeFinding> ended = new LinkedHashMap<>();
    for (Probe probe : round.probes()) {
      if (now.isAfter(probe.deadlineAt().plus(ProbeReader.OVERDUE))) {
        ended.put(probe.id(), ProbeFinding.failed(obstacle.reason(), obstacle.message()));
      }
    }
    return ended;
  }

  private Map<ProbeId, ProbeFinding> look() {
    Namespace home = client.namespaces().withName(namespace).get();
    if (home == null) {
      create(ProbeManifests.namespace(round));
    } else if (home.getMetadata().getDeletionTimestamp() != null
        || ProbeManifests.roundOf(home).isEmpty()) {
      return overdue(
          round,
          clock.instant(),
          Obstacle.ofLease(
              "NamespaceTaken",
              "Somebody deletes the namespace %s, or has made it.".formatted(namespace)));
    }
    create(ProbeManifests.networkPolicy(round));
    create(ProbeManifests.account(round));
    Map<String, Job> jobs = new HashMap<>();
    client
        .batch()
        .v1()
        .jobs()
        .inNamespace(namespace)
        .withLabel(Marks.MANAGED_BY, Marks.BERTH)
        .list()
        .getItems()
        .forEach(job -> jobs.put(job.getMetadata().getName(), job));
    List<Pod> pods =
        client
            .pods()
            .inNamespace(namespace)
            .withLabel(Marks.MANAGED_BY, Marks.BERTH)
            .list()
            .getItems();
    Map<ProbeId, ProbeFinding> ended = new LinkedHashMap<>();
    for (Probe probe : round.probes()) {
      Instant now = clock.instant();
      if (now.isAfter(deadline)) {
        break;
      }
      Job job = jobs.get(ProbeManifests.job(probe.id()));
      if (job == null && now.isBefore(probe.deadlineAt())) {
        // A second one of the name is refused: what another worker made is found the next time.
        ProbeManifests.claimTemplate(task.pool(), round, probe).ifPresent(this::create);
        create(ProbeManifests.job(task.pool(), round, probe, now));
        continue;
      }
      List<Pod> own = pods.stream().filter(pod -> ProbeManifests.isOf(probe.id(), pod)).toList();
      finding(probe, ProbeReader.read(probe, job, own, now))
          .ifPresent(found -> ended.put(probe.id(), found));
    }
    return ended;
  }

  private Optional<ProbeFinding> finding(Probe probe, ProbeReader.Stage stage) {
    return switch (stage) {
      case Running running -> Optional.empty();
      case Ended end -> Optional.of(end.finding());
      case Printed printed -> Optional.of(read(probe, printed.pod()));
    };
  }

  private ProbeFinding read(Probe probe, Pod pod) {
    String log =
        client
            .pods()
            .inNamespace(namespace)
            .withName(pod.getMetadata().getName())
            .limitBytes(ProbeLog.BYTES_MAX)
            .getLog();
    try {
      return new DeviceCheck(detector, task.model(), task.pool().slotKind(), probe.slots())
          .finding(ProbeLog.read(log == null ? "" : log));
    } catch (UnreadableOutputException e) {
      return ProbeFinding.failed("OutputUnreadable", String.valueOf(e.getMessage()));
    }
  }

  private void create(HasMetadata object) {
    try {
      client.resource(object).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() != CONFLICT) {
        throw e;
      }
    }
  }

  /** Takes everything of a round out of the cluster. Blocks. */
  static void clear(KubernetesClient client, ProbeRoundId round) {
    Namespace home = client.namespaces().withName(ProbeManifests.namespace(round)).get();
    if (home == null || ProbeManifests.roundOf(home).isEmpty()) {
      return;
    }
    try {
      client.resource(home).delete();
    } catch (KubernetesClientException e) {
      if (e.getCode() != NOT_FOUND) {
        throw e;
      }
    }
  }
}
