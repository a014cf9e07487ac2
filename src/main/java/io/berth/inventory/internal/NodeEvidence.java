package io.berth.inventory.internal;

import io.berth.audit.EvidencePart;
import io.berth.audit.EvidenceTrace;
import io.berth.inventory.Inventory;
import io.berth.inventory.Node;
import io.berth.inventory.NodeId;
import io.berth.platform.Scope;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Leased nodes as they are known now, in a file of evidence: where they stand and what is flagged.
 * As of then they stand in decisions.
 */
@ApplicationScoped
public class NodeEvidence implements EvidencePart {

  private final Inventory inventory;

  NodeEvidence(Inventory inventory) {
    this.inventory = inventory;
  }

  @Override
  public String name() {
    return "nodes";
  }

  @Override
  public int step() {
    return CONTEXT;
  }

  @Override
  public Uni<?> read(Scope scope, EvidenceTrace trace) {
    List<NodeId> ids = trace.of("node").stream().map(NodeId::fromString).toList();
    return inventory
        .nodes(scope, ids)
        .map(nodes ->
            nodes.stream()
                .sorted(Comparator.comparing(node -> node.id().value()))
                .map(NodeEvidence::part)
                .toList());
  }

  private static Map<String, Object> part(Node node) {
    Map<String, Object> part = new LinkedHashMap<>();
    part.put("id", node.id());
    part.put("name", node.name());
    part.put("clusterId", node.cluster());
    part.put("providerId", node.provider());
    part.put("modelId", node.modelId().orElse(""));
    part.put("slots", node.slots());
    part.put("jurisdiction", node.jurisdiction());
    part.put("flags", node.flags());
    if (node.region() != null) {
      part.put("region", node.region());
    }
    if (node.zone() != null) {
      part.put("zone", node.zone());
    }
    part.put("gone", node.gone());
    return part;
  }
}
