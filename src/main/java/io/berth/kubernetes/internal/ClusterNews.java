package io.berth.kubernetes.internal;

import io.berth.inventory.ClusterId;
import io.berth.inventory.ClusterWork;
import io.berth.platform.OutboxConsumer;
import io.berth.platform.OutboxEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;

/** Looks at a new cluster at once, and lets go of one that left. */
@ApplicationScoped
public class ClusterNews implements OutboxConsumer {

  private static final String REGISTERED = "cluster.registered";
  private static final String CHANGED = "cluster.changed";

  private final ClusterWork work;
  private final ClusterWatch watch;
  private final ClusterConnections connections;

  ClusterNews(ClusterWork work, ClusterWatch watch, ClusterConnections connections) {
    this.work = work;
    this.watch = watch;
    this.connections = connections;
  }

  @Override
  public String name() {
    return "kubernetes.clusters";
  }

  @Override
  public Set<String> types() {
    return Set.of(REGISTERED, CHANGED);
  }

  @Override
  public Uni<Void> handle(OutboxEvent event) {
    ClusterId cluster = ClusterId.fromString(event.subject());
    if (event.type().equals(REGISTERED)) {
      return work.dueFirst(cluster).chain(watch::lookAtDue);
    }
    if (event.payload().path("state").asText().equals("retired")) {
      // Other replicas close theirs when it has gone unused for a while.
      connections.close(cluster);
    }
    return Uni.createFrom().voidItem();
  }
}
