package io.berth.sandbox.cluster;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.ResourceQuotaStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What controllers, scheduler and kubelets do for a cluster, as passes over its objects. A pod
 * takes a step a pass: created and bound in one, running in the next, ended in the first pass after
 * its time.
 */
public final class ControlLoop implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(ControlLoop.class);
  private static final long CLOSE_SECONDS_MAX = 5;

  private final SimulatedCluster cluster;
  private final ObjectStore store;
  private final Clock clock;
  private final GarbageCollector garbage;
  private final Kubelet kubelet;
  private final JobController jobs;
  private final PodClaims claims;
  private final PodScheduler scheduler;
  private @Nullable ScheduledExecutorService thread;

  /** Makes a loop that stands still until it is started or {@link #pass()} is called. */
  public ControlLoop(SimulatedCluster cluster, Clock clock) {
    this.cluster = cluster;
    this.store = cluster.store();
    this.clock = clock;
    EventRecorder events = new EventRecorder(store);
    this.garbage = new GarbageCollector(store);
    this.kubelet = new Kubelet(store, events);
    this.jobs = new JobController(store, cluster.admission(), events);
    this.claims = new PodClaims(store, cluster.admission(), events);
    this.scheduler = new PodScheduler(store, claims, events);
  }

  /**
   * Passes again and again on a thread of its own until {@link #close()}; a pass that throws is
   * logged and the next one comes all the same.
   *
   * @param interval the pause between two passes
   * @throws IllegalStateException where it was started before
   */
  public synchronized ControlLoop start(Duration interval) {
    if (thread != null) {
      throw new IllegalStateException("the loop runs already");
    }
    thread =
        Executors.newSingleThreadScheduledExecutor(work ->
            Thread.ofPlatform().daemon().name("control-loop-" + cluster.name()).unstarted(work));
    var _ =
        thread.scheduleWithFixedDelay(
            this::passAndLog, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    return this;
  }

  /** Does one pass at the clock's time; requests to the cluster wait for it. */
  public void pass() {
    Instant now = clock.instant();
    store.exclusively(() -> {
      garbage.pass(now);
      taintCordonedNodes();
      kubelet.pass(now);
      jobs.pass(now);
      claims.pass(now);
      scheduler.pass(now);
      countQuotas();
      return true;
    });
  }

  @Override
  public synchronized void close() {
    if (thread == null) {
      return;
    }
    thread.shutdown();
    try {
      if (!thread.awaitTermination(CLOSE_SECONDS_MAX, TimeUnit.SECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void passAndLog() {
    try {
      pass();
    } catch (RuntimeException e) {
      LOG.errorf(e, "A pass over the simulated cluster failed: cluster=%s", cluster.name());
    }
  }

  private void taintCordonedNodes() {
    for (Node node : store.list(Node.class)) {
      boolean tainted =
          node.getSpec() != null
              && node.getSpec().getTaints().stream()
                  .anyMatch(t -> t.getKey().equals(NodeFit.UNSCHEDULABLE));
      boolean cordoned = NodeFit.isUnschedulable(node);
      if (cordoned && !tainted) {
        store.replace(
            new NodeBuilder(node)
                .editSpec()
                .addNewTaint()
                .withKey(NodeFit.UNSCHEDULABLE)
                .withEffect("NoSchedule")
                .endTaint()
                .endSpec()
                .build());
      } else if (!cordoned && tainted) {
        store.replace(
            new NodeBuilder(node)
                .editSpec()
                .removeMatchingFromTaints(t -> NodeFit.UNSCHEDULABLE.equals(t.getKey()))
                .endSpec()
                .build());
      }
    }
  }

  private void countQuotas() {
    for (ResourceQuota quota : store.list(ResourceQuota.class)) {
      if (quota.getSpec() == null || quota.getSpec().getHard() == null) {
        continue;
      }
      Map<String, Quantity> used = new TreeMap<>();
      cluster
          .admission()
          .used(quota)
          .forEach((name, amount) -> used.put(name, new Quantity(Admission.plain(amount))));
      ResourceQuotaStatus status = new ResourceQuotaStatus(quota.getSpec().getHard(), used);
      if (!status.equals(quota.getStatus())) {
        store.replaceStatus(new ResourceQuotaBuilder(quota).withStatus(status).build());
      }
    }
  }
}
