package io.berth.kubernetes.domain;

import io.berth.leasing.JobId;
import io.berth.leasing.JobSpec;
import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseDelivery.JobDelivery;
import io.berth.leasing.LeaseDelivery.LeasedNode;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A job as {@code batch/v1} Jobs, one for each of its ranks, and what goes with them. */
public final class JobManifests {

  private static final long CLOCKS_DIFFER_SECONDS_MAX = 30;

  private JobManifests() {}

  /** The parts of a job by rank. */
  public static Map<Integer, Job> parts(
      LeaseDelivery lease, JobDelivery job, PodPlan plan, Instant now) {
    Map<Integer, Job> parts = new TreeMap<>();
    for (int rank = 0; rank < plan.ranks(); rank++) {
      parts.put(rank, part(lease, job, plan, rank, now));
    }
    return parts;
  }

  private static Job part(
      LeaseDelivery lease, JobDelivery job, PodPlan plan, int rank, Instant now) {
    JobSpec spec = job.spec();
    List<LeasedNode> nodes = PodPlan.nodes(lease);
    Map<String, String> labels = labels(lease, job);
    labels.put(Marks.RANK, Integer.toString(rank));
    JobBuilder part =
        new JobBuilder()
            .withNewMetadata()
            .withName(Marks.part(job.id(), rank))
            .withNamespace(Marks.namespace(lease.id()))
            .withLabels(labels)
            .addToAnnotations(Marks.PLAN, plan.toString())
            .addToAnnotations(Marks.MADE_AT, now.toString())
            .endMetadata()
            .withNewSpec()
            .withParallelism(1)
            .withCompletions(1)
            // Pods of a gang do not start anew alone.
            .withBackoffLimit(spec.isGang() ? 0 : spec.retries())
            .withActiveDeadlineSeconds(deadlineSeconds(lease, job, now))
            .withNewTemplate()
            .withNewMetadata()
            .withLabels(labels)
            .endMetadata()
            .withSpec(PodManifests.podSpec(lease, job, rank, nodes.get(plan.node(rank)).node()))
            .endTemplate()
            .endSpec();
    Duration ttl = spec.ttl();
    // The cluster's own way might remove a part before its end is recorded, and it would run again.
    return ttl == null
        ? part.build()
        : part.editMetadata()
            .addToAnnotations(Marks.TTL_SECONDS, Long.toString(ttl.toSeconds()))
            .endMetadata()
            .build();
  }

  private static Map<String, String> labels(LeaseDelivery lease, JobDelivery job) {
    Map<String, String> labels = new TreeMap<>(Marks.of(lease.id()));
    labels.put(Marks.TENANT, lease.tenant().toString());
    labels.put(Marks.JOB, job.id().toString());
    labels.put(Marks.ATTEMPT, Integer.toString(job.progress().attempt()));
    return labels;
  }

  /**
   * What gives the pods of a gang names that they find each other by; empty for a single one.
   *
   * @param owner the part of rank 0: the cluster removes the service with it
   */
  public static Optional<Service> service(LeaseDelivery lease, JobDelivery job, Job owner) {
    if (!job.spec().isGang()) {
      return Optional.empty();
    }
    return Optional.of(
        new ServiceBuilder()
            .withMetadata(companion(lease, job, owner))
            .withNewSpec()
            .withClusterIP("None")
            // Ranks look for each other while they get ready.
            .withPublishNotReadyAddresses(true)
            .addToSelector(Marks.JOB, job.id().toString())
            .addToSelector(Marks.ATTEMPT, Integer.toString(job.progress().attempt()))
            .addNewPort()
            .withName("master")
            .withPort(RankEnvironment.MASTER_PORT)
            .endPort()
            .endSpec()
            .build());
  }

  /**
   * What brings a job's secret variables to its pods, and what its image is pulled with; empty
   * where there is neither.
   *
   * @param owner the part of rank 0: the cluster removes the secret with it
   */
  public static Optional<Secret> secret(LeaseDelivery lease, JobDelivery job, Job owner) {
    if (!job.spec().hasSecrets()) {
      return Optional.empty();
    }
    return Optional.of(
        new SecretBuilder()
            .withMetadata(companion(lease, job, owner))
            .withType(
                job.spec().registryUser() == null ? "Opaque" : "kubernetes.io/dockerconfigjson")
            .withImmutable(true)
            .withStringData(job.secrets().open())
            .build());
  }

  private static ObjectMeta companion(LeaseDelivery lease, JobDelivery job, Job owner) {
    JobId id = job.id();
    return new ObjectMetaBuilder()
        .withName(Marks.companion(id, job.progress().attempt()))
        .withNamespace(Marks.namespace(lease.id()))
        .withLabels(labels(lease, job))
        .addNewOwnerReference()
        .withApiVersion("batch/v1")
        .withKind("Job")
        .withName(owner.getMetadata().getName())
        .withUid(owner.getMetadata().getUid())
        .endOwnerReference()
        .build();
  }

  /**
   * The deadline that a running part should have since its lease goes on for longer, or ends sooner
   * than it was to: others may have its slots then, whether anybody looks after it or not. Empty
   * where the one that it has will do.
   */
  public static Optional<Long> changedDeadlineSeconds(
      LeaseDelivery lease, JobDelivery job, Job part, Instant now) {
    Long present = part.getSpec().getActiveDeadlineSeconds();
    String startTime = part.getStatus() == null ? null : part.getStatus().getStartTime();
    long wanted = deadlineSeconds(lease, job, startTime == null ? now : Instant.parse(startTime));
    // Clocks differ a little, which is no reason to touch a part.
    return present != null && Math.abs(wanted - present) > CLOCKS_DIFFER_SECONDS_MAX
        ? Optional.of(wanted)
        : Optional.empty();
  }

  /**
   * What the tenant allows since the job's first start, at most what is left of the lease; one
   * second at least.
   *
   * @param from when the part starts
   */
  private static long deadlineSeconds(LeaseDelivery lease, JobDelivery job, Instant from) {
    Instant end = lease.period().end();
    Duration deadline = job.spec().deadline();
    Instant startedAt = job.progress().startedAt();
    if (deadline != null) {
      Instant own = (startedAt == null ? from : startedAt).plus(deadline);
      end = own.isBefore(end) ? own : end;
    }
    return Math.max(1, Duration.between(from, end).toSeconds());
  }
}
