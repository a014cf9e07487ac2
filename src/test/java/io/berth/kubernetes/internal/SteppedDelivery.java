package io.berth.kubernetes.internal;

import static io.berth.kubernetes.LeaseFixtures.NOW;
import static io.berth.kubernetes.LeaseFixtures.after;
import static io.berth.kubernetes.LeaseFixtures.job;
import static io.berth.kubernetes.LeaseFixtures.lease;
import static io.berth.kubernetes.LeaseFixtures.slots;
import static io.berth.kubernetes.LeaseFixtures.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.berth.kubernetes.LeaseFixtures;
import io.berth.kubernetes.domain.Marks;
import io.berth.leasing.JobObservation;
import io.berth.leasing.JobState;
import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseDelivery.JobDelivery;
import io.berth.leasing.LeaseState;
import io.berth.sandbox.cluster.ClusterBlueprint;
import io.berth.sandbox.cluster.ControlLoop;
import io.berth.sandbox.cluster.SimulatedCluster;
import io.berth.testing.SettableClock;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Steps against a cluster that does what jobs need when it is told to, at a time that is set. */
abstract class SteppedDelivery {

  private static final String BAR = "barred";

  private static final ClusterBlueprint BLUEPRINT =
      new ClusterBlueprint("test", "v1.34.2", Stream.of(1, 2, 3).map(LeaseFixtures::h100).toList());

  static final Duration GANG_START_MAX = Duration.ofMinutes(10);

  static final TenantWorkloads.Finding NOT_LOOKED =
      new TenantWorkloads.Finding(false, "NotLooked", "Nobody looked.");

  final LeaseDelivery lease = lease(LeaseState.ACTIVE, slots(1, 8), slots(2, 3));
  final String namespace = Marks.namespace(lease.id());
  final SettableClock clock = new SettableClock(NOW);
  SimulatedCluster cluster;
  ControlLoop loop;
  KubernetesClient client;

  @BeforeEach
  void start() {
    cluster = SimulatedCluster.start(BLUEPRINT, 0, "secret-token", null);
    loop = new ControlLoop(cluster, clock);
    client = cluster.newClient();
  }

  @AfterEach
  void stop() {
    client.close();
    loop.close();
    cluster.close();
  }

  Map<String, String> labels(String node) {
    return client.nodes().withName(node).get().getMetadata().getLabels();
  }

  List<String> taints(String node) {
    return client.nodes().withName(node).get().getSpec().getTaints().stream()
        .map(Taint::getKey)
        .toList();
  }

  static Node unlabelled(Node node, String label) {
    return new NodeBuilder(node).editMetadata().removeFromLabels(label).endMetadata().build();
  }

  StepReport step(LeaseDelivery delivery) {
    return step(delivery, TenantWorkloads.find(client), JobQueues.find(client));
  }

  StepReport step(
      LeaseDelivery delivery, TenantWorkloads.Finding workloads, JobQueues.Finding queue) {
    return new DeliveryStep(
            client,
            delivery,
            clock,
            clock.instant().plusSeconds(30),
            GANG_START_MAX,
            workloads,
            queue)
        .run();
  }

  JobObservation seen(JobDelivery job) {
    StepReport report = step(with(lease, job));
    assertThat(report.obstacle()).isEmpty();
    JobObservation seen = report.jobs().get(job.id());
    assertThat(seen).isNotNull();
    return seen;
  }

  /** Steps and lets the cluster work until the job runs; gives it as it is recorded then. */
  JobDelivery running(JobDelivery job) {
    JobDelivery recorded = job;
    for (int i = 0; i < 5 && (i == 0 || recorded.state() != JobState.RUNNING); i++) {
      recorded = after(seen(recorded), recorded);
      settle();
    }
    assertThat(recorded.state()).isEqualTo(JobState.RUNNING);
    return recorded;
  }

  /** Lets no new pods onto a node, or lets them again. */
  void bar(String node, boolean isBarred) {
    client.nodes().withName(node).edit(found -> barred(found, isBarred));
    loop.pass();
  }

  /** A node with a taint that no pod of a lease tolerates, or without it. */
  static Node barred(Node node, boolean isBarred) {
    NodeBuilder without =
        node.edit()
            .editSpec()
            .removeMatchingFromTaints(taint -> taint.getKey().equals(BAR))
            .endSpec();
    return isBarred
        ? without
            .editSpec()
            .addNewTaint()
            .withKey(BAR)
            .withEffect("NoSchedule")
            .endTaint()
            .endSpec()
            .build()
        : without.build();
  }

  List<String> partIds() {
    return parts().stream().map(part -> part.getMetadata().getUid()).toList();
  }

  /** What goes with jobs' parts, by kind and attempt. */
  List<String> companions() {
    return Stream.<List<? extends HasMetadata>>of(
            client.secrets().inNamespace(namespace).list().getItems(),
            client.services().inNamespace(namespace).list().getItems())
        .flatMap(List::stream)
        .map(object ->
            object.getKind() + " " + object.getMetadata().getName().replaceFirst(".*-", ""))
        .toList();
  }

  void settle() {
    loop.pass();
    loop.pass();
    loop.pass();
  }

  /** The cluster gives a job up, as after too many failures. */
  void fail(String part) {
    client
        .batch()
        .v1()
        .jobs()
        .inNamespace(namespace)
        .withName(part)
        .editStatus(job ->
            job.edit()
                .editStatus()
                .addNewCondition()
                .withType("Failed")
                .withStatus("True")
                .withReason("BackoffLimitExceeded")
                .withMessage("Job has reached the specified backoff limit")
                .withLastTransitionTime(NOW.toString())
                .endCondition()
                .endStatus()
                .build());
  }

  List<Job> parts() {
    return client.batch().v1().jobs().inNamespace(namespace).list().getItems();
  }

  List<Pod> pods() {
    return client.pods().inNamespace(namespace).list().getItems();
  }

  long podsOn(String node) {
    return pods().stream().filter(pod -> node.equals(pod.getSpec().getNodeName())).count();
  }

  /** Every object that belongs to the lease, each as it came into the world. */
  List<String> identities() {
    Stream<HasMetadata> objects =
        Stream.of(
                List.of(client.namespaces().withName(namespace).get()),
                client.resourceQuotas().inNamespace(namespace).list().getItems(),
                client.network().v1().networkPolicies().inNamespace(namespace).list().getItems(),
                client.serviceAccounts().inNamespace(namespace).list().getItems(),
                client.rbac().roleBindings().inNamespace(namespace).list().getItems(),
                client.limitRanges().inNamespace(namespace).list().getItems())
            .flatMap(List::stream);
    return objects
        .map(object ->
            object.getKind()
                + " "
                + object.getMetadata().getUid()
                + " "
                + object.getMetadata().getResourceVersion())
        .toList();
  }
}
