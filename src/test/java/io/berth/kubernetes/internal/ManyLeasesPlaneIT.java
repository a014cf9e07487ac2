package io.berth.kubernetes.internal;

import static io.berth.kubernetes.LeaseFixtures.freshLease;
import static io.berth.kubernetes.LeaseFixtures.sizedSlots;
import static org.assertj.core.api.Assertions.assertThat;

import io.berth.kubernetes.domain.LeaseManifests;
import io.berth.kubernetes.domain.Marks;
import io.berth.kubernetes.internal.StepReport.Outcome;
import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseState;
import io.berth.plane.ControlPlane;
import io.berth.plane.ProviderAccess;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * A thousand leases in one real cluster. The cluster is this test's own, since so many namespaces
 * take long to go.
 */
class ManyLeasesPlaneIT {

  private static final int LEASES = 1_000;
  private static final int DISTURBED = 10;

  /** As many as a replica delivers at once. */
  private static final int AT_ONCE = 64;

  private static final Duration STEP_MAX = Duration.ofMinutes(5);

  @Test
  void findsEveryLeaseAsItWasAfterARestartAndMendsWhatWasDisturbed() throws Exception {
    List<LeaseDelivery> leases =
        IntStream.range(0, LEASES)
            .mapToObj(number -> freshLease(LeaseState.ACTIVE, sizedSlots(1, 1)))
            .toList();
    try (ControlPlane plane = ControlPlane.startTemporary();
        KubernetesClient admin = plane.admin()) {
      String token = ProviderAccess.grant(admin);
      List<StepReport> first = stepAll(plane, token, leases);
      Map<String, String> made = quotas(admin);
      List<LeaseDelivery> vanished = leases.subList(0, DISTURBED);
      List<LeaseDelivery> unbound = leases.subList(DISTURBED, 2 * DISTURBED);
      vanished.forEach(lease -> admin.namespaces().withName(namespace(lease)).delete());
      unbound.forEach(lease -> admin.resource(LeaseManifests.quota(lease)).delete());

      // Who starts again knows nothing but the leases and the cluster.
      DeliveryPlane.patiently()
          .until(() ->
              stepAll(plane, token, leases).stream()
                  .allMatch(report -> report.outcome() == Outcome.DELIVERED));

      assertThat(first)
          .allSatisfy(report -> assertThat(report.outcome()).isEqualTo(Outcome.DELIVERED));
      Map<String, String> now = quotas(admin);
      assertThat(now.keySet()).isEqualTo(made.keySet()).hasSize(LEASES);
      assertThat(leases.stream().map(ManyLeasesPlaneIT::namespace))
          .filteredOn(name -> !now.get(name).equals(made.get(name)))
          .containsExactlyInAnyOrderElementsOf(
              leases.subList(0, 2 * DISTURBED).stream().map(ManyLeasesPlaneIT::namespace).toList());
    }
  }

  private static List<StepReport> stepAll(
      ControlPlane plane, String token, List<LeaseDelivery> leases) throws Exception {
    Clock clock = Clock.systemUTC();
    List<Future<StepReport>> steps = new ArrayList<>();
    try (KubernetesClient berth = plane.client(token);
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      for (LeaseDelivery lease : leases) {
        steps.add(
            threads.submit(() ->
                new DeliveryStep(
                        berth,
                        lease,
                        clock,
                        clock.instant().plus(STEP_MAX),
                        STEP_MAX,
                        SteppedDelivery.NOT_LOOKED,
                        JobQueues.NONE)
                    .run()));
      }
      List<StepReport> reports = new ArrayList<>();
      for (Future<StepReport> step : steps) {
        reports.add(step.get());
      }
      return reports;
    }
  }

  private static String namespace(LeaseDelivery lease) {
    return Marks.namespace(lease.id());
  }

  /** What makes each lease's quota the same, by namespace. */
  private static Map<String, String> quotas(KubernetesClient admin) {
    return admin
        .resourceQuotas()
        .inAnyNamespace()
        .withLabel(Marks.MANAGED_BY, Marks.BERTH)
        .list()
        .getItems()
        .stream()
        .map(quota -> quota.getMetadata())
        .collect(Collectors.toMap(ObjectMeta::getNamespace, ObjectMeta::getUid));
  }
}
