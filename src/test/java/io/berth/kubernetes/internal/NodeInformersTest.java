package io.berth.kubernetes.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.berth.catalog.AcceleratorCatalog;
import io.berth.catalog.DetectedDevices;
import io.berth.catalog.DeviceDetector;
import io.berth.inventory.ClusterId;
import io.berth.inventory.ClusterTask;
import io.berth.inventory.NodeObservation;
import io.berth.inventory.SeenNodes;
import io.berth.kubernetes.Slices;
import io.berth.platform.OrganizationId;
import io.berth.sandbox.cluster.SandboxClusters;
import io.berth.sandbox.cluster.SimulatedCluster;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSliceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nodes followed in a cluster that answers as real ones do. */
class NodeInformersTest {

  private static final Duration WAIT_MAX = Duration.ofSeconds(30);
  private static final String NODE = "h100-cn-north-1-1";
  private static final ClusterId CLUSTER = ClusterId.fresh();
  private static final ClusterTask TASK = new ClusterTask(CLUSTER, OrganizationId.fresh(), 1);

  private final AtomicInteger changes = new AtomicInteger();
  private SimulatedCluster cluster;
  private KubernetesClient client;
  private NodeInformers informers;

  @BeforeEach
  void start() {
    cluster = SimulatedCluster.start(SandboxClusters.huabei(), 0, "right-token", null);
    client = cluster.newClient();
    informers = informers(Duration.ofHours(1));
  }

  @AfterEach
  void stop() {
    informers.stopAll();
    client.close();
    cluster.close();
  }

  @Test
  void tellsOfWhatMattersAndOfNothingElse() {
    List<NodeObservation> first = nodes();
    assertThat(first).extracting(NodeObservation::name).contains(NODE);
    assertThat(changes).hasValue(0);

    annotate("beat", "1");
    label("zone-of-nobody", "x");

    await().atMost(WAIT_MAX).until(() -> changes.get() > 0);
    assertThat(labels(NODE)).containsEntry("zone-of-nobody", "x");
    // The annotation came before the label and told of nothing.
    assertThat(changes).hasValue(1);

    client.nodes().withName(NODE).delete();

    await().atMost(WAIT_MAX).until(() -> changes.get() > 1);
    assertThat(nodes()).extracting(NodeObservation::name).doesNotContain(NODE);
  }

  @Test
  void returnsWhatChangedSinceTheLastCall() {
    assertThat(changed()).isEqualTo(SeenNodes.all(nodes()));
    assertThat(changed()).isEqualTo(SeenNodes.changes(List.of(), Set.of()));

    label("zone-of-nobody", "x");
    await().atMost(WAIT_MAX).until(() -> changes.get() == 1);
    SeenNodes seen = changed();
    assertThat(seen.isWhole()).isFalse();
    assertThat(seen.gone()).isEmpty();
    assertThat(seen.nodes())
        .singleElement()
        .satisfies(node -> assertThat(node.name()).isEqualTo(NODE))
        .satisfies(node -> assertThat(node.labels()).containsEntry("zone-of-nobody", "x"));

    Node node = client.nodes().withName(NODE).get();
    client.resource(node).delete();
    await().atMost(WAIT_MAX).until(() -> changes.get() == 2);
    assertThat(changed()).isEqualTo(SeenNodes.changes(List.of(), Set.of(NODE)));

    client.resource(node).create();
    await().atMost(WAIT_MAX).until(() -> changes.get() == 3);
    assertThat(changed().nodes()).extracting(NodeObservation::name).containsExactly(NODE);

    // What was returned among all of them is not returned again.
    label("zone-of-nobody", "y");
    await().atMost(WAIT_MAX).until(() -> changes.get() == 4);
    assertThat(labels(NODE)).containsEntry("zone-of-nobody", "y");
    assertThat(changed()).isEqualTo(SeenNodes.changes(List.of(), Set.of()));
  }

  @Test
  void returnsAllNodesWhereTheyWereReadAnew() {
    nodes();
    assertThat(changed().isWhole()).isFalse();

    informers.stop(CLUSTER);

    assertThat(changed()).isEqualTo(SeenNodes.all(nodes()));
  }

  @Test
  void followsNoMoreWhatIsAnothers() {
    nodes();

    informers.retain(Set.of(ClusterId.fresh()));
    label("x", "y");

    // Read anew, and followed again from there.
    assertThat(nodes()).hasSize(client.nodes().list().getItems().size());
    assertThat(labels(NODE)).containsEntry("x", "y");
    assertThat(changes).hasValue(0);
    label("x", "z");
    await().atMost(WAIT_MAX).until(() -> changes.get() == 1);
  }

  @Test
  void readsAnewBesideWhatItHasFollowedForLong() {
    informers = informers(Duration.ZERO);
    AtomicInteger toSuccessor = new AtomicInteger();
    AtomicInteger beats = new AtomicInteger();
    nodes();

    // One call begins to read, and one that comes when all is read takes it over.
    await()
        .atMost(WAIT_MAX)
        .until(() -> {
          informers.nodes(
              TASK,
              client,
              cluster::newClient,
              Set.of(),
              false,
              told -> toSuccessor.incrementAndGet());
          label("beat", Integer.toString(beats.incrementAndGet()));
          return toSuccessor.get() > 0;
        });

    assertThat(labels(NODE)).containsKey("beat");
  }

  @Test
  void saysWhatTheClusterRefusesOfWhatIsReadAnew() {
    informers = informers(Duration.ZERO);
    nodes();
    cluster.setDenied(Set.of("list /nodes"));
    // What is known goes on to be, until the other cannot be had.
    assertThat(nodes()).isNotEmpty();

    await()
        .atMost(WAIT_MAX)
        .untilAsserted(() ->
            assertThatThrownBy(this::nodes)
                .isInstanceOfSatisfying(
                    KubernetesClientException.class,
                    refusal -> assertThat(refusal.getCode()).isEqualTo(403)));

    cluster.setDenied(Set.of());
    assertThat(nodes()).isNotEmpty();
  }

  @Test
  void saysWhatTheClusterRefuses() {
    cluster.setDenied(Set.of("watch /nodes"));

    assertThatThrownBy(this::nodes)
        .isInstanceOfSatisfying(
            KubernetesClientException.class,
            refusal -> assertThat(refusal.getCode()).isEqualTo(403));

    cluster.setDenied(Set.of());
    assertThat(nodes()).isNotEmpty();
  }

  @Test
  void tellsOfWhatDriversPublish() {
    String node = withoutPlugin();
    client.resource(Slices.h100s(node, 8)).create();
    assertThat(claimable(node))
        .singleElement()
        .satisfies(devices -> {
          assertThat(devices.count()).isEqualTo(8);
          assertThat(devices.modelId()).isEqualTo("nvidia-h100-sxm");
        });
    assertThat(changes).hasValue(0);

    // Another driver's slice wakes nobody; one device that is tainted does.
    client
        .resource(
            new ResourceSliceBuilder(Slices.h100s(node, 8))
                .editMetadata()
                .withName("other")
                .endMetadata()
                .editSpec()
                .withDriver("gpu.example.com")
                .endSpec()
                .build())
        .create();
    client
        .resource(
            Slices.slice(
                node + "-" + Slices.DRIVER,
                node,
                2,
                1,
                Slices.gpu(0),
                Slices.tainted(Slices.gpu(1), "NoSchedule")))
        .update();

    await().atMost(WAIT_MAX).until(() -> changes.get() > 0);
    assertThat(claimable(node)).extracting(DetectedDevices::count).containsExactly(1);
    assertThat(changes).hasValue(1);

    client.resources(ResourceSlice.class).withName(node + "-" + Slices.DRIVER).delete();

    await().atMost(WAIT_MAX).until(() -> changes.get() > 1);
    assertThat(claimable(node)).isEmpty();
  }

  @Test
  void tellsOfTheNodeThatASliceWasOf() {
    String node = withoutPlugin();
    client.resource(Slices.h100s(node, 8)).create();
    assertThat(claimable(node)).hasSize(1);

    // The other one has a device plugin, so that nothing changes there.
    client
        .resource(
            new ResourceSliceBuilder(Slices.h100s(node, 8))
                .editSpec()
                .withNodeName("h100-cn-north-1-2")
                .endSpec()
                .build())
        .update();

    await().atMost(WAIT_MAX).until(() -> changes.get() > 0);
    assertThat(claimable(node)).isEmpty();
  }

  @Test
  void asksForNoSlicesWhereNothingCanBeClaimed() {
    String node = withoutPlugin();
    client.resource(Slices.h100s(node, 8)).create();
    cluster.setDenied(Set.of("list resource.k8s.io/resourceslices"));

    assertThat(nodes()).isNotEmpty();
    assertThatThrownBy(() -> claimable(node)).isInstanceOf(KubernetesClientException.class);

    cluster.setDenied(Set.of());
    // Followed anew, since what is followed is not what is asked for.
    assertThat(nodes()).isNotEmpty();
    assertThat(claimable(node)).hasSize(1);
  }

  private static NodeInformers informers(Duration watchMax) {
    return new NodeInformers(
        new NodeReader(new DeviceDetector(new AcceleratorCatalog())), WAIT_MAX, watchMax);
  }

  /** A node of H100 from which the device plugin was taken. */
  private String withoutPlugin() {
    cluster.serveClaims();
    client
        .nodes()
        .withName(NODE)
        .editStatus(node ->
            new NodeBuilder(node)
                .editStatus()
                .removeFromAllocatable("nvidia.com/gpu")
                .removeFromCapacity("nvidia.com/gpu")
                .endStatus()
                .build());
    return NODE;
  }

  private List<DetectedDevices> claimable(String name) {
    return informers
        .nodes(
            TASK,
            client,
            cluster::newClient,
            Set.of(Slices.DRIVER),
            false,
            told -> changes.incrementAndGet())
        .nodes()
        .stream()
        .filter(node -> node.name().equals(name))
        .findFirst()
        .orElseThrow()
        .devices();
  }

  private List<NodeObservation> nodes() {
    SeenNodes all =
        informers.nodes(
            TASK, client, cluster::newClient, Set.of(), false, told -> changes.incrementAndGet());
    assertThat(all.isWhole()).isTrue();
    return all.nodes();
  }

  private SeenNodes changed() {
    return informers.nodes(
        TASK, client, cluster::newClient, Set.of(), true, told -> changes.incrementAndGet());
  }

  private Map<String, String> labels(String name) {
    return nodes().stream()
        .filter(node -> node.name().equals(name))
        .findFirst()
        .orElseThrow()
        .labels();
  }

  private void label(String key, String value) {
    client
        .nodes()
        .withName(NODE)
        .edit(node ->
            new NodeBuilder(node).editMetadata().addToLabels(key, value).endMetadata().build());
  }

  private void annotate(String key, String value) {
    client
        .nodes()
        .withName(NODE)
        .edit(node ->
            new NodeBuilder(node)
                .editMetadata()
                .addToAnnotations(key, value)
                .endMetadata()
                .build());
  }
}
