package io.berth.sandbox.cluster;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Removes what has lost its owner, its namespace or its node, and events that are too old. */
final class GarbageCollector {

  private final ObjectStore store;
  private long deletionsSeen = -1;

  GarbageCollector(ObjectStore store) {
    this.store = store;
  }

  void pass(Instant now) {
    for (Namespace namespace : store.list(Namespace.class)) {
      if (namespace.getMetadata().getDeletionTimestamp() != null) {
        empty(namespace);
      } else if (namespace.getStatus() == null || namespace.getStatus().getPhase() == null) {
        store.replaceStatus(
            new NamespaceBuilder(namespace)
                .withNewStatus()
                .withPhase("Active")
                .endStatus()
                .build());
      }
    }
    // Reading every object is worth it only after something went away; each round may orphan more.
    while (deletionsSeen != store.deletions()) {
      deletionsSeen = store.deletions();
      deleteOrphans();
    }
    for (Event event : store.list(Event.class)) {
      String last = event.getLastTimestamp();
      if (last != null && Times.parse(last).plus(EventRecorder.RETENTION).isBefore(now)) {
        store.delete(event);
      }
    }
  }

  private void empty(Namespace namespace) {
    String name = namespace.getMetadata().getName();
    List<GenericKubernetesResource> content =
        store.all().stream().filter(o -> name.equals(o.getMetadata().getNamespace())).toList();
    if (!content.isEmpty()) {
      content.forEach(store::delete);
      return;
    }
    // A write without finalizers to what is marked for deletion removes it.
    store.replace(
        new NamespaceBuilder(namespace).editMetadata().withFinalizers().endMetadata().build());
  }

  private void deleteOrphans() {
    List<GenericKubernetesResource> all = store.all();
    Set<String> alive = new HashSet<>();
    all.forEach(o -> alive.add(o.getMetadata().getUid()));
    for (GenericKubernetesResource object : all) {
      List<OwnerReference> owners = object.getMetadata().getOwnerReferences();
      if (owners != null
          && !owners.isEmpty()
          && owners.stream().noneMatch(o -> alive.contains(o.getUid()))) {
        store.delete(object);
      }
    }
    Set<String> nodes = new HashSet<>();
    store.list(Node.class).forEach(n -> nodes.add(n.getMetadata().getName()));
    for (Pod pod : store.list(Pod.class)) {
      String node = pod.getSpec().getNodeName();
      if (node != null && !node.isEmpty() && !nodes.contains(node)) {
        store.delete(pod);
      }
    }
  }
}
