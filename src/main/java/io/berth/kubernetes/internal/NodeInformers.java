package io.berth.kubernetes.internal;

import io.berth.inventory.ClusterId;
import io.berth.inventory.NodeObservation;
import io.berth.kubernetes.KubernetesConfig;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Follows the nodes of clusters, and what drivers publish of them for claims: each is listed once,
 * page by page, and watched from then on. An informer lists anew by itself where a watch has
 * expired (410) or broke off. What of a node does not matter to us wakes nobody: kubelets write
 * heartbeats all the time.
 */
@ApplicationScoped
public class NodeInformers {

  private static final long NODES_PER_PAGE = 500;

  /** One may have 128 devices, of which each is as long as a node. */
  private static final long SLICES_PER_PAGE = 50;

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
      Set<String> drivers,
      SharedIndexInformer<Node> informer,
      ObservedNodes nodes,
      Optional<SharedIndexInformer<ResourceSlice>> sliceInformer,
      ObservedSlices slices,
      long startedNanos) {

    boolean isFresh() {
      return informer.isWatching()
          && sliceInformer.map(SharedIndexInformer::isWatching).orElse(true)
          && System.nanoTime() - startedNanos < WATCH_MAX.toNanos();
    }

    void stop() {
      informer.stop();
      sliceInformer.ifPresent(SharedIndexInformer::stop);
    }
  }

  /**
   * The cluster's nodes as they stand, followed from the first call on. Blocks until they are read,
   * as long as a look may take.
   *
   * @param drivers names of drivers whose devices can be claimed there; where there are none,
   *     resource slices are not asked for
   * @param onChange told of each change of what is observed, off any event loop
   * @throws KubernetesClientException where they cannot be read or watched
   */
  List<NodeObservation> nodes(
      ClusterId cluster,
      KubernetesClient client,
      Set<String> drivers,
      Consumer<ClusterId> onChange) {
    Followed known = followed.get(cluster);
    if (known != null
        && known.client() == client
        && known.drivers().equals(drivers)
        && known.isFresh()) {
      return checked(cluster, known);
    }
    stop(cluster);
    Followed fresh = follow(cluster, client, drivers, onChange);
    followed.put(cluster, fresh);
    long deadlineNanos = System.nanoTime() + readMax.toNanos();
    // First, so that no node is read without what is published of it.
    fresh.sliceInformer().ifPresent(slices -> start(cluster, slices, deadlineNanos));
    start(cluster, fresh.informer(), deadlineNanos);
    return checked(cluster, fresh);
  }

  private void start(ClusterId cluster, SharedIndexInformer<?> informer, long deadlineNanos) {
    try {
      informer
          .start()
          .toCompletableFuture()
          .get(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
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
  }

  private List<NodeObservation> checked(ClusterId cluster, Followed known) {
    if (known.nodes().isTooMany() || known.slices().isTooMany()) {
      stop(cluster);
      throw new NodesTooMany();
    }
    return known.nodes().read();
  }

  /** That a cluster has more nodes than are kept of one. */
  static final class NodesTooMany extends KubernetesClientException {
    private static final long serialVersionUID = 1;

    NodesTooMany() {
      super(
          "The cluster has more than %d nodes, or more than %d resource slices of them."
              .formatted(ObservedNodes.NODES_MAX, ObservedSlices.SLICES_MAX));
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
      known.stop();
    }
  }

  @PreDestroy
  void stopAll() {
    retain(Set.of());
  }

  private Followed follow(
      ClusterId cluster,
      KubernetesClient client,
      Set<String> drivers,
      Consumer<ClusterId> onChange) {
    ObservedSlices slices = new ObservedSlices(drivers);
    ObservedNodes nodes = new ObservedNodes(reader, slices);
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
    return new Followed(
        client,
        drivers,
        informer,
        nodes,
        drivers.isEmpty()
            ? Optional.empty()
            : Optional.of(
                follow(
                    slices,
                    client,
                    slice -> {
                      if (slices.nodeOf(slice).filter(nodes::isNews).isPresent()) {
                        onChange.accept(cluster);
                      }
                    })),
        slices,
        System.nanoTime());
  }

  /**
   * Follows resource slices.
   *
   * @param onChange told of each, once it is kept as it is now
   */
  private static SharedIndexInformer<ResourceSlice> follow(
      ObservedSlices slices, KubernetesClient client, Consumer<ResourceSlice> onChange) {
    SharedIndexInformer<ResourceSlice> informer =
        client
            .resources(ResourceSlice.class)
            .withLimit(SLICES_PER_PAGE)
            .runnableInformer(NO_RESYNC)
            .removeNamespaceIndex()
            .itemStore(slices)
            .exceptionHandler((started, failure) -> started);
    informer.addEventHandler(
        new ResourceEventHandler<>() {
          @Override
          public void onAdd(ResourceSlice slice) {
            onChange.accept(slice);
          }

          @Override
          public void onUpdate(ResourceSlice before, ResourceSlice after) {
            // Of another node than before, perhaps.
            onChange.accept(before);
            onChange.accept(after);
          }

          @Override
          public void onDelete(ResourceSlice slice, boolean unknown) {
            onChange.accept(slice);
          }
        });
    return informer;
  }
}
