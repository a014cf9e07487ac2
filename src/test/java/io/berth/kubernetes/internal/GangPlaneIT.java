package io.berth.kubernetes.internal;

import static io.berth.kubernetes.LeaseFixtures.after;
import static io.berth.kubernetes.LeaseFixtures.cancelled;
import static io.berth.kubernetes.LeaseFixtures.furnished;
import static io.berth.kubernetes.LeaseFixtures.job;
import static io.berth.kubernetes.LeaseFixtures.retried;
import static io.berth.kubernetes.LeaseFixtures.with;
import static io.berth.kubernetes.internal.DeliveryPlane.patiently;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.berth.kubernetes.domain.Marks;
import io.berth.leasing.JobObservation;
import io.berth.leasing.JobState;
import io.berth.leasing.LeaseDelivery.JobDelivery;
import io.berth.leasing.SealedEnv;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Jobs of pods that start, run and end together, as real controllers run them. */
class GangPlaneIT extends LeaseOnPlane {

  @Test
  void failsAJobWithOneOfItsPods() {
    JobDelivery job = job(1, 1, 2, "exit 3");

    JobObservation failed = cluster.until(JobState.FAILED, lease, job);

    assertThat(failed.message()).contains("BackoffLimitExceeded", "exit code 3");
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
    bar("h100-2", true);
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
      bar("h100-2", false);
      cluster.until(JobState.RUNNING, lease, next);

      assertThat(next.progress().attempt()).isOne();
      assertThat(next.progress().failures()).isZero();
      assertThat(cluster.podsOn(lease.id()))
          .containsExactly("h100-1", "h100-1", "h100-2", "h100-2");
    } finally {
      bar("h100-2", false);
    }
  }

  private static void bar(String node, boolean isBarred) {
    cluster.admin().nodes().withName(node).edit(found -> SteppedDelivery.barred(found, isBarred));
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
}
