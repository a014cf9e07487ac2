package io.berth.kubernetes.internal;

import io.berth.inventory.ClusterId;
import io.berth.inventory.ClusterTask;
import io.berth.inventory.SeenNodes;
import io.berth.kubernetes.KubernetesConfig;
import io.berth.platform.OrganizationId;
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
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Follows the nodes of clusters, and what drivers publish of them for claims: each is listed once,
 * page by page, and watched from then on. An informer lists anew by itself where a watch has
 * expired (410) or broke off. What of a node does not matter to us wakes nobody: kubelets write
 * heartbeats all the time.
 *
 * <p>Each list has a client of its own. An informer that is stopped goes on listing for as long as
 * the server says that there is another page, be it for ever, and only a client that is closed ends
 * that.
 */
@ApplicationScoped
public class NodeInformers {

  private static final long NODES_PER_PAGE = 500;

  /** One may have 128 devices, of which each is as long as a node. */
  private static final long SLICES_PER_PAGE = 50;

  private static final long NO_RESYNC = 0;

  /**
   * After so long nodes are listed anew, whatever the watch says: a connection that broke without a
   * word looks like a cluster where nothing happens. Looks go on meanwhile with what is known.
   */
  private static final Duration WATCH_MAX = Duration.ofMinutes(3);

  /**
   * How much of the memory what is kept of clusters may take, and how much of one provider's, in
   * percent. What is read anew beside what is known counts twice; where there is no room for that,
   * it is read in its place.
   */
  private static final long MEMORY_PERCENT = 50;

  private static final long MEMORY_OF_ONE_PERCENT = 40;

  /** How many clusters are read anew at the same time beside what is known of them. */
  private static final int READ_ANEW_MAX = 4;

  private final ConcurrentHashMap<ClusterId, Followed> followed = new ConcurrentHashMap<>();
  private final NodeReader reader;
  private final Shares<OrganizationId> memory =
      new Shares<>(share(MEMORY_PERCENT), share(MEMORY_OF_ONE_PERCENT));
  private final Duration readMax;
  private final Duration watchMax;

  @Inject
  NodeInformers(NodeReader reader, KubernetesConfig config) {
    this(reader, config.lookTimeout(), WATCH_MAX);
  }

  /** Waits so long for nodes to be read, and reads them anew when they are followed for so long. */
  NodeInformers(NodeReader reader, Duration readMax, Duration watchMax) {
    this.reader = reader;
    this.readMax = readMax;
    this.watchMax = watchMax;
  }

  private static long share(long percent) {
    return Runtime.getRuntime().maxMemory() / 100 * percent;
  }

  /**
   * What is followed of a cluster.
   *
   * @param client whose credentials it is followed with
   * @param own the client that it is followed by, which nothing else uses
   * @param begunNanos when it began to be, by a clock that nobody sets
   * @param successor what is to take its place, being read beside it; null while it is young enough
   */
  private record Followed(
      KubernetesClient client,
      KubernetesClient own,
      Set<String> drivers,
      SharedIndexInformer<Node> informer,
      ObservedNodes nodes,
      Optional<SharedIndexInformer<ResourceSlice>> sliceInformer,
      ObservedSlices slices,
      long begunNanos,
      AtomicReference<@Nullable Successor> successor) {

    boolean isOf(KubernetesClient client, Set<String> drivers) {
      return client() == client && drivers().equals(drivers);
    }

    boolean isWatching() {
      return informer.isWatching()
          && sliceInformer.map(SharedIndexInformer::isWatching).orElse(true);
    }

    boolean isOlderThan(Duration age) {
      return System.nanoTime() - begunNanos >= age.toNanos();
    }

    /** Begins to read and to follow; ends when all is read. */
    CompletableFuture<Void> start() {
      // Slices first, so that no node is read without what is published of it.
      return sliceInformer
          .map(slices -> slices.start().thenCompose(done -> informer.start()))
          .orElseGet(informer::start)
          .toCompletableFuture()
          .thenRun(() -> {
            nodes.listed();
            slices.listed();
          });
    }

    void stop() {
      Successor next = successor.getAndSet(null);
      if (next != null) {
        next.followed().stop();
      }
      nodes.close();
      slices.close();
      informer.stop();
      sliceInformer.ifPresent(SharedIndexInformer::stop);
      own.close();
    }
  }

  private record Successor(Followed followed, CompletableFuture<Void> started) {}

  /**
   * The cluster's nodes as they stand, followed from the first call on. Blocks until they are read,
   * as long as a look may take; what is followed for long is read anew beside that, and holds up
   * nobody.
   *
   * @param client as long as it is the same, what is followed is what it would see
   * @param fresh makes another client like it, to follow by
   * @param drivers names of drivers whose devices can be claimed there; where there are none,
   *     resource slices are not asked for
   * @param onlyChanges whether the caller knows what the last call returned: then all of them are
   *     returned only where they were read anew, or very many changed
   * @param onChange told of each change of what is observed, off any event loop
   * @throws KubernetesClientException where they cannot be read or watched
   * @throws UnfitConnectionException as {@code fresh} does
   */
  SeenNodes nodes(
      ClusterTask task,
      KubernetesClient client,
      Supplier<KubernetesClient> fresh,
      Set<String> drivers,
      boolean onlyChanges,
      Consumer<ClusterId> onChange) {
    Followed current = current(task, client, fresh, drivers, onChange);
    Optional<String> tooMuch = current.nodes().tooMuch().or(current.slices()::tooMuch);
    if (tooMuch.isPresent()) {
      stop(task.cluster());
      throw new NodesTooMany(tooMuch.get());
    }
    return onlyChanges ? current.nodes().readChanges() : SeenNodes.all(current.nodes().read());
  }

  /** What is followed of a cluster by now, all of it read. */
  private Followed current(
      ClusterTask task,
      KubernetesClient client,
      Supplier<KubernetesClient> fresh,
      Set<String> drivers,
      Consumer<ClusterId> onChange) {
    ClusterId cluster = task.cluster();
    Followed known = followed.get(cluster);
    if (known != null && known.isOf(client, drivers) && known.isWatching()) {
      if (!known.isOlderThan(watchMax)) {
        return known;
      }
      Successor next = known.successor().get();
      if (next == null && readAnew() >= READ_ANEW_MAX) {
        return known;
      }
      if (next == null) {
        Followed young = follow(task, client, fresh.get(), drivers, onChange);
        known.successor().set(new Successor(young, young.start()));
        return known;
      }
      if (!next.started().isDone() && !next.followed().isOlderThan(readMax)) {
        return known;
      }
      if (next.started().isDone() && !next.started().isCompletedExceptionally()) {
        known.successor().set(null);
        followed.put(cluster, next.followed());
        known.stop();
        return next.followed();
      }
    }
    stop(cluster);
    Followed young = follow(task, client, fresh.get(), drivers, onChange);
    followed.put(cluster, young);
    start(cluster, young);
    return young;
  }

  private long readAnew() {
    return followed.values().stream()
        .map(known -> known.successor().get())
        .filter(next -> next != null && !next.started().isDone())
        .count();
  }

  private void start(ClusterId cluster, Followed young) {
    try {
      young.start().get(readMax.toNanos(), TimeUnit.NANOSECONDS);
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

  /** That a cluster has more nodes, or says more of them, than is kept of one. */
  static final class NodesTooMany extends KubernetesClientException {
    private static final long serialVersionUID = 1;

    NodesTooMany(String message) {
      super(message);
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
      ClusterTask task,
      KubernetesClient client,
      KubernetesClient own,
      Set<String> drivers,
      Consumer<ClusterId> onChange) {
    ClusterId cluster = task.cluster();
    ObservedSlices slices =
        new ObservedSlices(
            drivers, new KeptWeight(ObservedSlices.WEIGHT_MAX, memory, task.provider()));
    ObservedNodes nodes =
        new ObservedNodes(
            reader, slices, new KeptWeight(ObservedNodes.WEIGHT_MAX, memory, task.provider()));
    SharedIndexInformer<Node> informer =
        own.nodes()
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
            tellIf(nodes.isNews(nodes.getKey(node)));
          }

          @Override
          public void onUpdate(Node before, Node after) {
            tellIf(nodes.isNews(nodes.getKey(after)));
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
        own,
        drivers,
        informer,
        nodes,
        drivers.isEmpty()
            ? Optional.empty()
            : Optional.of(
                follow(
                    slices,
                    own,
                    slice -> {
                      if (slices.nodeOf(slice).filter(nodes::isNews).isPresent()) {
                        onChange.accept(cluster);
                      }
                    })),
        slices,
        System.nanoTime(),
        new AtomicReference<>());
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
