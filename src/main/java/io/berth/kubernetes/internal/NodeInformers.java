package io.berth.kubernetes.internal;

import io.berth.inventory.ClusterId;
import io.berth.inventory.NodeObservation;
import io.berth.kubernetes.KubernetesConfig;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Follows the nodes of clusters: each is listed once, page by page, and watched from then on. An
 * informer lists anew by itself where a watch has expired (410) or broke off. What of a node does
 * not matter to us wakes nobody: kubelets write heartbeats all the time.
 */
@ApplicationScoped
public class NodeInformers {

  private static final long NODES_PER_PAGE = 500;
  private static final long NO_RESYNC = 0;

  /**
   * After so long nodes are listed anew, whatever the watch says: a connection that broke without a
   * word looks like a cluster where nothing happens.
   */
  private static final Duration WATCH_MAX = Duration.ofMinutes(3);

  private final ConcurrentHashMap<ClusterId, Followed> followed = new ConcurrentHashMap<>();
  private final NodeReader reader;
  private final Duration readMax;

  @Inject
  NodeInformers(NodeReader reader, KubernetesConfig config) {
    this(reader, config.lookTimeout());
  }

  /** Waits so long for nodes to be read. */
  NodeInformers(NodeReader reader, Duration readMax) {
    this.reader = reader;
    this.readMax = readMax;
  }

  private record Followed(
      KubernetesClient client,
      SharedIndexInformer<Node> informer,
      ObservedNodes nodes,
      long startedNanos) {

    boolean isFresh() {
      return informer.isWatching() && System.nanoTime() - startedNanos < WATCH_MAX.toNanos();
    }
  }

  /**
   * The cluster's nodes as they stand, followed from the first call on. Blocks until they are read,
   * as long as a look may take.
   *
   * @param onChange told of each change of what is observed, off any event loop
   * @throws KubernetesClientException where they cannot be read or watched
   */
  List<NodeObservation> nodes(
      ClusterId cluster, KubernetesClient client, Consumer<ClusterId> onChange) {
    Followed known = followed.get(cluster);
    if (known != null && known.client() == client && known.isFresh()) {
      return checked(cluster, known.nodes());
    }
    stop(cluster);
    Followed fresh = follow(cluster, client, onChange);
    followed.put(cluster, fresh);
    try {
      fresh.informer().start().toCompletableFuture().get(readMax.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stop(cluster);
      throw new KubernetesClientException("Interrupted while the nodes were read.", e);
    } catch (TimeoutException e) {
      stop(cluster);
      throw new NodesTooSlow(e);
    } catch (ExecutionException e) {
      stop(cluster);
      throw e.getCause() instanceof KubernetesClientException refused
          ? refused
          : new KubernetesClientException("The nodes could not be read.", e);
    }
    return checked(cluster, fresh.nodes());
  }

  private List<NodeObservation> checked(ClusterId cluster, ObservedNodes nodes) {
    if (nodes.isTooMany()) {
      stop(cluster);
      throw new NodesTooMany();
    }
    return nodes.read();
  }

  /** That a cluster has more nodes than are kept of one. */
  static final class NodesTooMany extends KubernetesClientException {
    private static final long serialVersionUID = 1;

    NodesTooMany() {
      super("The cluster has more than " + ObservedNodes.NODES_MAX + " nodes.");
    }
  }

  /** That the nodes could not all be read in the time allowed. */
  static final class NodesTooSlow extends KubernetesClientException {
    private static final long serialVersionUID = 1;

    NodesTooSlow(Throwable cause) {
      super("The nodes could not all be read in the time allowed.", cause);
    }
  }

  /** Follows no clusters but these. */
  void retain(Set<ClusterId> clusters) {
    followed.keySet().stream()
        .filter(cluster -> !clusters.contains(cluster))
        .toList()
        .forEach(this::stop);
  }

  /** Follows a cluster no more; nothing where it is not followed. */
  void stop(ClusterId cluster) {
    Followed known = followed.remove(cluster);
    if (known != null) {
      known.informer().stop();
    }
  }

  @PreDestroy
  void stopAll() {
    retain(Set.of());
  }

  private Followed follow(
      ClusterId cluster, KubernetesClient client, Consumer<ClusterId> onChange) {
    ObservedNodes nodes = new ObservedNodes(reader);
    SharedIndexInformer<Node> informer =
        client
            .nodes()
            .withLimit(NODES_PER_PAGE)
            .runnableInformer(NO_RESYNC)
            .removeNamespaceIndex()
            .itemStore(nodes)
            // The first failure is told by the start; later ones are tried again with back-off.
            .exceptionHandler((started, failure) -> started);
    informer.addEventHandler(
        new ResourceEventHandler<>() {
          @Override
          public void onAdd(Node node) {
            tellIf(nodes.isNews(node));
          }

          @Override
          public void onUpdate(Node before, Node after) {
            tellIf(nodes.isNews(after));
          }

          @Override
          public void onDelete(Node node, boolean unknown) {
            tellIf(nodes.isLost(node));
          }

          private void tellIf(boolean news) {
            if (news) {
              onChange.accept(cluster);
            }
          }
        });
    return new Followed(client, informer, nodes, System.nanoTime());
  }
}
