package io.berth.kubernetes.internal;

import io.berth.audit.AuditTrail;
import io.berth.inventory.ClusterAccess;
import io.berth.inventory.ClusterId;
import io.berth.inventory.ClusterWork;
import io.berth.kubernetes.KubernetesConfig;
import io.berth.kubernetes.domain.Kubeconfig;
import io.berth.kubernetes.domain.LeaseManifests;
import io.berth.kubernetes.domain.Marks;
import io.berth.leasing.Lease;
import io.berth.leasing.LeaseId;
import io.berth.leasing.LeaseState;
import io.berth.leasing.Leases;
import io.berth.platform.Database;
import io.berth.platform.ProblemException;
import io.berth.platform.ProblemType;
import io.berth.platform.Scope;
import io.berth.platform.Tx;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * Lets a tenant look into its lease's namespace: a token for the account there that may look on,
 * made by the cluster for this one request and kept nowhere.
 */
@ApplicationScoped
public class LeaseAccess {

  private static final Duration RETRY = Duration.ofSeconds(5);

  /** The shortest that a cluster makes a token for. */
  private static final Duration LIFETIME_MIN = Duration.ofMinutes(10);

  private final Leases leases;
  private final ClusterWork clusters;
  private final ClusterConnections connections;
  private final AuditTrail audit;
  private final Database database;
  private final ClusterThreads threads;
  private final Vertx vertx;
  private final KubernetesConfig config;
  private final Clock clock;
  private final Shares<ClusterId> places;

  LeaseAccess(
      Leases leases,
      ClusterWork clusters,
      ClusterConnections connections,
      AuditTrail audit,
      Database database,
      ClusterThreads threads,
      Vertx vertx,
      KubernetesConfig config,
      Clock clock) {
    this.leases = leases;
    this.clusters = clusters;
    this.connections = connections;
    this.audit = audit;
    this.database = database;
    this.threads = threads;
    this.vertx = vertx;
    this.config = config;
    this.clock = clock;
    places = new Shares<>(config.tokensAtOnceMax(), config.tokensOfOneMax());
  }

  private record Granted(String kubeconfig, String expiresAt) {}

  /**
   * A kubeconfig for the namespace of a lease, good for a while.
   *
   * @return fails with {@link ProblemException}: 404 where the scope's organization has no such
   *     lease, 409 where it is not active, 503 where the cluster does not answer or refuses
   */
  Uni<String> kubeconfig(Scope scope, LeaseId id) {
    Context context = vertx.getOrCreateContext();
    Executor onContext = command -> context.runOnContext(ignored -> command.run());
    return leases
        .get(scope, id)
        .invoke(lease -> requireActive(scope, lease))
        .chain(lease ->
            clusters
                .access(lease.cluster())
                .emitOn(threads)
                .map(access -> grant(lease, access))
                .emitOn(onContext))
        .call(granted ->
            database.sql(
                scope,
                connection ->
                    audit.append(
                        Tx.of(connection),
                        scope,
                        "lease.kubeconfig",
                        id,
                        Map.of("expiresAt", granted.expiresAt()))))
        .map(Granted::kubeconfig);
  }

  private static void requireActive(Scope scope, Lease lease) {
    // The provider sees the lease too, but what runs in it is its tenant's.
    if (scope.organization().filter(lease.tenant()::equals).isEmpty()) {
      throw ProblemException.notFound("lease of your organization", lease.id());
    }
    if (lease.state() != LeaseState.ACTIVE) {
      throw ProblemException.conflict(
          "The lease is "
              + lease.state().name().toLowerCase(Locale.ROOT)
              + ": only an active one has a namespace to look into.");
    }
  }

  /** Asks the cluster; blocks. */
  private Granted grant(Lease lease, ClusterAccess access) {
    if (!places.take(access.cluster(), 1)) {
      throw unavailable("Too many tokens are being made at the moment.");
    }
    try {
      TokenRequest made =
          connections
              .client(access)
              .serviceAccounts()
              .inNamespace(Marks.namespace(lease.id()))
              .withName(LeaseManifests.TENANT_ACCOUNT)
              .tokenRequest(
                  new TokenRequestBuilder()
                      .withNewSpec()
                      .withExpirationSeconds(lifetime(lease).toSeconds())
                      .endSpec()
                      .build());
      return new Granted(
          Kubeconfig.of(
              lease.id(),
              access.server(),
              access.credentials().caCertificate(),
              made.getStatus().getToken()),
          made.getStatus().getExpirationTimestamp());
    } catch (UnfitConnectionException e) {
      throw unavailable("The lease's cluster cannot be called: " + e.getMessage());
    } catch (KubernetesClientException e) {
      throw unavailable(Obstacle.of(e).message());
    } finally {
      places.giveBack(access.cluster(), 1);
    }
  }

  /**
   * Not beyond the lease, as far as clusters make tokens for so short a time; with the lease's end
   * the account goes, and every token with it.
   */
  private Duration lifetime(Lease lease) {
    Instant now = clock.instant();
    Duration left = Duration.between(now, lease.endsAt());
    Duration wanted = config.tokenLifetime();
    Duration shorter = left.compareTo(wanted) < 0 ? left : wanted;
    return shorter.compareTo(LIFETIME_MIN) < 0 ? LIFETIME_MIN : shorter;
  }

  private static ProblemException unavailable(String detail) {
    return new ProblemException(ProblemType.UNAVAILABLE, detail).retryAfter(RETRY);
  }
}
