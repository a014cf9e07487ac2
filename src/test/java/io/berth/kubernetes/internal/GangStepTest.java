package io.berth.kubernetes.internal;

import static io.berth.kubernetes.LeaseFixtures.NOW;
import static io.berth.kubernetes.LeaseFixtures.after;
import static io.berth.kubernetes.LeaseFixtures.furnished;
import static io.berth.kubernetes.LeaseFixtures.job;
import static io.berth.kubernetes.LeaseFixtures.lease;
import static io.berth.kubernetes.LeaseFixtures.lost;
import static io.berth.kubernetes.LeaseFixtures.retried;
import static io.berth.kubernetes.LeaseFixtures.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.berth.kubernetes.domain.Marks;
import io.berth.leasing.JobObservation;
import io.berth.leasing.JobState;
import io.berth.leasing.LeaseDelivery.JobDelivery;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How pods that are one whole start, fail and start anew together. */
class GangStepTest extends SteppedDelivery {

  @Test
  void failsAJobWithOneOfItsParts() {
    JobDelivery job = job(1, 5, 2, "sleep 60; exit 3");
    seen(job);
    settle();
    clock.advance(Duration.ofSeconds(60));
    settle();

    JobObservation failed = seen(job(job, JobState.RUNNING));

    assertThat(failed.state()).isEqualTo(JobState.FAILED);
    assertThat(failed.message())
        .contains("BackoffLimitExceeded", "the last pod ended with exit code 3");
    assertThat(failed.finishedAt()).isEqualTo(NOW.plusSeconds(60));
  }

  @Test
  void stopsTheOtherPartsOfAFailedJob() {
    JobDelivery job = job(1, 5, 2, "sleep infinity");
    seen(job);
    settle();
    fail(Marks.part(job.id(), 4));
    loop.pass();

    assertThat(seen(job(job, JobState.RUNNING)).state()).isEqualTo(JobState.FAILED);
    // The failure is recorded, so the job is asked for no more.
    step(lease);
    settle();

    assertThat(podsOn("h100-1")).isZero();
    assertThat(parts())
        .extracting(part -> part.getMetadata().getName())
        .containsExactly(Marks.part(job.id(), 4));
  }

  @Test
  void startsAllRanksAnewWhereOneFailsAsOftenAsItMay() {
    JobDelivery job = running(retried(job(1, 5, 2, "sleep infinity"), 1));
    List<String> before = partIds();
    fail(Marks.part(job.id(), 2));

    JobObservation anew = seen(job);
    // Nothing goes before it is recorded, and asking twice counts one failure.
    assertThat(seen(job)).isEqualTo(anew);
    assertThat(partIds()).containsExactlyInAnyOrderElementsOf(before);
    assertThat(anew.state()).isEqualTo(JobState.STARTING);
    assertThat(anew.message()).startsWith("All pods start anew together: ");
    assertThat(anew.attempt()).isOne();
    assertThat(anew.failures()).isOne();

    JobDelivery second = after(anew, job);
    assertThat(seen(second).message()).startsWith("What is left of an earlier start stops");
    settle();
    assertThat(pods()).isEmpty();
    JobDelivery again = running(second);
    assertThat(partIds()).hasSize(5).doesNotContainAnyElementsOf(before);
    fail(Marks.part(job.id(), 0));

    assertThat(seen(again).state()).isEqualTo(JobState.FAILED);
  }

  /** Another worker may have the lease soon; the next step goes on from what is there. */
  @Test
  void makesNoMoreRanksAfterItsTime() {
    JobDelivery job = job(1, 5, 2, "sleep infinity");
    step(lease);
    KubernetesClient fast = client;
    StepReport report;
    try (KubernetesClient slow = slow(Duration.ofSeconds(12))) {
      client = slow;
      report = step(with(lease, job));
    } finally {
      client = fast;
    }
    List<String> made = partIds();
    JobObservation next = seen(after(report.jobs().get(job.id()), job));
    settle();

    assertThat(report.obstacle()).isEmpty();
    assertThat(report.jobs().get(job.id()).state()).isEqualTo(JobState.STARTING);
    assertThat(made).hasSize(3);
    assertThat(next.attempt()).isZero();
    assertThat(partIds()).hasSize(5).containsAll(made);
  }

  /** A client for which so much time passes with each part that it makes. */
  private KubernetesClient slow(Duration each) {
    return new KubernetesClientBuilder()
        .withConfig(client.getConfiguration())
        .withHttpClientBuilderConsumer(builder ->
            builder.addOrReplaceInterceptor(
                "slow",
                new Interceptor() {
                  @Override
                  public void before(BasicBuilder request, HttpRequest asked, RequestTags tags) {
                    if (asked.method().equals("POST") && asked.uri().getPath().endsWith("/jobs")) {
                      clock.advance(each);
                    }
                  }
                }))
        .build();
  }

  @Test
  void removesAStartThatIsNotCompleteInTimeAndTriesAgain() {
    bar("h100-2", true);
    JobDelivery job = job(1, 5, 2, "sleep infinity");
    JobObservation starting = seen(job);
    settle();
    clock.advance(GANG_START_MAX.minusSeconds(1));
    assertThat(seen(after(starting, job)).attempt()).isZero();
    clock.advance(Duration.ofSeconds(1));

    JobObservation late = seen(after(starting, job));
    JobDelivery again = after(late, job);
    seen(again);
    settle();

    assertThat(late.attempt()).isOne();
    assertThat(late.failures()).isZero();
    assertThat(late.message()).contains("not all ran within PT10M. 4 of 5 pods run.");
    assertThat(parts()).isEmpty();
    assertThat(pods()).isEmpty();
    bar("h100-2", false);
    assertThat(running(again).progress().attempt()).isOne();
    assertThat(podsOn("h100-2")).isOne();
  }

  @Test
  void startsAllRanksAnewWhereARunningOneIsLost() {
    JobDelivery job = running(job(1, 5, 2, "sleep infinity"));
    Pod lost = pods().getFirst();
    bar(lost.getSpec().getNodeName(), true);
    client.resource(lost).delete();
    settle();

    JobObservation anew = seen(job);

    assertThat(anew.attempt()).isOne();
    assertThat(anew.failures()).isZero();
    assertThat(anew.message())
        .contains("the pods of ranks [")
        .contains("] were lost. 4 of 5 pods run.");
  }

  @Test
  void countsAFailureThatThePartDoesNotSayYet() {
    JobDelivery job = running(retried(job(1, 2, 2, "sleep infinity"), 1));
    Pod pod = pods().getFirst();
    client
        .resource(pod)
        .editStatus(found -> found.edit().editStatus().withPhase("Failed").endStatus().build());

    JobObservation meanwhile = seen(job);
    settle();
    JobObservation anew = seen(after(meanwhile, job));

    assertThat(meanwhile.state()).isEqualTo(JobState.RUNNING);
    assertThat(meanwhile.attempt()).isZero();
    assertThat(anew.attempt()).isOne();
    assertThat(anew.failures()).isOne();
  }

  @Test
  void letsRanksEndOneAfterTheOther() {
    JobDelivery job = running(job(1, 2, 2, "sleep 60"));
    clock.advance(Duration.ofSeconds(60));
    loop.pass();
    client.resource(pods().getFirst()).delete();

    assertThat(seen(job).state()).isEqualTo(JobState.SUCCEEDED);
  }

  @Test
  void givesAGangOneServiceAndItsSecretsForEachAttempt() {
    JobDelivery job =
        running(furnished(retried(job(1, 2, 2, "sleep infinity"), 1), Map.of("TOKEN", "hush")));

    assertThat(companions()).containsExactly("Secret a0", "Service a0");
    fail(Marks.part(job.id(), 1));
    JobDelivery second = after(seen(job), job);
    seen(second);
    settle();
    assertThat(companions()).isEmpty();
    running(second);
    assertThat(companions()).containsExactly("Secret a1", "Service a1");
  }

  @Test
  void makesWhatGoesWithAPartThatWasMadeAlone() {
    JobDelivery job = furnished(job(1, 1, 2, "sleep infinity"), Map.of("TOKEN", "hush"));
    cluster.setDenied(Set.of("create /secrets"));
    assertThat(seen(job).message()).contains("cannot create resource \"secrets\"");
    assertThat(parts()).hasSize(1);
    cluster.setDenied(Set.of());

    seen(job(job, JobState.STARTING));

    assertThat(companions()).containsExactly("Secret a0");
    assertThat(parts()).hasSize(1);
  }
}
