package io.berth.sandbox.cluster;

import io.berth.testing.SettableClock;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A small cluster with two H100 nodes and a plain one, a client over the wire, and a clock that
 * stands still.
 */
final class SimulatedClusterFixture implements AutoCloseable {

  static final String NAMESPACE = "lease-1";
  static final String GPU = "nvidia.com/gpu";
  static final ClusterBlueprint BLUEPRINT =
      new ClusterBlueprint(
          "test",
          "v1.34.2",
          List.of(
              AcceleratorShape.H100.node("h100-1", "fi-hel-1", "fi-hel-1a"),
              AcceleratorShape.H100.node("h100-2", "fi-hel-1", "fi-hel-1a"),
              NodeBlueprint.plain("cpu-1", "fi-hel-1", "fi-hel-1a")));

  final SimulatedCluster cluster;
  final ControlLoop loop;
  final KubernetesClient client;
  private final SettableClock clock;

  SimulatedClusterFixture(@Nullable Path stateFolder, Instant now) {
    clock = new SettableClock(now);
    cluster = SimulatedCluster.start(BLUEPRINT, 0, "secret-token", stateFolder);
    loop = new ControlLoop(cluster, clock);
    client = cluster.newClient();
  }

  static SimulatedClusterFixture withNamespace() {
    SimulatedClusterFixture fixture =
        new SimulatedClusterFixture(null, Instant.parse("2026-11-01T10:00:00Z"));
    fixture.createNamespace();
    return fixture;
  }

  void createNamespace() {
    client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build())
        .create();
  }

  /** Enough passes for a pod to be created, bound and running. */
  void settle() {
    loop.pass();
    loop.pass();
    loop.pass();
  }

  void advance(Duration duration) {
    clock.advance(duration);
  }

  Instant now() {
    return clock.instant();
  }

  Job create(Job job) {
    return client.resource(job).create();
  }

  Job job(String name) {
    return client.batch().v1().jobs().inNamespace(NAMESPACE).withName(name).get();
  }

  List<Pod> pods(String jobName) {
    return client
        .pods()
        .inNamespace(NAMESPACE)
        .withLabel("batch.kubernetes.io/job-name", jobName)
        .list()
        .getItems();
  }

  List<String> eventReasons(String involvedName) {
    return client
        .v1()
        .events()
        .inNamespace(NAMESPACE)
        .withField("involvedObject.name", involvedName)
        .list()
        .getItems()
        .stream()
        .map(Event::getReason)
        .toList();
  }

  /** A job that asks for devices and tolerates the nodes' taint. */
  static JobBuilder gpuJob(String name, int devices, String script) {
    return new JobBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(NAMESPACE)
        .endMetadata()
        .withNewSpec()
        .withNewTemplate()
        .withNewSpec()
        .withRestartPolicy("Never")
        .addNewToleration()
        .withKey(GPU)
        .withOperator("Exists")
        .withEffect("NoSchedule")
        .endToleration()
        .addNewContainer()
        .withName("main")
        .withImage("registry.example/train:1")
        .withCommand("sh", "-c", script)
        .withNewResources()
        .addToLimits(GPU, new Quantity(Integer.toString(devices)))
        .endResources()
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec();
  }

  @Override
  public void close() {
    client.close();
    loop.close();
    cluster.close();
  }
}
