package io.berth.kubernetes.internal;

import io.berth.kubernetes.domain.NodeMarks;
import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseDelivery.LeasedNode;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Puts a lease's marks on its nodes, and takes them off those that it has no more. Blocks. */
final class MarkedNodes {

  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;

  private final KubernetesClient client;
  private final LeaseDelivery lease;
  private final Pages pages;

  MarkedNodes(KubernetesClient client, LeaseDelivery lease, Pages pages) {
    this.client = client;
    this.lease = lease;
    this.pages = pages;
  }

  /**
   * Brings the marks in line with what the lease has. An account that may not do it is told so by
   * the cluster's conditions, and what runs goes on.
   */
  void keep() {
    Map<String, Node> marked = new HashMap<>();
    marked().forEach(node -> marked.put(node.getMetadata().getName(), node));
    try {
      for (LeasedNode leased : lease.nodes()) {
        Node found = marked.remove(leased.node().name());
        if (leased.slots() > 0) {
          mark(leased, found == null ? find(leased.node().name()) : found);
        } else if (found != null) {
          unmark(found);
        }
      }
      marked.values().forEach(this::unmark);
    } catch (KubernetesClientException e) {
      if (e.getCode() != FORBIDDEN) {
        throw e;
      }
    }
  }

  /**
   * Takes all of a lease's marks off.
   *
   * @return whether none is left
   */
  boolean remove() {
    List<Node> marked = marked();
    marked.forEach(this::unmark);
    return marked.isEmpty() || marked().isEmpty();
  }

  private List<Node> marked() {
    return pages.all(
        client.nodes().withLabel(NodeMarks.label(lease.id())), UnaryOperator.identity());
  }

  private @Nullable Node find(String name) {
    return client.nodes().withName(name).get();
  }

  private void mark(LeasedNode leased, @Nullable Node found) {
    if (found != null) {
      NodeMarks.toMark(lease, leased, found).ifPresent(change -> patch(found, change));
    }
  }

  private void unmark(Node found) {
    patch(found, NodeMarks.toUnmark(lease.id(), found));
  }

  private void patch(Node found, Map<String, Object> change) {
    try {
      client
          .nodes()
          .withName(found.getMetadata().getName())
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              client.getKubernetesSerialization().asJson(change));
    } catch (KubernetesClientException e) {
      // Somebody changed or removed it in this moment: the next step looks again.
      if (e.getCode() != CONFLICT && e.getCode() != NOT_FOUND) {
        throw e;
      }
    }
  }
}
