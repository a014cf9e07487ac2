package io.berth.kubernetes.internal;

import static io.berth.kubernetes.LeaseFixtures.GPU;
import static io.berth.kubernetes.LeaseFixtures.after;
import static io.berth.kubernetes.LeaseFixtures.in;
import static io.berth.kubernetes.LeaseFixtures.job;
import static io.berth.kubernetes.LeaseFixtures.joined;
import static io.berth.kubernetes.LeaseFixtures.lost;
import static io.berth.kubernetes.LeaseFixtures.on;
import static io.berth.kubernetes.LeaseFixtures.sizedSlots;
import static io.berth.kubernetes.LeaseFixtures.with;
import static io.berth.kubernetes.internal.DeliveryPlane.patiently;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.kubernetes.domain.LeaseManifests;
import io.berth.kubernetes.domain.Marks;
import io.berth.kubernetes.domain.NodeMarks;
import io.berth.kubernetes.internal.StepReport.Outcome;
import io.berth.leasing.JobId;
import io.berth.leasing.JobObservation;
import io.berth.leasing.JobState;
import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseDelivery.JobDelivery;
import io.berth.leasing.LeaseState;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Deliveries as a real API server, its controllers and its scheduler take them. */
class DeliveryPlaneIT extends LeaseOnPlane {

  @Test
  void makesTheSameTwice() {
    StepReport first = cluster.step(in(LeaseState.PROVISIONING, lease));
    List<String> made = identities();
    List<String> versions = versions();
    StepReport second = cluster.step(in(LeaseState.PROVISIONING, lease));

    assertThat(first.obstacle()).isEmpty();
    assertThat(first.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(second.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(made).hasSize(7);
    assertThat(identities()).isEqualTo(made);
    assertThat(versions()).isEqualTo(versions);
  }

  @Test
  void runsPodsOnLeasedNodesAloneAndLeavesNothing() {
    JobDelivery job = job(1, 4, 2, "sleep 2");

    cluster.until(JobState.RUNNING, lease, job);
    List<String> nodes = cluster.podsOn(lease.id());
    JobObservation done = cluster.until(JobState.SUCCEEDED, lease, job);
    cluster.end(lease);

    assertThat(nodes).containsExactly("h100-1", "h100-1", "h100-2", "h100-2");
    assertThat(done.nodes()).containsExactly("h100-1", "h100-2");
    assertThat(done.startedAt()).isNotNull();
    assertThat(done.finishedAt()).isAfterOrEqualTo(done.startedAt());
    assertThat(done.events()).extracting("reason").contains("SuccessfulCreate", "Scheduled");
    assertThat(cluster.admin().namespaces().withName(namespace).get()).isNull();
  }

  /** More than one page of a list has. */
  @Test
  void removesAsManyJobsAsThereMayBe() {
    cluster.step(lease);
    IntStream.range(0, 70)
        .mapToObj(number -> suspended(Marks.part(new JobId(new UUID(7, number)), 0)))
        .forEach(part -> cluster.admin().resource(part).create());

    StepReport pruning = cluster.step(lease);
    patiently()
        .until(() ->
            cluster.admin().batch().v1().jobs().inNamespace(namespace).list().getItems().isEmpty());

    assertThat(pruning.obstacle()).isEmpty();
  }

  private Job suspended(String name) {
    return new JobBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(namespace)
        .withLabels(Marks.of(lease.id()))
        .endMetadata()
        .withNewSpec()
        .withSuspend(true)
        .withNewTemplate()
        .withNewSpec()
        .withRestartPolicy("Never")
        .addNewContainer()
        .withName("main")
        .withImage("registry.example/train:1")
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }

  @Test
  void runsPodsOnLeasedNodesThatAreCordoned() {
    cordon("h100-1", true);
    try {
      cluster.until(JobState.RUNNING, lease, job(1, 4, 2, "sleep infinity"));

      assertThat(cluster.podsOn(lease.id()))
          .containsExactly("h100-1", "h100-1", "h100-2", "h100-2");
    } finally {
      cordon("h100-1", false);
    }
  }

  private void cordon(String node, boolean isCordoned) {
    cluster
        .admin()
        .nodes()
        .withName(node)
        .edit(found ->
            new NodeBuilder(found).editSpec().withUnschedulable(isCordoned).endSpec().build());
  }

  @Test
  void keepsOthersOffANodeThatItHasWhole() {
    LeaseDelivery whole = on(lease, sizedSlots(4, 8));
    JobDelivery job = job(1, 2, 4, "sleep infinity");
    String label = NodeMarks.label(lease.id());

    cluster.step(in(LeaseState.PROVISIONING, whole));
    Node marked = cluster.admin().nodes().withName("h100-4").get();
    cluster.until(JobState.RUNNING, whole, job);
    List<String> ran = cluster.podsOn(lease.id());
    cluster.end(whole);
    Node left = cluster.admin().nodes().withName("h100-4").get();

    assertThat(marked.getMetadata().getLabels()).containsEntry(label, "whole");
    assertThat(marked.getSpec().getTaints())
        .extracting(Taint::getKey)
        .contains(GPU, "lease.berth.io/id");
    assertThat(ran).containsExactly("h100-4", "h100-4");
    assertThat(left.getMetadata().getLabels()).doesNotContainKey(label);
    assertThat(left.getSpec().getTaints())
        .extracting(Taint::getKey)
        .contains(GPU)
        .doesNotContain("lease.berth.io/id");
  }

  @Test
  void startsAJobAnewWhereAnotherNodeTakesALostOnesPlace() {
    JobDelivery job = job(1, 4, 2, "sleep infinity");
    cluster.until(JobState.RUNNING, lease, job);
    cluster.kubelet().kill("h100-1");
    LeaseDelivery moved = on(lease, lost(1, 0), sizedSlots(2, 4), joined(3, 4, 1));

    try {
      JobObservation placed =
          cluster.until(
              seen ->
                  cluster
                      .podsOn(lease.id())
                      .equals(List.of("h100-2", "h100-2", "h100-3", "h100-3")),
              moved,
              job(job, JobState.RUNNING));
      JobObservation again = cluster.until(JobState.RUNNING, moved, after(placed, job));
      assertThat(again.nodes()).containsExactly("h100-2", "h100-3");
      // With a service of its own: the first one's goes with the first one's parts.
      assertThat(again.attempt()).isOne();

      // Nor does what hangs on a node that dies keep the lease from ending.
      cluster.kubelet().kill("h100-2");
      cluster.end(on(moved, lost(1, 0), lost(2, 4), joined(3, 4, 1)));
      assertThat(cluster.admin().namespaces().withName(namespace).get()).isNull();
    } finally {
      cluster.kubelet().revive("h100-1");
      cluster.kubelet().revive("h100-2");
    }
  }

  @Test
  void refusesTheNinthDevice() {
    cluster.step(with(lease, job(1, 8, 1, "sleep infinity")));
    patiently().until(() -> cluster.pods(lease.id()).size() == 8);
    Pod ninth =
        new PodBuilder()
            .withNewMetadata()
            .withName("ninth")
            .withNamespace(namespace)
            .endMetadata()
            .withNewSpec()
            .addNewContainer()
            .withName("main")
            .withImage("registry.example/train:1")
            .withNewResources()
            .addToLimits(GPU, new Quantity("1"))
            .endResources()
            .endContainer()
            .endSpec()
            .build();

    assertThatThrownBy(() -> cluster.admin().resource(ninth).create())
        .isInstanceOfSatisfying(
            KubernetesClientException.class,
            refusal -> assertThat(refusal.getCode()).isEqualTo(403))
        .hasMessageContaining("exceeded quota: " + LeaseManifests.QUOTA)
        .hasMessageContaining("requests." + GPU);
  }

  @Test
  void setsRightWhatSomebodyChangedOrRemoved() {
    cluster.step(lease);
    List<String> made = names();
    KubernetesClient admin = cluster.admin();
    admin
        .resourceQuotas()
        .inNamespace(namespace)
        .withName(LeaseManifests.QUOTA)
        .edit(quota ->
            quota
                .edit()
                .editSpec()
                .addToHard("requests." + GPU, new Quantity("64"))
                .endSpec()
                .build());
    admin
        .limitRanges()
        .inNamespace(namespace)
        .withName(LeaseManifests.LIMITS)
        .edit(range ->
            range
                .edit()
                .editSpec()
                .editFirstLimit()
                .addToDefault("cpu", new Quantity("64"))
                .endLimit()
                .endSpec()
                .build());
    admin
        .network()
        .v1()
        .networkPolicies()
        .inNamespace(namespace)
        .withName(LeaseManifests.NETWORK_POLICY)
        .edit(policy -> policy.edit().editSpec().withPolicyTypes("Ingress").endSpec().build());
    admin
        .rbac()
        .roleBindings()
        .inNamespace(namespace)
        .withName(LeaseManifests.TENANT_ACCOUNT)
        .edit(binding ->
            binding
                .edit()
                .addNewSubject()
                .withKind("User")
                .withName("somebody")
                .withApiGroup("rbac.authorization.k8s.io")
                .endSubject()
                .build());
    admin
        .serviceAccounts()
        .inNamespace(namespace)
        .withName(LeaseManifests.JOB_ACCOUNT)
        .edit(account -> account.edit().withAutomountServiceAccountToken(true).build());

    StepReport mended = cluster.step(lease);
    boolean rightAfterChange = isRight();
    admin.resourceQuotas().inNamespace(namespace).withName(LeaseManifests.QUOTA).delete();
    admin.limitRanges().inNamespace(namespace).withName(LeaseManifests.LIMITS).delete();
    admin.network().v1().networkPolicies().inNamespace(namespace).delete();
    admin.rbac().roleBindings().inNamespace(namespace).delete();
    admin.serviceAccounts().inNamespace(namespace).withLabel(Marks.MANAGED_BY).delete();
    StepReport madeAgain = cluster.step(lease);

    assertThat(mended.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(rightAfterChange).isTrue();
    assertThat(madeAgain.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(names()).isEqualTo(made);
    assertThat(isRight()).isTrue();
  }

  @Test
  void makesANamespaceAgainThatSomebodyDeletesWithItsJobs() {
    JobDelivery job = job(1, 2, 2, "sleep infinity");
    cluster.until(JobState.RUNNING, lease, job);
    String before = uid();

    cluster.admin().namespaces().withName(namespace).delete();
    StepReport meanwhile = cluster.step(with(lease, job(job, JobState.RUNNING)));
    JobObservation again =
        cluster.until(
            seen -> seen.state() == JobState.RUNNING && !uid().equals(before),
            lease,
            job(job, JobState.RUNNING));

    assertThat(meanwhile.obstacle().orElseThrow().reason()).isEqualTo("NamespaceVanished");
    assertThat(again.message()).isEqualTo("2 of 2 pods run.");
    assertThat(isRight()).isTrue();
  }

  @Test
  void findsAgainWhatSomebodyTookTheMarksOff() {
    JobDelivery job = job(1, 4, 2, "sleep infinity");
    cluster.until(JobState.RUNNING, lease, job);
    List<String> parts = cluster.parts(lease.id()).stream().map(LeaseOnPlane::identity).toList();
    label(job, 0, Map.of("theirs", "yes"));
    // The API server gives a Job without labels those of its pods, which name no node.
    label(job, 1, Map.of());
    cluster
        .admin()
        .namespaces()
        .withName(namespace)
        .edit(home -> home.edit().editMetadata().withLabels(Map.of()).endMetadata().build());

    cluster.step(with(lease, job(job, JobState.RUNNING)));
    StepReport found = cluster.step(with(lease, job(job, JobState.RUNNING)));
    List<String> after = cluster.parts(lease.id()).stream().map(LeaseOnPlane::identity).toList();
    cluster.end(lease);

    assertThat(found.jobs().get(job.id()).message()).isEqualTo("4 of 4 pods run.");
    assertThat(after).isEqualTo(parts);
    assertThat(uid()).isEmpty();
  }

  private void label(JobDelivery job, int nodeNumber, Map<String, String> labels) {
    cluster
        .admin()
        .batch()
        .v1()
        .jobs()
        .inNamespace(namespace)
        .withName(Marks.part(job.id(), nodeNumber))
        .edit(part -> part.edit().editMetadata().withLabels(labels).endMetadata().build());
  }

  @Test
  void adoptsWhatSomebodyElseMadeFirst() {
    KubernetesClient admin = cluster.admin();
    admin.resource(LeaseManifests.namespace(lease)).create();
    admin
        .resource(
            LeaseManifests.quota(lease)
                .edit()
                .editSpec()
                .addToHard("pods", new Quantity("100"))
                .endSpec()
                .build())
        .create();
    admin
        .resource(
            LeaseManifests.networkPolicy(lease)
                .edit()
                .editSpec()
                .withPolicyTypes("Ingress")
                .endSpec()
                .build())
        .create();
    List<String> theirs = identities();

    StepReport report = cluster.step(lease);

    assertThat(report.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(theirs).hasSize(3);
    assertThat(identities()).hasSize(7).containsAll(theirs);
    assertThat(isRight()).isTrue();
  }

  @Test
  void makesOneOfEachHoweverManyWriteAtOnce() throws Exception {
    JobDelivery job = job(1, 4, 2, "sleep infinity");
    LeaseDelivery busy = with(lease, job);
    AtomicBoolean enough = new AtomicBoolean();
    List<Future<List<StepReport>>> workers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Integer> other = threads.submit(() -> disturb(enough));
      for (int worker = 0; worker < 6; worker++) {
        workers.add(
            threads.submit(() -> IntStream.range(0, 8).mapToObj(i -> cluster.step(busy)).toList()));
      }
      for (Future<List<StepReport>> worker : workers) {
        assertThat(worker.get())
            .allSatisfy(report -> {
              assertThat(report.obstacle()).isEmpty();
              assertThat(report.jobs().get(job.id()).state()).isNotEqualTo(JobState.FAILED);
            });
      }
      enough.set(true);
      assertThat(other.get()).isPositive();
    }
    cluster.until(JobState.RUNNING, lease, job);

    assertThat(names()).hasSize(7);
    assertThat(isRight()).isTrue();
    assertThat(cluster.parts(lease.id())).hasSize(4);
    assertThat(cluster.podsOn(lease.id())).containsExactly("h100-1", "h100-1", "h100-2", "h100-2");
  }

  /** Removes and changes the same objects that Berth keeps; gives how often it could. */
  private int disturb(AtomicBoolean enough) {
    KubernetesClient admin = cluster.admin();
    int done = 0;
    while (!enough.get()) {
      try {
        admin.network().v1().networkPolicies().inNamespace(namespace).delete();
        admin
            .resourceQuotas()
            .inNamespace(namespace)
            .withName(LeaseManifests.QUOTA)
            .patch(
                PatchContext.of(PatchType.JSON_MERGE), "{\"spec\": {\"hard\": {\"pods\": \"9\"}}}");
        done++;
      } catch (KubernetesClientException e) {
        // There is nothing to disturb at the moment.
      }
    }
    return done;
  }
}
