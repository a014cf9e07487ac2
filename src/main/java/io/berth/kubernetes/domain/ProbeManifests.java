package io.berth.kubernetes.domain;

import io.berth.inventory.NodePool;
import io.berth.inventory.PoolProbing.Probe;
import io.berth.inventory.PoolProbing.Round;
import io.berth.inventory.ProbeId;
import io.berth.inventory.ProbeRoundId;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimTemplate;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What probes are in a cluster: a namespace for each round, and in it a job for each node that
 * takes all of the node's devices. As restricted as tenants' jobs, and without any network.
 */
public final class ProbeManifests {

  /** The round that an object belongs to. */
  public static final String ROUND = "berth.io/probe-round";

  /** The probe that an object belongs to. */
  public static final String PROBE = "berth.io/probe";

  /** Within which time the cluster removes a probe by itself, should nobody else. */
  private static final int TTL_SECONDS = 3_600;

  private static final String NAME = "berth-probe";
  private static final long GRACE_SECONDS = 5;

  private ProbeManifests() {}

  /** The name of a round's namespace; no lease has one like it. */
  public static String namespace(ProbeRoundId round) {
    return "berth-probe-" + Marks.digits(round);
  }

  /** The name of a probe's job. */
  public static String job(ProbeId probe) {
    return "probe-" + Marks.digits(probe);
  }

  /**
   * The round of a namespace that the service made; empty where the label does not fit the name.
   */
  public static Optional<ProbeRoundId> roundOf(HasMetadata namespace) {
    try {
      return Marks.label(namespace, ROUND)
          .map(ProbeRoundId::fromString)
          .filter(round -> namespace(round).equals(namespace.getMetadata().getName()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Whether an object carries the label of a probe. */
  public static boolean isOf(ProbeId probe, HasMetadata object) {
    return Marks.label(object, PROBE).filter(probe.toString()::equals).isPresent();
  }

  /** Pod Security is enforced at {@code restricted}. */
  public static Namespace namespace(Round round) {
    return new NamespaceBuilder()
        .withNewMetadata()
        .withName(namespace(round.id()))
        .withLabels(labels(round.id()))
        .addToLabels(LeaseManifests.podSecurity())
        .endMetadata()
        .build();
  }

  /** An account without any right in the cluster, and without a token. */
  public static ServiceAccount account(Round round) {
    return new ServiceAccountBuilder()
        .withMetadata(metadata(round, NAME))
        .withAutomountServiceAccountToken(false)
        .build();
  }

  /** Nobody reaches a probe, and it reaches nobody. */
  public static NetworkPolicy networkPolicy(Round round) {
    return new NetworkPolicyBuilder()
        .withMetadata(metadata(round, NAME))
        .withNewSpec()
        .withNewPodSelector()
        .endPodSelector()
        .withPolicyTypes("Ingress", "Egress")
        .endSpec()
        .build();
  }

  /** What a probe's devices are claimed from; empty where the pool's are not claimed. */
  public static Optional<ResourceClaimTemplate> claimTemplate(
      NodePool pool, Round round, Probe probe) {
    return ClaimManifests.template(pool, probe.slots(), namespace(round.id()), labels(round.id()));
  }

  /** A probe's job, which ends in time whether anybody looks after it or not. */
  public static Job job(NodePool pool, Round round, Probe probe, Instant now) {
    ObjectMeta metadata = metadata(round, job(probe.id()));
    metadata.getLabels().put(PROBE, probe.id().toString());
    return new JobBuilder()
        .withMetadata(metadata)
        .withNewSpec()
        .withBackoffLimit(0)
        .withActiveDeadlineSeconds(
            Math.max(1, Duration.between(now, probe.deadlineAt()).toSeconds()))
        .withTtlSecondsAfterFinished(TTL_SECONDS)
        .withNewTemplate()
        .withNewMetadata()
        .withLabels(metadata.getLabels())
        .endMetadata()
        .withSpec(podSpec(pool, probe))
        .endTemplate()
        .endSpec()
        .build();
  }

  private static PodSpec podSpec(NodePool pool, Probe probe) {
    return new PodSpecBuilder()
        .withRestartPolicy("Never")
        .withServiceAccountName(NAME)
        .withAutomountServiceAccountToken(false)
        .withEnableServiceLinks(false)
        .withTerminationGracePeriodSeconds(GRACE_SECONDS)
        .withNewSecurityContext()
        .withRunAsNonRoot(true)
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .endSecurityContext()
        .withNewAffinity()
        .withNewNodeAffinity()
        .withNewRequiredDuringSchedulingIgnoredDuringExecution()
        .withNodeSelectorTerms(PodManifests.term(pool, probe.node()).build())
        .endRequiredDuringSchedulingIgnoredDuringExecution()
        .endNodeAffinity()
        .endAffinity()
        // Not those of leases: a node that one has whole is not for probes.
        .withTolerations(PodManifests.providersTolerations(probe.node()).toList())
        .withResourceClaims(ClaimManifests.claims(pool, probe.slots()))
        .withContainers(
            new ContainerBuilder()
                .withName(PodManifests.CONTAINER)
                .withImage(probe.image())
                .withImagePullPolicy("Always")
                .withResources(ClaimManifests.resources(pool, probe.slots()).build())
                .withNewSecurityContext()
                .withAllowPrivilegeEscalation(false)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .endSecurityContext()
                .build())
        .build();
  }

  private static Map<String, String> labels(ProbeRoundId round) {
    return new TreeMap<>(Map.of(Marks.MANAGED_BY, Marks.BERTH, ROUND, round.toString()));
  }

  private static ObjectMeta metadata(Round round, String name) {
    return new ObjectMetaBuilder()
        .withName(name)
        .withNamespace(namespace(round.id()))
        .withLabels(labels(round.id()))
        .build();
  }
}
