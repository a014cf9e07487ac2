package io.berth.kubernetes.internal;

import io.berth.kubernetes.domain.NodeHealth;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.NodeSpec;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.TaintBuilder;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps of a node what {@link NodeReader} reads, within what an API server lets a node have. A
 * server that is made up says anything: of what is longer than that, or more, nothing is kept.
 */
final class KeptNode {

  /** A name is one of a subdomain (RFC 1123), as the API has it. */
  private static final Pattern NAME = Pattern.compile("[a-z0-9.-]{1,253}");

  /**
   * A prefix of 253 characters, a slash and a name of 63: keys of labels and names of resources.
   */
  static final int KEY_LENGTH_MAX = 317;

  /** Of values of labels and taints. */
  static final int VALUE_LENGTH_MAX = 63;

  /** Node feature discovery and device plugins set up to two hundred. */
  static final int LABELS_MAX = 512;

  private static final int TAINTS_MAX = 64;
  private static final int RESOURCES_MAX = 256;
  private static final int CONDITIONS_MAX = 64;

  /** Of quantities, effects of taints, identifiers and versions. */
  private static final int WORD_LENGTH_MAX = 64;

  /** As much as is shown of a condition's message. */
  private static final int MESSAGE_LENGTH_MAX = 200;

  /**
   * About what a text takes beside its characters, with its place in a map here and in what is
   * observed: so measured, for usual nodes and for such as have nothing but short labels.
   */
  private static final int TEXT_OVERHEAD = 64;

  /** About what a node takes beside its texts. */
  private static final int NODE_OVERHEAD = 1_500;

  private KeptNode() {}

  /** What is kept; empty where it has a name that no node has. */
  static Optional<Node> of(Node node) {
    ObjectMeta metadata = node.getMetadata();
    if (!isName(metadata.getName())) {
      return Optional.empty();
    }
    NodeBuilder kept =
        new NodeBuilder()
            .withNewMetadata()
            .withName(metadata.getName())
            .withUid(word(metadata.getUid()))
            .withResourceVersion(word(metadata.getResourceVersion()))
            .withLabels(
                bounded(
                    metadata.getLabels(),
                    LABELS_MAX,
                    (key, value) -> ClusterText.isPlain(value, VALUE_LENGTH_MAX)))
            .endMetadata();
    NodeSpec spec = node.getSpec();
    if (spec != null) {
      kept.withNewSpec()
          .withUnschedulable(spec.getUnschedulable())
          .withTaints(
              spec.getTaints().stream()
                  .filter(KeptNode::isTaint)
                  .limit(TAINTS_MAX)
                  .map(taint ->
                      new TaintBuilder()
                          .withKey(taint.getKey())
                          .withValue(taint.getValue())
                          .withEffect(taint.getEffect())
                          .build())
                  .toList())
          .endSpec();
    }
    NodeStatus status = node.getStatus();
    if (status != null) {
      kept.withNewStatus()
          .withAllocatable(quantities(status.getAllocatable()))
          .withCapacity(quantities(status.getCapacity()))
          .withConditions(
              status.getConditions().stream()
                  .filter(KeptNode::counts)
                  .limit(CONDITIONS_MAX)
                  .map(KeptNode::kept)
                  .toList())
          .endStatus();
    }
    return Optional.of(kept.build());
  }

  static boolean isName(@Nullable String name) {
    return name != null && NAME.matcher(name).matches();
  }

  /** About how much memory what is kept of a node takes, in bytes. */
  static long weight(Node kept) {
    long weight = NODE_OVERHEAD + weight(kept.getMetadata().getName());
    for (Map.Entry<String, String> label : kept.getMetadata().getLabels().entrySet()) {
      weight += weight(label.getKey()) + weight(label.getValue());
    }
    if (kept.getSpec() != null) {
      for (Taint taint : kept.getSpec().getTaints()) {
        weight += weight(taint.getKey()) + weight(taint.getValue()) + weight(taint.getEffect());
      }
    }
    NodeStatus status = kept.getStatus();
    if (status != null) {
      weight += weight(status.getAllocatable()) + weight(status.getCapacity());
      for (NodeCondition condition : status.getConditions()) {
        weight +=
            weight(condition.getType())
                + weight(condition.getStatus())
                + weight(condition.getReason())
                + weight(condition.getMessage());
      }
    }
    return weight;
  }

  private static long weight(Map<String, Quantity> quantities) {
    long weight = 0;
    for (Map.Entry<String, Quantity> entry : quantities.entrySet()) {
      weight +=
          weight(entry.getKey())
              + weight(entry.getValue().getAmount())
              + weight(entry.getValue().getFormat());
    }
    return weight;
  }

  /** The same of one text. */
  static long weight(@Nullable String text) {
    return TEXT_OVERHEAD + (text == null ? 0 : text.length());
  }

  private static @Nullable String word(@Nullable String text) {
    return ClusterText.isPlain(text, WORD_LENGTH_MAX) ? text : null;
  }

  private static boolean isTaint(Taint taint) {
    return ClusterText.isPlain(taint.getKey(), KEY_LENGTH_MAX)
        && (taint.getValue() == null || ClusterText.isPlain(taint.getValue(), VALUE_LENGTH_MAX))
        && ClusterText.isPlain(taint.getEffect(), WORD_LENGTH_MAX);
  }

  private static Map<String, Quantity> quantities(@Nullable Map<String, Quantity> quantities) {
    Map<String, Quantity> kept = new TreeMap<>();
    bounded(
            quantities,
            RESOURCES_MAX,
            (resource, quantity) ->
                quantity != null
                    && ClusterText.isPlain(quantity.getAmount(), WORD_LENGTH_MAX)
                    && (quantity.getFormat() == null
                        || ClusterText.isPlain(quantity.getFormat(), WORD_LENGTH_MAX)))
        .forEach((resource, quantity) ->
            kept.put(resource, new Quantity(quantity.getAmount(), quantity.getFormat())));
    return kept;
  }

  /** The first ones by key: the same ones each time. */
  private static <V> Map<String, V> bounded(
      @Nullable Map<String, V> all, int max, BiPredicate<String, V> isBounded) {
    TreeMap<String, V> kept = new TreeMap<>();
    if (all != null) {
      all.forEach((key, value) -> {
        if (ClusterText.isPlain(key, KEY_LENGTH_MAX) && isBounded.test(key, value)) {
          kept.put(key, value);
        }
      });
    }
    while (kept.size() > max) {
      kept.pollLastEntry();
    }
    return kept;
  }

  private static boolean counts(NodeCondition condition) {
    return "Ready".equals(condition.getType()) || NodeHealth.counts(condition.getType());
  }

  private static NodeCondition kept(NodeCondition condition) {
    return new NodeConditionBuilder()
        .withType(condition.getType())
        .withStatus(ClusterText.shortened(condition.getStatus(), WORD_LENGTH_MAX))
        .withReason(ClusterText.shortened(condition.getReason(), MESSAGE_LENGTH_MAX))
        .withMessage(ClusterText.shortened(condition.getMessage(), MESSAGE_LENGTH_MAX))
        .build();
  }
}
