package io.berth.kubernetes.internal;

import io.berth.inventory.ClusterAccess;
import io.berth.inventory.ClusterCredentials;
import io.berth.inventory.ClusterId;
import io.berth.inventory.ServerCheck;
import io.berth.kubernetes.KubernetesConfig;
import io.berth.kubernetes.domain.ServerVersion;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;

/**
 * Asks a server for its version before it is registered. Of what it answers only the two numbers of
 * a version get any further, and how it fails is not told, so that nobody reads anything else
 * through this.
 */
@ApplicationScoped
public class VersionCheck implements ServerCheck {

  private static final Logger LOG = Logger.getLogger(VersionCheck.class);

  private final ClusterConnections connections;
  private final ClusterThreads threads;
  private final Vertx vertx;
  private final KubernetesConfig config;
  private final Semaphore places;

  VersionCheck(
      ClusterConnections connections,
      ClusterThreads threads,
      Vertx vertx,
      KubernetesConfig config) {
    this.connections = connections;
    this.threads = threads;
    this.vertx = vertx;
    this.config = config;
    places = new Semaphore(config.registrationChecksAtOnceMax());
  }

  @Override
  public Uni<Optional<String>> refusal(URI server, ClusterCredentials credentials) {
    Context context = vertx.getOrCreateContext();
    Executor onContext = command -> context.runOnContext(ignored -> command.run());
    // Under an id that nothing is kept for.
    ClusterAccess access = new ClusterAccess(ClusterId.fresh(), server, credentials, 0);
    return Uni.createFrom()
        .item(() -> ask(access))
        .runSubscriptionOn(threads)
        .ifNoItem()
        .after(config.registrationCheckMax())
        .recoverWithItem(Optional::empty)
        .emitOn(onContext);
  }

  /** Blocks, longer than anybody waits for it where the server is slow: a place is kept so long. */
  private Optional<String> ask(ClusterAccess access) {
    if (!places.tryAcquire()) {
      return Optional.empty();
    }
    try (KubernetesClient client = connections.unkept(access)) {
      ServerVersion oldest = ServerVersion.parse(config.serverVersionMin()).orElseThrow();
      return Optional.ofNullable(ClusterLook.version(client))
          .flatMap(ServerVersion::parse)
          .filter(version -> !version.isAtLeast(oldest))
          .map(version -> version.tooOld(oldest));
    } catch (RuntimeException e) {
      LOG.debugf(e, "A server that is to be registered could not be asked for its version");
      return Optional.empty();
    } finally {
      places.release();
    }
  }
}
