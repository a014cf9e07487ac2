package io.berth.kubernetes.internal;

import static io.berth.kubernetes.LeaseFixtures.GPU;
import static io.berth.kubernetes.LeaseFixtures.after;
import static io.berth.kubernetes.LeaseFixtures.cancelled;
import static io.berth.kubernetes.LeaseFixtures.freshLease;
import static io.berth.kubernetes.LeaseFixtures.furnished;
import static io.berth.kubernetes.LeaseFixtures.in;
import static io.berth.kubernetes.LeaseFixtures.job;
import static io.berth.kubernetes.LeaseFixtures.joined;
import static io.berth.kubernetes.LeaseFixtures.lost;
import static io.berth.kubernetes.LeaseFixtures.on;
import static io.berth.kubernetes.LeaseFixtures.retried;
import static io.berth.kubernetes.LeaseFixtures.sizedSlots;
import static io.berth.kubernetes.LeaseFixtures.with;
import static io.berth.kubernetes.internal.DeliveryPlane.patiently;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.kubernetes.domain.LeaseManifests;
import io.berth.kubernetes.domain.Marks;
import io.berth.kubernetes.domain.NodeMarks;
import io.berth.kubernetes.internal.StepReport.Outcome;
import io.berth.leasing.JobObservation;
import io.berth.leasing.JobState;
import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseDelivery.JobDelivery;
import io.berth.leasing.LeaseDelivery.JobProgress;
import io.berth.leasing.LeaseState;
import io.berth.leasing.SealedEnv;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LimitRange;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Deliveries as a real API server, its controllers and its scheduler take them. */
class DeliveryPlaneIT {

  private static DeliveryPlane cluster;

  private final LeaseDelivery lease =
      freshLease(LeaseState.ACTIVE, sizedSlots(1, 4), sizedSlots(2, 4));
  private final String namespace = Marks.namespace(lease.id());

  @BeforeAll
  static void start() {
    cluster = new DeliveryPlane();
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @AfterEach
  void forget() {
    cluster.forget(lease);
    cluster.admin().persistentVolumes().withName(namespace).delete();
  }

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
  void failsAJobWithOneOfItsPods() {
    JobDelivery job = job(1, 1, 2, "exit 3");

    JobObservation failed = cluster.until(JobState.FAILED, lease, job);

    assertThat(failed.message()).contains("BackoffLimitExceeded", "exit code 3");
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
  void startsAGangAnewWhosePartSomebodyDeletes() {
    JobDelivery job = job(1, 4, 2, "sleep infinity");
    cluster.until(JobState.RUNNING, lease, job);
    String part = Marks.part(job.id(), 3);

    cluster.admin().batch().v1().jobs().inNamespace(namespace).withName(part).delete();
    JobObservation again =
        cluster.until(
            seen -> seen.attempt() == 1 && seen.state() == JobState.RUNNING,
            lease,
            job(job, JobState.RUNNING));

    assertThat(again.message()).isEqualTo("4 of 4 pods run.");
    assertThat(cluster.podsOn(lease.id())).containsExactly("h100-1", "h100-1", "h100-2", "h100-2");
  }

  @Test
  void removesAGangThatIsNotCompleteInTimeAndStartsItWhenItCanBe() {
    JobDelivery job = job(1, 4, 2, "sleep infinity");
    cordon("h100-2", true);
    try {
      cluster.until(seen -> seen.message().startsWith("2 of 4 pods run."), lease, job);
      StepReport late =
          cluster.step(with(lease, job(job, JobState.STARTING)), Duration.ofMillis(1));
      JobDelivery next = after(late.jobs().get(job.id()), job);
      patiently()
          .until(
              () -> {
                cluster.step(with(lease, cancelled(next)));
                return cluster.parts(lease.id()).size() + cluster.pods(lease.id()).size();
              },
              left -> left == 0);
      cordon("h100-2", false);
      cluster.until(JobState.RUNNING, lease, next);

      assertThat(next.progress().attempt()).isOne();
      assertThat(next.progress().failures()).isZero();
      assertThat(cluster.podsOn(lease.id()))
          .containsExactly("h100-1", "h100-1", "h100-2", "h100-2");
    } finally {
      cordon("h100-2", false);
    }
  }

  private static void cordon(String node, boolean cordoned) {
    cluster
        .admin()
        .nodes()
        .withName(node)
        .edit(found -> found.edit().editSpec().withUnschedulable(cordoned).endSpec().build());
  }

  @Test
  void retriesAGangTogetherAsOftenAsItMay() {
    JobDelivery job = retried(job(1, 2, 2, "exit 3"), 1);

    JobObservation failed = cluster.until(JobState.FAILED, lease, job);

    assertThat(failed.attempt()).isOne();
    assertThat(failed.failures()).isOne();
    assertThat(failed.message()).contains("BackoffLimitExceeded");
  }

  @Test
  void givesAGangNamesAndSecretsThatGoWithIt() {
    JobDelivery job =
        furnished(
            retried(job(1, 2, 2, "sleep infinity"), 0),
            Map.of("TOKEN", "hush", SealedEnv.REGISTRY, "{\"auths\": {\"registry.example\": {}}}"));
    claim("datasets");
    cluster.until(JobState.RUNNING, lease, job);
    String companion = Marks.companion(job.id(), 0);
    KubernetesClient admin = cluster.admin();
    Service service = admin.services().inNamespace(namespace).withName(companion).get();
    Secret secret = admin.secrets().inNamespace(namespace).withName(companion).get();
    List<Pod> pods = cluster.pods(lease.id());

    cluster.until(JobState.CANCELLED, lease, cancelled(job(job, JobState.RUNNING)));

    assertThat(service.getSpec().getClusterIP()).isEqualTo("None");
    assertThat(new String(Base64.getDecoder().decode(secret.getData().get("TOKEN")), UTF_8))
        .isEqualTo("hush");
    assertThat(secret.getType()).isEqualTo("kubernetes.io/dockerconfigjson");
    assertThat(pods)
        .allSatisfy(pod ->
            assertThat(pod.getSpec().getImagePullSecrets())
                .extracting(LocalObjectReference::getName)
                .containsExactly(companion))
        .extracting(pod -> pod.getSpec().getHostname() + "." + pod.getSpec().getSubdomain())
        .containsExactlyInAnyOrder("rank-0." + companion, "rank-1." + companion);
    patiently()
        .until(() ->
            admin.services().inNamespace(namespace).withName(companion).get() == null
                && admin.secrets().inNamespace(namespace).withName(companion).get() == null);
  }

  /** A volume that the provider made for the tenant. */
  private void claim(String name) {
    cluster.step(lease);
    cluster
        .admin()
        .resource(
            new PersistentVolumeBuilder()
                .withNewMetadata()
                .withName(namespace)
                .endMetadata()
                .withNewSpec()
                .withAccessModes("ReadOnlyMany")
                .addToCapacity("storage", new Quantity("1Gi"))
                .withNewHostPath("/nowhere", "")
                .withNewClaimRef()
                .withName(name)
                .withNamespace(namespace)
                .endClaimRef()
                .endSpec()
                .build())
        .create();
    cluster
        .admin()
        .resource(
            new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .endMetadata()
                .withNewSpec()
                .withStorageClassName("")
                .withVolumeName(namespace)
                .withAccessModes("ReadOnlyMany")
                .withNewResources()
                .addToRequests("storage", new Quantity("1Gi"))
                .endResources()
                .endSpec()
                .build())
        .create();
  }

  @Test
  void findsAgainWhatSomebodyTookTheMarksOff() {
    JobDelivery job = job(1, 4, 2, "sleep infinity");
    cluster.until(JobState.RUNNING, lease, job);
    List<String> parts = cluster.parts(lease.id()).stream().map(DeliveryPlaneIT::identity).toList();
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
    List<String> after = cluster.parts(lease.id()).stream().map(DeliveryPlaneIT::identity).toList();
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

  @Test
  void goesOnWithAStartThatAnOutageCutShort() {
    StepReport cut =
        cluster.stepInterrupted(in(LeaseState.PROVISIONING, lease), "POST", "/resourcequotas", 1);
    StepReport after = cluster.step(in(LeaseState.PROVISIONING, lease));

    assertIsOutage(cut);
    assertThat(after.outcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(names()).hasSize(7);
  }

  @Test
  void startsAJobWholeThatAnOutageCutInHalf() {
    JobDelivery job = job(1, 4, 2, "sleep infinity");
    cluster.step(lease);
    StepReport cut = cluster.stepInterrupted(with(lease, job), "POST", "/jobs", 2);
    int half = cluster.parts(lease.id()).size();

    JobObservation running = cluster.until(JobState.RUNNING, lease, job);

    assertIsOutage(cut);
    assertThat(half).isEqualTo(1);
    assertThat(running.message()).isEqualTo("4 of 4 pods run.");
    assertThat(cluster.parts(lease.id())).hasSize(4);
  }

  @ParameterizedTest
  @CsvSource({"/secrets, 1", "/services, 1", "/jobs, 4"})
  void startsAGangWholeWhereverAnOutageCutIt(String path, int count) {
    JobDelivery job = furnished(job(1, 4, 2, "sleep infinity"), Map.of("TOKEN", "hush"));
    claim("datasets");
    StepReport cut = cluster.stepInterrupted(with(lease, job), "POST", path, count);

    JobObservation running = cluster.until(JobState.RUNNING, lease, job);

    assertIsOutage(cut);
    assertThat(running.attempt()).isZero();
    assertThat(running.message()).isEqualTo("4 of 4 pods run.");
    assertThat(cluster.parts(lease.id())).hasSize(4);
    String companion = Marks.companion(job.id(), 0);
    KubernetesClient admin = cluster.admin();
    assertThat(admin.services().inNamespace(namespace).withName(companion).get()).isNotNull();
    assertThat(admin.secrets().inNamespace(namespace).withName(companion).get()).isNotNull();
  }

  @Test
  void goesOnWithARestartThatAnOutageCutInHalf() {
    JobDelivery job = job(1, 4, 2, "sleep infinity");
    cluster.until(JobState.RUNNING, lease, job);
    JobDelivery next =
        new JobDelivery(
            job.id(),
            JobState.STARTING,
            false,
            job.spec(),
            job.secrets(),
            new JobProgress(1, 0, null));

    StepReport cut =
        cluster.stepInterrupted(with(lease, next), "DELETE", "/jobs/" + Marks.part(job.id(), 2), 1);
    JobObservation running = cluster.until(JobState.RUNNING, lease, next);

    assertIsOutage(cut);
    assertThat(running.message()).isEqualTo("4 of 4 pods run.");
    assertThat(cluster.pods(lease.id()))
        .hasSize(4)
        .allSatisfy(
            pod -> assertThat(pod.getMetadata().getLabels()).containsEntry(Marks.ATTEMPT, "1"));
  }

  @Test
  void findsARunningJobAsItWasAfterAnOutage() {
    JobDelivery job = job(1, 4, 2, "sleep infinity");
    cluster.until(JobState.RUNNING, lease, job);
    List<String> pods = cluster.podsOn(lease.id());
    List<String> parts = cluster.parts(lease.id()).stream().map(DeliveryPlaneIT::identity).toList();
    JobDelivery known = job(job, JobState.RUNNING);

    StepReport cut = cluster.stepInterrupted(with(lease, known), "GET", "/pods", 1);
    StepReport after = cluster.step(with(lease, known));

    assertIsOutage(cut);
    assertThat(after.jobs().get(job.id()).state()).isEqualTo(JobState.RUNNING);
    assertThat(cluster.podsOn(lease.id())).isEqualTo(pods);
    assertThat(cluster.parts(lease.id()).stream().map(DeliveryPlaneIT::identity)).isEqualTo(parts);
  }

  @Test
  void leavesNothingOfAnEndThatAnOutageCutShort() {
    JobDelivery job = job(1, 4, 2, "sleep infinity");
    cluster.until(JobState.RUNNING, lease, job);
    LeaseDelivery ending = in(LeaseState.ENDING, lease);

    StepReport cut = cluster.stepInterrupted(ending, "DELETE", "/" + namespace, 1);
    cluster.end(lease);

    assertIsOutage(cut);
    assertThat(cluster.admin().namespaces().withName(namespace).get()).isNull();
    assertThat(cluster.pods(lease.id())).isEmpty();
  }

  private static void assertIsOutage(StepReport report) {
    assertThat(report.outcome()).isEqualTo(Outcome.STUCK);
    assertThat(report.obstacle().orElseThrow().wholeCluster()).isTrue();
    assertThat(report.jobs()).isEmpty();
  }

  /** Whether what holds the lease to its bounds says what it should. */
  private boolean isRight() {
    KubernetesClient admin = cluster.admin();
    ResourceQuota quota = admin.resource(LeaseManifests.quota(lease)).get();
    NetworkPolicy policy = admin.resource(LeaseManifests.networkPolicy(lease)).get();
    LimitRange limits = admin.resource(LeaseManifests.limits(lease).orElseThrow()).get();
    RoleBinding binding = admin.resource(LeaseManifests.tenantBinding(lease)).get();
    ServiceAccount account = admin.resource(LeaseManifests.jobAccount(lease)).get();
    return quota.getSpec().getHard().equals(LeaseManifests.quota(lease).getSpec().getHard())
        && policy.getSpec().equals(LeaseManifests.networkPolicy(lease).getSpec())
        && limits.getSpec().equals(LeaseManifests.limits(lease).orElseThrow().getSpec())
        && binding.getSubjects().equals(LeaseManifests.tenantBinding(lease).getSubjects())
        && !account.getAutomountServiceAccountToken();
  }

  private String uid() {
    Namespace found = cluster.admin().namespaces().withName(namespace).get();
    return found == null ? "" : found.getMetadata().getUid();
  }

  /** What is around the lease's jobs, by kind and name. */
  private List<String> names() {
    return objects().stream()
        .map(object -> object.getKind() + " " + object.getMetadata().getName())
        .toList();
  }

  /** The same, each as it came into the world. */
  private List<String> identities() {
    return objects().stream().map(DeliveryPlaneIT::identity).toList();
  }

  /** The same, each as it was last written; without those that the cluster itself writes to. */
  private List<String> versions() {
    return objects().stream()
        .filter(object -> !(object instanceof ResourceQuota) && !(object instanceof ServiceAccount))
        .map(object -> identity(object) + " " + object.getMetadata().getResourceVersion())
        .toList();
  }

  private static String identity(HasMetadata object) {
    return object.getKind()
        + " "
        + object.getMetadata().getName()
        + " "
        + object.getMetadata().getUid();
  }

  private List<HasMetadata> objects() {
    KubernetesClient admin = cluster.admin();
    return Stream.<List<? extends HasMetadata>>of(
            Stream.ofNullable(admin.namespaces().withName(namespace).get()).toList(),
            admin.limitRanges().inNamespace(namespace).list().getItems(),
            admin.resourceQuotas().inNamespace(namespace).list().getItems(),
            admin.network().v1().networkPolicies().inNamespace(namespace).list().getItems(),
            admin.rbac().roleBindings().inNamespace(namespace).list().getItems(),
            admin
                .serviceAccounts()
                .inNamespace(namespace)
                .withLabel(Marks.MANAGED_BY, Marks.BERTH)
                .list()
                .getItems())
        .<HasMetadata>flatMap(List::stream)
        .toList();
  }
}
