package io.berth.kubernetes.internal;

import static io.berth.kubernetes.LeaseFixtures.after;
import static io.berth.kubernetes.LeaseFixtures.in;
import static io.berth.kubernetes.LeaseFixtures.with;
import static org.awaitility.Awaitility.await;

import io.berth.kubernetes.LeaseFixtures;
import io.berth.kubernetes.domain.Marks;
import io.berth.kubernetes.internal.StepReport.Outcome;
import io.berth.leasing.JobObservation;
import io.berth.leasing.JobState;
import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseDelivery.JobDelivery;
import io.berth.leasing.LeaseId;
import io.berth.leasing.LeaseState;
import io.berth.plane.ControlPlane;
import io.berth.plane.FakeKubelet;
import io.berth.plane.ProviderAccess;
import io.berth.sandbox.cluster.NodeBlueprint;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;

/**
 * Deliveries in a real control plane with the nodes {@code h100-1} to {@code h100-4}, by an account
 * that has what the provider's manifest grants and nothing else.
 */
final class DeliveryPlane implements AutoCloseable {

  private static final Duration WAIT_MAX = Duration.ofSeconds(90);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration STEP_MAX = Duration.ofSeconds(30);
  private static final Duration GANG_START_MAX = Duration.ofMinutes(10);
  private static final List<NodeBlueprint> NODES =
      Stream.of(1, 2, 3, 4).map(LeaseFixtures::h100).toList();

  private final ControlPlane plane = ControlPlane.shared();
  private final KubernetesClient admin = plane.admin();
  private final String token = ProviderAccess.grant(admin);
  private final KubernetesClient berth = plane.client(token);
  private final FakeKubelet kubelet = FakeKubelet.start(plane);

  DeliveryPlane() {
    kubelet.join(NODES);
  }

  @Override
  public void close() {
    kubelet.leave(NODES);
    kubelet.close();
    berth.close();
    admin.close();
  }

  ControlPlane plane() {
    return plane;
  }

  /** Somebody who may do everything: the provider. */
  KubernetesClient admin() {
    return admin;
  }

  /** What Berth works with. */
  KubernetesClient berth() {
    return berth;
  }

  FakeKubelet kubelet() {
    return kubelet;
  }

  String token() {
    return token;
  }

  /** One step, as Berth does it. */
  StepReport step(LeaseDelivery lease) {
    return step(berth, lease);
  }

  /** One step with somebody's client. */
  StepReport step(KubernetesClient client, LeaseDelivery lease) {
    return step(client, lease, GANG_START_MAX);
  }

  /** One step where jobs go through a queue, or do not. */
  StepReport step(LeaseDelivery lease, JobQueues.Finding queue) {
    return step(berth, lease, GANG_START_MAX, queue);
  }

  private static StepReport step(
      KubernetesClient client, LeaseDelivery lease, Duration gangStartMax) {
    return step(client, lease, gangStartMax, JobQueues.NONE);
  }

  private static StepReport step(
      KubernetesClient client,
      LeaseDelivery lease,
      Duration gangStartMax,
      JobQueues.Finding queue) {
    Clock clock = Clock.systemUTC();
    return new DeliveryStep(
            client,
            lease,
            clock,
            clock.instant().plus(STEP_MAX),
            gangStartMax,
            SteppedDelivery.NOT_LOOKED,
            queue)
        .run();
  }

  /** One step that allows pods so long to start together. */
  StepReport step(LeaseDelivery lease, Duration gangStartMax) {
    return step(berth, lease, gangStartMax);
  }

  /**
   * One step during which the API server is killed; it is running again when this returns.
   *
   * @param method of the request before which it is killed
   * @param path the end of that request's path
   * @param count before which of such requests, from 1
   */
  StepReport stepInterrupted(LeaseDelivery lease, String method, String path, int count) {
    AtomicInteger seen = new AtomicInteger();
    AtomicBoolean killed = new AtomicBoolean();
    try (KubernetesClient interrupted =
        plane.client(
            token,
            request -> {
              if (request.method().equals(method)
                  && request.uri().getPath().endsWith(path)
                  && seen.incrementAndGet() == count) {
                plane.killApiServer();
                killed.set(true);
              }
            })) {
      return step(interrupted, lease);
    } finally {
      if (killed.get()) {
        plane.startApiServer();
      }
    }
  }

  /** Waits longer than anything here should take. */
  static ConditionFactory patiently() {
    return await().atMost(WAIT_MAX).pollInterval(POLL);
  }

  /** Steps until the job is seen in a state. */
  JobObservation until(JobState state, LeaseDelivery lease, JobDelivery job) {
    return until(seen -> seen.state() == state, lease, job);
  }

  /** Steps until what is seen of the job is as wanted; each records what the one before saw. */
  JobObservation until(Predicate<JobObservation> wanted, LeaseDelivery lease, JobDelivery job) {
    AtomicReference<JobDelivery> recorded = new AtomicReference<>(job);
    return patiently()
        .until(
            () -> {
              JobObservation seen = step(with(lease, recorded.get())).jobs().get(job.id());
              if (seen != null) {
                recorded.set(after(seen, recorded.get()));
              }
              return seen;
            },
            seen -> seen != null && wanted.test(seen));
  }

  /** Ends the lease step by step until nothing is left. */
  void end(LeaseDelivery lease) {
    patiently().until(() -> step(in(LeaseState.ENDING, lease)).outcome() == Outcome.CLEARED);
  }

  /** Lets what a test made go, without waiting for it. */
  void forget(LeaseDelivery lease) {
    admin.namespaces().withName(Marks.namespace(lease.id())).delete();
  }

  List<Job> parts(LeaseId lease) {
    return admin.batch().v1().jobs().inNamespace(Marks.namespace(lease)).list().getItems();
  }

  List<Pod> pods(LeaseId lease) {
    return admin.pods().inNamespace(Marks.namespace(lease)).list().getItems();
  }

  List<String> podsOn(LeaseId lease) {
    return pods(lease).stream()
        .map(pod -> pod.getSpec().getNodeName())
        .filter(Objects::nonNull)
        .sorted()
        .toList();
  }
}
