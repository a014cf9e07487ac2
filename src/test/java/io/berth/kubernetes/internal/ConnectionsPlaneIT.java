package io.berth.kubernetes.internal;

import static io.berth.kubernetes.LeaseFixtures.after;
import static io.berth.kubernetes.LeaseFixtures.freshLease;
import static io.berth.kubernetes.LeaseFixtures.job;
import static io.berth.kubernetes.LeaseFixtures.sizedSlots;
import static io.berth.kubernetes.LeaseFixtures.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.berth.catalog.AcceleratorCatalog;
import io.berth.catalog.DeviceDetector;
import io.berth.inventory.ClusterAccess;
import io.berth.inventory.ClusterCredentials;
import io.berth.inventory.ClusterId;
import io.berth.inventory.ClusterTask;
import io.berth.inventory.NodeObservation;
import io.berth.kubernetes.KubernetesConfig;
import io.berth.kubernetes.internal.StepReport.Outcome;
import io.berth.leasing.JobState;
import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseDelivery.JobDelivery;
import io.berth.leasing.LeaseState;
import io.berth.plane.ControlPlane;
import io.berth.platform.OrganizationId;
import io.berth.sandbox.cluster.LocalCertificate;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.eclipse.microprofile.config.spi.Converter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How Berth is let in to a real API server, and what it does where the server forgets. */
class ConnectionsPlaneIT {

  private static final int UNAUTHORIZED = 401;
  private static final String ACCESS = "berth-access";

  private static DeliveryPlane cluster;
  private static Vertx vertx;
  private static KubernetesConfig config;

  @BeforeAll
  static void start() {
    cluster = new DeliveryPlane();
    vertx = Vertx.vertx();
    config =
        new SmallRyeConfigBuilder()
            .withMapping(KubernetesConfig.class)
            .withConverters(new Converter<?>[] {new DurationConverter(), new MemorySizeConverter()})
            .build()
            .getConfigMapping(KubernetesConfig.class);
    cluster.admin().resource(binding()).forceConflicts().serverSideApply();
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.admin().resource(binding()).delete();
      vertx.close();
      cluster.close();
    }
  }

  @Test
  void letsACertificateInAsItDoesAToken() {
    try (KubernetesClient berth = connect(certificate())) {
      assertThat(berth.getKubernetesVersion().getMajor()).isEqualTo("1");
      DeliveryPlane.patiently().untilAsserted(() -> assertThat(Rights.missing(berth)).isEmpty());
    }
  }

  @Test
  void refusesACertificateOfAnotherAuthority() {
    LocalCertificate foreign = LocalCertificate.generate(ControlPlane.CERTIFICATE_USER);

    try (KubernetesClient berth = connect(certificate(foreign))) {
      KubernetesClientException refusal =
          catchThrowableOfType(KubernetesClientException.class, () -> berth.nodes().list());

      assertThat(refusal.getCode()).isEqualTo(UNAUTHORIZED);
    }
  }

  /** What runs does not notice that the provider gave Berth a certificate in place of a token. */
  @Test
  void goesOnWithNewCredentialsOnceTheOldOnesAreRevoked() {
    JobDelivery job = job(1, 2, 2, "sleep infinity");
    LeaseDelivery booked = freshLease(LeaseState.ACTIVE, sizedSlots(1, 4));
    Secret token = secondToken();
    try (KubernetesClient before = connect(token(token));
        KubernetesClient renewed = connect(certificate())) {
      LeaseDelivery lease = with(booked, after(cluster.until(JobState.RUNNING, booked, job), job));
      List<String> running = uids(lease);
      assertThat(cluster.step(before, lease).outcome()).isEqualTo(Outcome.DELIVERED);
      cluster.admin().resource(token).delete();
      // The API server remembers for some seconds whom it has let in.
      DeliveryPlane.patiently()
          .untilAsserted(() ->
              assertThat(
                      catchThrowableOfType(
                          KubernetesClientException.class, () -> before.nodes().list()))
                  .isNotNull()
                  .extracting(KubernetesClientException::getCode)
                  .isEqualTo(UNAUTHORIZED));

      StepReport refused = cluster.step(before, lease);
      StepReport again = cluster.step(renewed, lease);

      assertThat(refused.outcome()).isEqualTo(Outcome.STUCK);
      assertThat(again.outcome()).isEqualTo(Outcome.DELIVERED);
      assertThat(again.jobs().get(job.id()).state()).isEqualTo(JobState.RUNNING);
      assertThat(uids(lease)).isEqualTo(running);
    } finally {
      cluster.forget(booked);
    }
  }

  /** Where the server no longer knows what happened since (410), all nodes are read anew. */
  @Test
  void readsAllNodesAnewWhereTheServerForgotWhatHappened() {
    AtomicBoolean apart = new AtomicBoolean();
    AtomicInteger lists = new AtomicInteger();
    AtomicInteger changes = new AtomicInteger();
    NodeInformers informers =
        new NodeInformers(
            new NodeReader(new DeviceDetector(new AcceleratorCatalog())),
            Duration.ofSeconds(30),
            Duration.ofHours(1));
    Supplier<KubernetesClient> connect =
        () ->
            cluster
                .plane()
                .client(
                    cluster.token(),
                    request -> {
                      if (apart.get()) {
                        // Nothing gets through until the server has moved on.
                        DeliveryPlane.patiently().untilFalse(apart);
                      }
                      if (request.uri().getPath().endsWith("/nodes")
                          && !String.valueOf(request.uri().getQuery()).contains("watch=true")) {
                        lists.incrementAndGet();
                      }
                    });
    try (KubernetesClient berth = connect.get()) {
      ClusterTask task = new ClusterTask(ClusterId.fresh(), OrganizationId.fresh(), 1);
      assertThat(
              informers
                  .nodes(task, berth, connect, Set.of(), false, told -> changes.incrementAndGet())
                  .nodes())
          .extracting(NodeObservation::name)
          .contains("h100-1");
      assertThat(lists).hasValue(1);

      apart.set(true);
      moveOn();
      cluster.plane().killApiServer();
      cluster.plane().startApiServer();
      label("h100-1", "while-apart", "yes");
      moveOn();
      apart.set(false);

      DeliveryPlane.patiently().until(() -> changes.get() > 0);
      assertThat(lists).hasValue(2);
      assertThat(informers.nodes(task, berth, connect, Set.of(), true, told -> {}).nodes())
          .filteredOn(node -> node.name().equals("h100-1"))
          .singleElement()
          .extracting(NodeObservation::labels)
          .asInstanceOf(InstanceOfAssertFactories.map(String.class, String.class))
          .containsEntry("while-apart", "yes");
    } finally {
      informers.stopAll();
      label("h100-1", "while-apart", null);
    }
  }

  /** The server's count of changes goes on, though nothing happens to nodes. */
  private static void moveOn() {
    for (int i = 0; i < 20; i++) {
      Secret secret = secret("moves-on", Map.of());
      cluster.admin().resource(secret).create();
      cluster.admin().resource(secret).delete();
    }
  }

  private static void label(String node, String key, @Nullable String value) {
    cluster
        .admin()
        .nodes()
        .withName(node)
        .edit(now ->
            value == null
                ? new NodeBuilder(now).editMetadata().removeFromLabels(key).endMetadata().build()
                : new NodeBuilder(now)
                    .editMetadata()
                    .addToLabels(key, value)
                    .endMetadata()
                    .build());
  }

  private static List<String> uids(LeaseDelivery lease) {
    return cluster.pods(lease.id()).stream()
        .map(pod -> pod.getMetadata().getUid())
        .sorted()
        .toList();
  }

  private static KubernetesClient connect(ClusterCredentials credentials) {
    return ClusterConnections.connect(
        new ClusterAccess(ClusterId.fresh(), URI.create(cluster.plane().url()), credentials, 0),
        vertx,
        config);
  }

  private static ClusterCredentials certificate() {
    return certificate(cluster.plane().clientCertificate());
  }

  private static ClusterCredentials certificate(LocalCertificate client) {
    return new ClusterCredentials.ClientCertificate(
        client.certificatePem(), client.keyPem(), cluster.plane().caCertificatePem());
  }

  private static ClusterCredentials token(Secret secret) {
    String encoded =
        DeliveryPlane.patiently()
            .until(
                () -> cluster.admin().resource(secret).get(),
                found -> found.getData() != null && found.getData().containsKey("token"))
            .getData()
            .get("token");
    return new ClusterCredentials.Token(
        new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8),
        cluster.plane().caCertificatePem());
  }

  private static Secret secondToken() {
    Secret secret =
        new SecretBuilder(
                secret("berth-second", Map.of("kubernetes.io/service-account.name", "berth")))
            .withType("kubernetes.io/service-account-token")
            .build();
    return cluster.admin().resource(secret).create();
  }

  private static Secret secret(String name, Map<String, String> annotations) {
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace(ACCESS)
        .withName(name)
        .withAnnotations(annotations)
        .endMetadata()
        .build();
  }

  private static ClusterRoleBinding binding() {
    return new ClusterRoleBindingBuilder()
        .withNewMetadata()
        .withName("berth-by-certificate")
        .endMetadata()
        .withNewRoleRef()
        .withApiGroup("rbac.authorization.k8s.io")
        .withKind("ClusterRole")
        .withName("berth")
        .endRoleRef()
        .addNewSubject()
        .withApiGroup("rbac.authorization.k8s.io")
        .withKind("User")
        .withName(ControlPlane.CERTIFICATE_USER)
        .endSubject()
        .build();
  }
}
