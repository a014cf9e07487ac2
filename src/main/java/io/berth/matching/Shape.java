package io.berth.matching;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** How many accelerators are asked for, and how they should lie. */
public sealed interface Shape {

  /** How many in all. */
  int accelerators();

  /** What the nodes must have in common, beside the cluster. */
  Together together();

  /** What nodes of one plan must have in common; a plan never leaves one cluster. */
  @Schema(
      description =
          "What the nodes have in common: cluster, no more than that; fabric, a network fabric as the provider's label tells it; nvlinkDomain, an NVLink domain")
  enum Together {
    /** The cluster alone. */
    @JsonProperty("cluster")
    CLUSTER,
    /** A network fabric, as the provider's label tells it. */
    @JsonProperty("fabric")
    FABRIC,
    /** An NVLink domain. */
    @JsonProperty("nvlinkDomain")
    NVLINK_DOMAIN
  }

  /** Over how many nodes a number is laid. */
  @Schema(
      description =
          "packed, on as few nodes as possible; spread, on as many as possible, as evenly as possible")
  enum Layout {
    /** As few as possible. */
    @JsonProperty("packed")
    PACKED,
    /** As many as possible, as evenly as possible. */
    @JsonProperty("spread")
    SPREAD
  }

  /**
   * So many.
   *
   * @param accelerators at least 1
   */
  record Count(int accelerators, Layout layout, Together together) implements Shape {

    /** Throws {@link IllegalArgumentException} where the number is less than 1. */
    public Count {
      requirePositive(accelerators);
    }

    /** On as few nodes of a cluster as possible. */
    public Count(int accelerators) {
      this(accelerators, Layout.PACKED, Together.CLUSTER);
    }
  }

  /**
   * So many nodes with so many each.
   *
   * @param nodes at least 1
   * @param acceleratorsPerNode at least 1
   */
  record Grid(int nodes, int acceleratorsPerNode, Together together) implements Shape {

    /** Throws {@link IllegalArgumentException} where a number is less than 1. */
    public Grid {
      requirePositive(nodes);
      requirePositive(acceleratorsPerNode);
    }

    /** On nodes of one cluster. */
    public Grid(int nodes, int acceleratorsPerNode) {
      this(nodes, acceleratorsPerNode, Together.CLUSTER);
    }

    @Override
    public int accelerators() {
      return Math.multiplyExact(nodes, acceleratorsPerNode);
    }
  }

  private static void requirePositive(int number) {
    if (number < 1) {
      throw new IllegalArgumentException("at least 1");
    }
  }
}
