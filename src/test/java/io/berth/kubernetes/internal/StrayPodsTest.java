package io.berth.kubernetes.internal;

import static io.berth.kubernetes.LeaseFixtures.NOW;
import static io.berth.kubernetes.LeaseFixtures.after;
import static io.berth.kubernetes.LeaseFixtures.job;
import static io.berth.kubernetes.LeaseFixtures.joined;
import static io.berth.kubernetes.LeaseFixtures.lost;
import static io.berth.kubernetes.LeaseFixtures.offering;
import static io.berth.kubernetes.LeaseFixtures.on;
import static io.berth.kubernetes.LeaseFixtures.shared;
import static io.berth.kubernetes.LeaseFixtures.slots;
import static io.berth.kubernetes.LeaseFixtures.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.berth.kubernetes.domain.NodeMarks;
import io.berth.leasing.JobObservation;
import io.berth.leasing.JobState;
import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseDelivery.JobDelivery;
import io.berth.leasing.LeaseDelivery.LeasedNode;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Pods on nodes that their lease does not have. */
class StrayPodsTest extends SteppedDelivery {

  @Test
  void findsPodsThatNobodyLabelledInAnIdleLease() {
    step(lease);
    pod(namespace, "at-home", "h100-1");
    pod(namespace, "waiting", null);
    pod(namespace, "stray", "h100-3");

    StepReport report = step(lease);
    StrayPods.evict(client, report.strays());
    settle();

    assertThat(names(report.strays())).containsExactly("stray");
    assertThat(names(pods())).containsExactlyInAnyOrder("at-home", "waiting");
    assertThat(step(lease).strays()).isEmpty();
  }

  @Test
  void touchesNothingInOtherNamespaces() {
    step(lease);
    client
        .resource(new NamespaceBuilder().withNewMetadata().withName("theirs").endMetadata().build())
        .create();
    pod("theirs", "theirs", "h100-3");

    assertThat(step(lease).strays()).isEmpty();
  }

  @Test
  void leavesWhatHasEndedOrIsBeingDeleted() {
    step(lease);
    Pod ended = pod(namespace, "ended", "h100-3");
    Pod failed = pod(namespace, "failed", "h100-3");
    Pod going = pod(namespace, "going", "h100-3");
    List<Pod> pods =
        List.of(
            inPhase("Succeeded", ended),
            inPhase("Failed", failed),
            going
                .edit()
                .editMetadata()
                .withDeletionTimestamp(NOW.toString())
                .endMetadata()
                .build());

    assertThat(StrayPods.among(lease.id(), pods, List.of(), lease.nodes())).isEmpty();
    assertThat(StrayPods.among(lease.id(), List.of(ended, failed, going), List.of(), lease.nodes()))
        .hasSize(3);
  }

  @Test
  void asksForWhatHasNotEndedAlone() {
    step(lease);
    Pod ended = pod(namespace, "ended", "h100-1");
    pod(namespace, "running", "h100-1");
    client.resource(inPhase("Succeeded", ended)).updateStatus();

    assertThat(names(StrayPods.unfinished(client, namespace, new Pages(clock, NOW))))
        .containsExactly("running");
  }

  @Test
  void findsATenantsPodOnANodeThatWasReplacedAndLeavesAJobsToItsNextAttempt() {
    JobDelivery job = running(job(1, 1, 2, "sleep 60"));
    pod(namespace, "own", "h100-1");
    LeaseDelivery moved = on(with(lease, job), lost(1, 0), slots(2, 3), joined(3, 8, 1));

    StepReport report = step(moved);

    assertThat(names(report.strays())).containsExactly("own");
    JobObservation anew = report.jobs().get(job.id());
    assertThat(Objects.requireNonNull(anew).attempt()).isOne();
    // Once that is recorded, its parts go by themselves.
    StepReport next =
        step(on(with(lease, after(anew, job)), moved.nodes().toArray(LeasedNode[]::new)));
    assertThat(names(next.strays())).containsExactly("own");
    assertThat(podsOn("h100-3")).isZero();
    settle();
    assertThat(names(pods())).containsExactly("own");
  }

  /** Who says that a job of the service owns it is not of the service for that. */
  @Test
  void findsAPodOnAFormerNodeThatClaimsToBeOfAJob() {
    JobDelivery job = running(job(1, 1, 2, "sleep 60"));
    Pod real =
        pods().stream()
            .filter(pod -> "h100-1".equals(pod.getSpec().getNodeName()))
            .findFirst()
            .orElseThrow();
    Pod forged =
        new PodBuilder(pod(namespace, "forged", "h100-1"))
            .editMetadata()
            .withOwnerReferences(real.getMetadata().getOwnerReferences())
            .endMetadata()
            .build();
    LeaseDelivery moved = on(with(lease, job), lost(1, 0), slots(2, 3), joined(3, 8, 1));
    List<Job> parts = client.batch().v1().jobs().inNamespace(namespace).list().getItems();

    assertThat(names(StrayPods.among(lease.id(), List.of(real, forged), parts, moved.nodes())))
        .containsExactly("forged");
  }

  /** A device that fails, or a plugin that starts anew, makes nothing of the node another's. */
  @Test
  void leavesATenantsPodWhereTheNodeOffersLessForAWhile() {
    step(lease);
    Pod own = selecting(pod(namespace, "own", "h100-1"));

    for (int devices : List.of(8, 7, 0)) {
      assertThat(
              StrayPods.among(
                  lease.id(), List.of(own), List.of(), List.of(offering(slots(1, 8), devices))))
          .as("%d devices", devices)
          .isEmpty();
    }
    // Nor does it make a node the lease's own of which somebody else has the rest.
    assertThat(
            names(
                StrayPods.among(
                    lease.id(),
                    List.of(own),
                    List.of(),
                    List.of(shared(offering(slots(1, 7), 7))))))
        .containsExactly("own");
  }

  private Pod selecting(Pod pod) {
    return pod.edit()
        .editSpec()
        .addToNodeSelector(NodeMarks.label(lease.id()), "whole")
        .endSpec()
        .build();
  }

  @Test
  void findsATenantsPodOnANodeThatItsLeaseHasNotWholeAnyMore() {
    step(lease);
    Pod selecting = selecting(pod(namespace, "own", "h100-1"));
    Pod providers = pod(namespace, "providers", "h100-1");

    assertThat(
            names(
                StrayPods.among(
                    lease.id(),
                    List.of(selecting, providers),
                    List.of(),
                    List.of(slots(1, 4), slots(2, 3)))))
        .containsExactly("own");
    assertThat(StrayPods.among(lease.id(), List.of(selecting), List.of(), lease.nodes())).isEmpty();
  }

  @Test
  void findsAPodThatSomebodyMadeLookLikeAJobs() {
    JobDelivery job = running(job(1, 1, 2, "sleep 60"));
    Pod real = pods().getFirst();
    client
        .resource(
            new PodBuilder(real)
                .withNewMetadata()
                .withName("lookalike")
                .withNamespace(namespace)
                .withLabels(real.getMetadata().getLabels())
                .withOwnerReferences(real.getMetadata().getOwnerReferences())
                .endMetadata()
                .editSpec()
                .withNodeName("h100-3")
                .endSpec()
                .withStatus(null)
                .build())
        .create();

    assertThat(names(step(with(lease, job(job, JobState.RUNNING))).strays()))
        .containsExactly("lookalike");
  }

  private static Pod inPhase(String phase, Pod pod) {
    return pod.edit().editOrNewStatus().withPhase(phase).endStatus().build();
  }

  private Pod pod(String home, String name, @Nullable String node) {
    return client
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(home)
                .endMetadata()
                .withNewSpec()
                .withNodeName(node)
                .addNewContainer()
                .withName("main")
                .withImage("registry.example/own:1")
                .withCommand("sleep", "60")
                .endContainer()
                .endSpec()
                .build())
        .create();
  }

  private static List<String> names(List<Pod> pods) {
    return pods.stream().map(pod -> pod.getMetadata().getName()).toList();
  }
}
