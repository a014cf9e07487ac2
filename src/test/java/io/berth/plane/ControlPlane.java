package io.berth.plane;

import static org.awaitility.Awaitility.await;

import io.berth.sandbox.cluster.LocalCertificate;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * A real Kubernetes control plane on 127.0.0.1: etcd, API server, controller manager and scheduler,
 * each a process, with role-based access control. It has no kubelets; {@link FakeKubelet} stands in
 * for them.
 *
 * <p>The life of nodes is not watched, so they need no heartbeats.
 */
public final class ControlPlane implements AutoCloseable {

  /** Who shows {@link #clientCertificate()}. */
  public static final String CERTIFICATE_USER = "berth-by-certificate";

  private static final String HOST = "127.0.0.1";
  private static final Duration START_MAX = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(50);

  /** Below what the system gives to outgoing connections, so that a port stays free in a pause. */
  private static final int PORT_MIN = 20_000;

  private static final int PORT_MAX = 32_000;
  private static final Set<Integer> PORTS_GIVEN = new HashSet<>();

  private static ControlPlane shared;

  private final Path folder;
  private final ControlPlanePrograms programs;
  private final int port = freePort();
  private final LocalCertificate certificate = LocalCertificate.generate("kube-apiserver");
  private final LocalCertificate clientCertificate = LocalCertificate.generate(CERTIFICATE_USER);
  private final String adminToken = freshToken();
  private final List<ControlPlaneProcess> processes = new ArrayList<>();
  private final ControlPlaneProcess apiServer;
  private final List<ControlPlaneProcess> controllers;

  private ControlPlane(Path folder, ControlPlanePrograms programs) throws IOException {
    this.folder = folder;
    this.programs = programs;
    int etcdPort = freePort();
    String managerToken = freshToken();
    String schedulerToken = freshToken();
    write("apiserver.crt", certificate.certificatePem());
    write("apiserver.key", certificate.keyPem());
    // It is its own authority.
    write("clients.crt", clientCertificate.certificatePem());
    // Only its key is used, to sign and check the tokens of service accounts.
    LocalCertificate accounts = LocalCertificate.generate("service-accounts");
    write("accounts.crt", accounts.certificatePem());
    write("accounts.key", accounts.keyPem());
    write(
        "tokens.csv",
        """
        %s,admin,admin,system:masters
        %s,system:kube-controller-manager,manager
        %s,system:kube-scheduler,scheduler
        """
            .formatted(adminToken, managerToken, schedulerToken));
    write("admin.kubeconfig", kubeconfig(adminToken));
    write("manager.kubeconfig", kubeconfig(managerToken));
    write("scheduler.kubeconfig", kubeconfig(schedulerToken));
    processes.add(process("etcd", etcd(etcdPort)));
    apiServer = process("kube-apiserver", apiServer(etcdPort));
    processes.add(apiServer);
    controllers =
        List.of(
            process("kube-controller-manager", controllerManager()),
            process("kube-scheduler", scheduler()));
    processes.addAll(controllers);
  }

  /**
   * The one that tests share, running; it ends with this virtual machine. Tests leave it as they
   * found it, or at least nothing in it that others would stumble over.
   */
  public static synchronized ControlPlane shared() {
    if (shared == null) {
      shared = startTemporary();
    }
    return shared;
  }

  /** Starts one of a test's own in a new folder. */
  public static ControlPlane startTemporary() {
    try {
      ControlPlanePrograms programs = ControlPlanePrograms.find();
      ControlPlane plane =
          new ControlPlane(Files.createTempDirectory("control-plane").toAbsolutePath(), programs);
      Runtime.getRuntime().addShutdownHook(new Thread(plane::close, "stop-control-plane"));
      plane.start();
      return plane;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void start() {
    // Controllers that find no API server within ten seconds end.
    processes.stream()
        .filter(process -> !controllers.contains(process))
        .forEach(ControlPlaneProcess::start);
    awaitAnswers();
    controllers.forEach(ControlPlaneProcess::start);
    // The controller manager makes it in every namespace; pods need it.
    try (KubernetesClient admin = admin()) {
      awaitRunning(
          processes,
          () -> admin.serviceAccounts().inNamespace("default").withName("default").get() != null);
    }
  }

  /** Where its API is. */
  public String url() {
    return "https://" + HOST + ":" + port;
  }

  /** What its certificate is checked against, as PEM. */
  public String caCertificatePem() {
    return certificate.certificatePem();
  }

  /** What {@link #CERTIFICATE_USER} is known by; that user may do nothing until it is granted. */
  public LocalCertificate clientCertificate() {
    return clientCertificate;
  }

  /** A client that may do everything. */
  public KubernetesClient admin() {
    return client(adminToken);
  }

  /**
   * What lets a shell's {@code kubectl} do everything: that of the same version, where there is one
   * beside the other programs.
   *
   * @param home where kubectl keeps what it remembers
   */
  public Map<String, String> kubectlEnvironment(Path home) {
    return Map.of(
        "KUBECONFIG", folder.resolve("admin.kubeconfig").toString(),
        "PATH", programs.folder() + File.pathSeparator + System.getenv("PATH"),
        "HOME", home.toString());
  }

  /** A client with somebody's token. */
  public KubernetesClient client(String token) {
    return client(token, request -> {});
  }

  /**
   * The same, with something that happens before a request is sent.
   *
   * @param before given each request; what it throws the caller of the client gets
   */
  public KubernetesClient client(String token, Consumer<HttpRequest> before) {
    Config config =
        new ConfigBuilder(Config.empty())
            .withAutoConfigure(false)
            .withMasterUrl(url())
            .withCaCertData(base64(caCertificatePem()))
            .withOauthToken(token)
            .withRequestRetryBackoffLimit(0)
            .build();
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withHttpClientBuilderConsumer(builder ->
            builder.addOrReplaceInterceptor(
                "before",
                new Interceptor() {
                  @Override
                  public void before(BasicBuilder request, HttpRequest asked, RequestTags tags) {
                    before.accept(asked);
                  }
                }))
        .build();
  }

  /** Kills the API server, without warning; what it had acknowledged is in etcd. */
  public void killApiServer() {
    apiServer.kill();
  }

  /**
   * Starts the API server again at the same address and waits until it is ready; does nothing where
   * it runs. Controllers and scheduler start anew with it: after an outage they would wait for up
   * to a minute before they look again, and those that had just started have ended.
   */
  public void startApiServer() {
    if (apiServer.isRunning()) {
      return;
    }
    controllers.forEach(ControlPlaneProcess::kill);
    apiServer.start();
    awaitAnswers();
    controllers.forEach(ControlPlaneProcess::start);
  }

  private void awaitAnswers() {
    try (KubernetesClient admin = admin()) {
      awaitRunning(List.of(apiServer), () -> "ok".equals(admin.raw("/readyz")));
    }
  }

  private interface Check {
    boolean holds();
  }

  private static void awaitRunning(List<ControlPlaneProcess> running, Check check) {
    await()
        .atMost(START_MAX)
        .pollInterval(POLL)
        .failFast(() -> running.forEach(ControlPlaneProcess::assertRunning))
        .until(() -> {
          try {
            return check.holds();
          } catch (KubernetesClientException e) {
            return false;
          }
        });
  }

  /** Ends all processes and forgets everything. */
  @Override
  public void close() {
    processes.reversed().forEach(ControlPlaneProcess::kill);
  }

  private List<String> etcd(int clientPort) {
    String client = "http://" + HOST + ":" + clientPort;
    String peer = "http://" + HOST + ":" + freePort();
    return List.of(
        programs.path("etcd"),
        "--name=test",
        "--data-dir=" + folder.resolve("etcd"),
        "--unsafe-no-fsync=true",
        "--listen-client-urls=" + client,
        "--advertise-client-urls=" + client,
        "--listen-peer-urls=" + peer,
        "--initial-advertise-peer-urls=" + peer,
        "--initial-cluster=test=" + peer,
        "--log-level=warn");
  }

  private List<String> apiServer(int etcdPort) {
    return List.of(
        programs.path("kube-apiserver"),
        "--etcd-servers=http://" + HOST + ":" + etcdPort,
        "--bind-address=" + HOST,
        "--secure-port=" + port,
        "--advertise-address=" + HOST,
        "--endpoint-reconciler-type=none",
        "--service-cluster-ip-range=10.0.0.0/24",
        "--tls-cert-file=" + folder.resolve("apiserver.crt"),
        "--tls-private-key-file=" + folder.resolve("apiserver.key"),
        "--client-ca-file=" + folder.resolve("clients.crt"),
        "--token-auth-file=" + folder.resolve("tokens.csv"),
        "--authorization-mode=RBAC",
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-account-signing-key-file=" + folder.resolve("accounts.key"),
        "--service-account-key-file=" + folder.resolve("accounts.crt"),
        "--disable-admission-plugins=TaintNodesByCondition",
        "--cert-dir=" + folder.resolve("certificates"));
  }

  private List<String> controllerManager() {
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of(
            programs.path("kube-controller-manager"),
            "--kubeconfig=" + folder.resolve("manager.kubeconfig"),
            "--leader-elect=false",
            "--use-service-account-credentials=true",
            "--controllers=*,-nodelifecycle",
            "--service-account-private-key-file=" + folder.resolve("accounts.key"),
            "--root-ca-file=" + folder.resolve("apiserver.crt"),
            // Made for clusters that have minutes; tests have seconds.
            "--kube-api-qps=1000",
            "--kube-api-burst=1000",
            "--concurrent-namespace-syncs=20"));
    command.addAll(listening());
    return command;
  }

  private List<String> scheduler() {
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of(
            programs.path("kube-scheduler"),
            "--kubeconfig=" + folder.resolve("scheduler.kubeconfig"),
            "--leader-elect=false",
            "--kube-api-qps=500",
            "--kube-api-burst=500"));
    command.addAll(listening());
    return command;
  }

  private List<String> listening() {
    List<String> flags = new ArrayList<>();
    flags.add("--bind-address=" + HOST);
    flags.add("--secure-port=" + freePort());
    flags.add("--cert-dir=" + folder.resolve("certificates"));
    if (programs.minorVersion() < ControlPlanePrograms.WITHOUT_INSECURE_PORT) {
      flags.add("--port=0");
    }
    return flags;
  }

  private ControlPlaneProcess process(String name, List<String> command) {
    return new ControlPlaneProcess(name, command, folder.resolve(name + ".log"));
  }

  private String kubeconfig(String token) {
    return """
    apiVersion: v1
    kind: Config
    current-context: test
    clusters: [{name: test, cluster: {server: "%s", certificate-authority-data: "%s"}}]
    contexts: [{name: test, context: {cluster: test, user: test}}]
    users: [{name: test, user: {token: "%s"}}]
    """
        .formatted(url(), base64(caCertificatePem()), token);
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String freshToken() {
    return UUID.randomUUID().toString();
  }

  private static synchronized int freePort() {
    while (true) {
      int candidate = ThreadLocalRandom.current().nextInt(PORT_MIN, PORT_MAX);
      try (ServerSocket probe = new ServerSocket(candidate, 1, InetAddress.getByName(HOST))) {
        if (PORTS_GIVEN.add(probe.getLocalPort())) {
          return candidate;
        }
      } catch (IOException e) {
        // Taken; another one then.
      }
    }
  }
}
