package io.berth.kubernetes.internal;

import io.berth.inventory.ClusterAccess;
import io.berth.inventory.ClusterCredentials;
import io.berth.inventory.ClusterId;
import io.berth.kubernetes.KubernetesConfig;
import io.berth.platform.OutboundAddresses;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Connections to providers' clusters, one each, made from what the provider gave and from nothing
 * of this machine: no kubeconfig, no environment, no service account, no proxy.
 */
@ApplicationScoped
public class ClusterConnections {

  private final ConcurrentHashMap<ClusterId, Entry> open = new ConcurrentHashMap<>();
  private final OutboundAddresses addresses;
  private final Vertx vertx;
  private final KubernetesConfig config;
  private final Clock clock;

  ClusterConnections(
      OutboundAddresses addresses, Vertx vertx, KubernetesConfig config, Clock clock) {
    this.addresses = addresses;
    this.vertx = vertx;
    this.config = config;
    this.clock = clock;
  }

  private record Entry(ClusterAccess access, KubernetesClient client, Instant usedAt) {
    Entry used(Instant now) {
      return new Entry(access, client, now);
    }
  }

  /**
   * The client for a cluster, kept until the credentials change or it goes unused. Its calls block:
   * not for the event loop, nor inside a transaction. The address is checked anew each time, which
   * blocks too.
   *
   * @throws UnfitConnectionException where the address may not be called or the credentials cannot
   *     be used
   */
  KubernetesClient client(ClusterAccess access) {
    requireAllowed(access);
    Instant now = clock.instant();
    Entry entry =
        open.compute(
            access.cluster(),
            (cluster, known) -> {
              if (known != null && isFor(known, access)) {
                return known.used(now);
              }
              Entry fresh = new Entry(access, connect(access, vertx, config), now);
              close(known);
              return fresh;
            });
    return entry.client();
  }

  /**
   * A client that the caller closes, for a server that is not registered yet. Otherwise as {@link
   * #client}.
   */
  KubernetesClient unkept(ClusterAccess access) {
    requireAllowed(access);
    return connect(access, vertx, config);
  }

  private void requireAllowed(ClusterAccess access) {
    Optional<String> refusal = addresses.refusal(access.server());
    if (refusal.isPresent()) {
      throw new UnfitConnectionException(
          "AddressRefused", "The address is not called: it " + refusal.get() + ".");
    }
  }

  /** Closes a cluster's connection; nothing where there is none. */
  void close(ClusterId cluster) {
    close(open.remove(cluster));
  }

  /** Closes what has not been used for a while. */
  void closeIdle() {
    closeIdle(Set.of());
  }

  /**
   * The same but for some.
   *
   * @param inUse clusters that are followed or looked at, whatever the time
   */
  void closeIdle(Set<ClusterId> inUse) {
    Instant limit = clock.instant().minus(config.connectionIdleMax());
    open.values()
        .removeIf(entry -> {
          boolean idle =
              entry.usedAt().isBefore(limit) && !inUse.contains(entry.access().cluster());
          if (idle) {
            close(entry);
          }
          return idle;
        });
  }

  @PreDestroy
  void closeAll() {
    open.values().forEach(ClusterConnections::close);
    open.clear();
  }

  private static boolean isFor(Entry entry, ClusterAccess access) {
    return entry.access().credentialsVersion() == access.credentialsVersion()
        && entry.access().server().equals(access.server());
  }

  private static void close(@Nullable Entry entry) {
    if (entry != null) {
      entry.client().close();
    }
  }

  /** A new client, whose address nobody has checked. */
  static KubernetesClient connect(ClusterAccess access, Vertx vertx, KubernetesConfig config) {
    TlsMaterial tls = TlsMaterial.of(access.credentials());
    // Starting from an empty configuration keeps what lies on this machine out.
    ConfigBuilder settings =
        new ConfigBuilder(Config.empty())
            .withAutoConfigure(false)
            .withMasterUrl(access.server().toString())
            .withConnectionTimeout(Math.toIntExact(config.connectTimeout().toMillis()))
            .withRequestTimeout(Math.toIntExact(config.requestTimeout().toMillis()))
            // The next look is the retry.
            .withRequestRetryBackoffLimit(0);
    if (access.credentials() instanceof ClusterCredentials.Token token) {
      settings.withOauthToken(token.token());
    }
    return new KubernetesClientBuilder()
        .withConfig(settings.build())
        .withHttpClientFactory(new DirectHttpClientFactory(vertx))
        .withHttpClientBuilderConsumer(builder ->
            builder
                .sslContext(tls.keys(), tls.trust())
                .addOrReplaceInterceptor(
                    AnswerLimit.class.getName(), new AnswerLimit(config.answerMax().asLongValue())))
        .build();
  }
}
