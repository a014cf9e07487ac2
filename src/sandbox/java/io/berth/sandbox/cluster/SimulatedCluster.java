package io.berth.sandbox.cluster;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.fabric8.mockwebserver.vertx.HttpServerRequestHandler;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A provider's cluster behind the Kubernetes API, over HTTPS on 127.0.0.1.
 *
 * <p>It holds objects and answers requests; a {@link ControlLoop} makes things happen in it. Given
 * a state folder, its certificate and every object that it has acknowledged survive {@code kill
 * -9}; without one nothing survives {@link #close()}.
 */
public final class SimulatedCluster implements AutoCloseable {

  private static final String HOST = "127.0.0.1";
  private static final long LIFECYCLE_SECONDS_MAX = 10;
  private static final List<String> BUILT_IN_NAMESPACES = List.of("default", "kube-system");

  private final ClusterBlueprint blueprint;
  private final String token;
  private final LocalCertificate certificate;
  private final ObjectStore store;
  private final Admission admission;
  private final ApiServer api;
  private final Vertx vertx;
  private final HttpServer server;

  private SimulatedCluster(
      ClusterBlueprint blueprint, int port, String token, @Nullable Path stateFolder) {
    this.blueprint = blueprint;
    this.token = token;
    this.certificate =
        stateFolder == null
            ? LocalCertificate.generate(blueprint.name())
            : LocalCertificate.keptIn(stateFolder, blueprint.name());
    this.store = new ObjectStore(stateFolder == null ? null : stateFolder.resolve("objects"));
    this.admission = new Admission(store);
    this.api = new ApiServer(store, admission, token, blueprint.kubernetesVersion());
    store.exclusively(this::createWhatIsMissing);
    this.vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
    this.server = vertx.createHttpServer(options(port)).requestHandler(new Requests(vertx, api));
    try {
      await(server.listen());
    } catch (RuntimeException e) {
      vertx.close();
      throw e;
    }
  }

  /**
   * Starts a cluster.
   *
   * @param port the port to listen on, or 0 for a free one
   * @param token the bearer token that requests must carry
   * @param stateFolder where everything is kept, or null to keep nothing; a folder serves one
   *     cluster at a time
   * @throws IllegalStateException where the port is taken
   */
  public static SimulatedCluster start(
      ClusterBlueprint blueprint, int port, String token, @Nullable Path stateFolder) {
    return new SimulatedCluster(blueprint, port, token, stateFolder);
  }

  /** The blueprint's name. */
  public String name() {
    return blueprint.name();
  }

  public ClusterBlueprint blueprint() {
    return blueprint;
  }

  /** Where the API is, such as {@code https://127.0.0.1:6443}. */
  public String url() {
    return "https://" + HOST + ":" + port();
  }

  public int port() {
    return server.actualPort();
  }

  /** The bearer token that requests must carry. */
  public String token() {
    return token;
  }

  /** The certificate to trust, as PEM; it names 127.0.0.1 and localhost. */
  public String caCertificatePem() {
    return certificate.certificatePem();
  }

  /** Sets the answer of {@code /version}, such as {@code v1.34.2}. */
  public void setVersion(String version) {
    api.setVersion(version);
  }

  /** Has the cluster serve dynamic resource allocation, which it does not of itself. */
  public void serveClaims() {
    api.serveClaims();
  }

  /**
   * Sets what the account may not do: access reviews deny it and requests get 403. Everything else
   * is allowed.
   *
   * @param permissions as {@code verb group/resource}, the group empty for the core group: {@code
   *     create batch/jobs}, {@code list /nodes}, {@code create /pods/exec}; verbs as in RBAC
   */
  public void setDenied(Set<String> permissions) {
    api.setDenied(permissions);
  }

  /** Sets whether it serves Kueue's API; nothing acts on what is kept there. */
  public void setKueue(boolean kueue) {
    api.setKueue(kueue);
  }

  /** Sets what containers of an image print, in place of what their commands echo. */
  public void setPrinted(String image, String log) {
    api.setPrinted(image, log);
  }

  /** Does something while the cluster answers nobody. */
  public void whileHeldUp(Runnable work) {
    store.exclusively(() -> {
      work.run();
      return true;
    });
  }

  /** A client that verifies the certificate and carries the token; the caller closes it. */
  public KubernetesClient newClient() {
    return newClient(token);
  }

  /** A client with a token of the caller's choice; the caller closes it. */
  public KubernetesClient newClient(String bearerToken) {
    byte[] pem = caCertificatePem().getBytes(StandardCharsets.UTF_8);
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(url())
            .withCaCertData(Base64.getEncoder().encodeToString(pem))
            .withOauthToken(bearerToken)
            .withRequestRetryBackoffLimit(0)
            .build();
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  @Override
  public void close() {
    await(server.close());
    await(vertx.close());
  }

  @Override
  public String toString() {
    return "SimulatedCluster[" + name() + "]";
  }

  ObjectStore store() {
    return store;
  }

  Admission admission() {
    return admission;
  }

  private Boolean createWhatIsMissing() {
    for (String name : BUILT_IN_NAMESPACES) {
      if (store.find(Namespace.class, "", name).isEmpty()) {
        store.create(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("kubernetes.io/metadata.name", name)
                .endMetadata()
                .withNewStatus()
                .withPhase("Active")
                .endStatus()
                .build());
      }
    }
    for (NodeBlueprint node : blueprint.nodes()) {
      if (store.find(Node.class, "", node.name()).isEmpty()) {
        store.create(node.toNode(blueprint.kubernetesVersion()));
      }
    }
    return true;
  }

  private HttpServerOptions options(int port) {
    return new HttpServerOptions()
        .setHost(HOST)
        .setPort(port)
        .setSsl(true)
        .setKeyCertOptions(
            new PemKeyCertOptions()
                .setCertValue(Buffer.buffer(certificate.certificatePem()))
                .setKeyValue(Buffer.buffer(certificate.keyPem())))
        // Watches are web sockets, which need HTTP/1.1.
        .setUseAlpn(false)
        .setHandle100ContinueAutomatically(true)
        .setWebSocketSubProtocols(List.of("v1.channel.k8s.io", "v4.channel.k8s.io"));
  }

  private static void await(Future<?> future) {
    try {
      future.toCompletionStage().toCompletableFuture().get(LIFECYCLE_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (Exception e) {
      throw new IllegalStateException("the cluster's server does not start or stop", e);
    }
  }

  /**
   * The mock's own translation between HTTP and its requests. Its server is not used: that one
   * chooses its certificate itself and keeps every request that it ever got.
   */
  private static final class Requests extends HttpServerRequestHandler {

    private final ApiServer api;

    Requests(Vertx vertx, ApiServer api) {
      super(vertx);
      this.api = api;
    }

    @Override
    protected MockResponse onHttpRequest(RecordedRequest request) {
      return api.answer(request);
    }
  }
}
