package io.berth.sandbox;

import io.berth.audit.AuditKeys;
import io.berth.platform.Secrets;
import io.berth.sandbox.cluster.ClusterBlueprint;
import io.berth.sandbox.cluster.ControlLoop;
import io.berth.sandbox.cluster.SandboxClusters;
import io.berth.sandbox.cluster.SimulatedCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Everything around the service: database, issuer of tokens, providers' clusters. */
public final class Sandbox implements AutoCloseable {

  private static final Duration CONTROL_LOOP_INTERVAL = Duration.ofMillis(250);

  private final SandboxDatabase database;
  private final SandboxIssuer issuer;
  private final String keyset;
  private final String signingKey;
  private final List<SimulatedCluster> clusters;
  private final List<ControlLoop> loops;

  private Sandbox(
      SandboxDatabase database,
      SandboxIssuer issuer,
      String keyset,
      String signingKey,
      List<SimulatedCluster> clusters,
      List<ControlLoop> loops) {
    this.database = database;
    this.issuer = issuer;
    this.keyset = keyset;
    this.signingKey = signingKey;
    this.clusters = clusters;
    this.loops = loops;
  }

  /** Starts everything over a folder, in which all of it survives the end of this process. */
  public static Sandbox start(Path folder) throws IOException {
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    CompletableFuture<SandboxDatabase> database =
        CompletableFuture.supplyAsync(() -> {
          try {
            return SandboxDatabase.start(folder);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    List<SimulatedCluster> clusters = new ArrayList<>();
    List<ControlLoop> loops = new ArrayList<>();
    for (ClusterBlueprint blueprint : SandboxClusters.all()) {
      SimulatedCluster cluster =
          startCluster(folder.resolve("clusters").resolve(blueprint.name()), blueprint);
      clusters.add(cluster);
      loops.add(new ControlLoop(cluster, Clock.systemUTC()).start(CONTROL_LOOP_INTERVAL));
    }
    return new Sandbox(
        database.join(),
        SandboxIssuer.in(folder),
        kept(folder.resolve("keyset.json"), Secrets.freshKeyset()),
        kept(folder.resolve("signing-key"), AuditKeys.freshSigningKey()),
        List.copyOf(clusters),
        List.copyOf(loops));
  }

  /** Its address and token are registered with the service, so both stay what they are. */
  private static SimulatedCluster startCluster(Path state, ClusterBlueprint blueprint)
      throws IOException {
    Files.createDirectories(state);
    Path portFile = state.resolve("port");
    int port = Files.exists(portFile) ? Integer.parseInt(Files.readString(portFile)) : 0;
    SimulatedCluster cluster =
        SimulatedCluster.start(
            blueprint, port, kept(state.resolve("token"), UUID.randomUUID().toString()), state);
    kept(portFile, Integer.toString(cluster.port()));
    return cluster;
  }

  /** The settings that make the service use all of it. */
  public Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>(database.settings());
    settings.putAll(issuer.settings());
    settings.put("berth.platform.secrets.keyset", keyset);
    settings.put("berth.audit.signing-key", signingKey);
    // Nobody waits a minute here to see a checkpoint.
    settings.put("berth.audit.checkpoint-interval", "PT1S");
    settings.put("berth.platform.outbound.allow-private-addresses", "true");
    // So that the control plane of the tests can be registered here, too.
    settings.put("berth.kubernetes.server-version-min", "1.20");
    return Map.copyOf(settings);
  }

  /** What fills the market of a service that runs with {@link #settings()}. */
  public SandboxSeed seed(URI service) {
    return new SandboxSeed(service, issuer, clusters);
  }

  /** The providers' clusters. */
  public List<SimulatedCluster> clusters() {
    return clusters;
  }

  @Override
  public void close() throws IOException {
    loops.forEach(ControlLoop::close);
    clusters.forEach(SimulatedCluster::close);
    database.close();
  }

  /** What a file holds; {@code fresh}, and the file made, where there is none. */
  private static String kept(Path file, String fresh) throws IOException {
    if (Files.exists(file)) {
      return Files.readString(file);
    }
    // Written beside it and moved, so that a start that is cut short leaves nothing half written.
    Path written = Files.createTempFile(file.getParent(), "new", "");
    Files.writeString(written, fresh);
    Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    return fresh;
  }
}
