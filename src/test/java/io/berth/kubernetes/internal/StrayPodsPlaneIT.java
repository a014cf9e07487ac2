package io.berth.kubernetes.internal;

import static io.berth.kubernetes.LeaseFixtures.freshLease;
import static io.berth.kubernetes.LeaseFixtures.sizedSlots;
import static org.assertj.core.api.Assertions.assertThat;

import io.berth.kubernetes.domain.Marks;
import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseState;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pods on nodes that their lease does not have, in a real control plane. */
class StrayPodsPlaneIT {

  private final DeliveryPlane cluster = new DeliveryPlane();
  private final LeaseDelivery lease = freshLease(LeaseState.ACTIVE, sizedSlots(1, 4));
  private final String namespace = Marks.namespace(lease.id());

  @AfterEach
  void forget() {
    cluster.forget(lease);
    cluster.close();
  }

  @Test
  void evictsWhatRunsElsewhereAndLeavesTheRest() {
    cluster.step(lease);
    pod("at-home", "h100-1");
    pod("ended", "h100-2", "sh", "-c", "exit 0");
    pod("stray", "h100-2");
    DeliveryPlane.patiently()
        .until(() ->
            "Succeeded"
                .equals(
                    cluster
                        .admin()
                        .pods()
                        .inNamespace(namespace)
                        .withName("ended")
                        .get()
                        .getStatus()
                        .getPhase()));

    StepReport report = cluster.step(lease);
    StrayPods.evict(cluster.berth(), report.strays());
    DeliveryPlane.patiently().until(() -> cluster.pods(lease.id()).size() == 2);

    assertThat(names(report.strays())).containsExactly("stray");
    assertThat(names(cluster.pods(lease.id()))).containsExactlyInAnyOrder("at-home", "ended");
    assertThat(cluster.step(lease).strays()).isEmpty();
  }

  /** Past the scheduler, as a provider's own might do it. */
  private void pod(String name, String node, String... command) {
    cluster
        .admin()
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .endMetadata()
                .withNewSpec()
                .withNodeName(node)
                .withRestartPolicy("Never")
                .withAutomountServiceAccountToken(false)
                .addNewContainer()
                .withName("main")
                .withImage("registry.example/own:1")
                .withCommand(command.length == 0 ? new String[] {"sleep", "infinity"} : command)
                .endContainer()
                .endSpec()
                .build())
        .create();
  }

  private static List<String> names(List<Pod> pods) {
    return pods.stream().map(pod -> pod.getMetadata().getName()).toList();
  }
}
