package io.berth.matching;

import io.berth.inventory.NodeId;
import io.berth.platform.Period;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What the planner answers. */
public sealed interface Planning {

  /**
   * Where the request fits.
   *
   * @param offered the offer and its pool; a plan never mixes two
   * @param shares what is taken of which node, in order of node
   * @param period when they are leased
   * @param occupied the period that the slots are not free for others, turnaround included
   */
  record Plan(OfferedPool offered, List<NodeShare> shares, Period period, Period occupied)
      implements Planning {

    /** Copies the list. */
    public Plan {
      shares = List.copyOf(shares);
    }

    /** What is taken of each node, with the nodes as the snapshot has them, in order of node. */
    public List<Chosen> chosen() {
      Set<NodeId> ids = shares.stream().map(NodeShare::node).collect(Collectors.toSet());
      Map<NodeId, SnapshotNode> nodes =
          offered.nodes().stream()
              .filter(node -> ids.contains(node.id()))
              .collect(Collectors.toMap(SnapshotNode::id, Function.identity()));
      return shares.stream()
          .map(share -> new Chosen(Objects.requireNonNull(nodes.get(share.node())), share.slots()))
          .toList();
    }
  }

  /** A node of a plan, and what is taken of it. */
  record Chosen(SnapshotNode node, Slots slots) {}

  /** Slots of one node. */
  record NodeShare(NodeId node, Slots slots) {}

  /**
   * Why it fits nowhere.
   *
   * @param obstacles what stood in the way, most nodes first; each node is counted once, under the
   *     first thing that ruled it out
   */
  record Shortfall(List<Obstacle> obstacles) implements Planning {

    /** Copies the list. */
    public Shortfall {
      obstacles = List.copyOf(obstacles);
    }

    /** Whether slots that others have are a part of why. */
    public boolean isForWantOfSlots() {
      return obstacles.stream()
          .anyMatch(obstacle ->
              obstacle.kind() == ObstacleKind.TAKEN || obstacle.kind() == ObstacleKind.TOO_FEW);
    }

    /** In words, such as {@code 12 nodes: 7 taken until …, 3 denied by rule us-3a090-hq}. */
    public String summary() {
      if (obstacles.isEmpty()) {
        return "No published offer matches what is asked for.";
      }
      int nodes = obstacles.stream().mapToInt(Obstacle::nodes).sum();
      return nodes
          + (nodes == 1 ? " node: " : " nodes: ")
          + String.join(
              ", ",
              obstacles.stream()
                  .map(obstacle -> obstacle.nodes() + " " + obstacle.detail())
                  .toList())
          + ".";
    }
  }

  /**
   * One thing that ruled nodes out.
   *
   * @param kind what sort
   * @param code the policy rule's reason code or id where policy did it, else the kind's name
   * @param detail in words that follow a number of nodes
   * @param nodes how many
   * @param freeAt the earliest of them that is free again, where they are taken
   */
  record Obstacle(
      ObstacleKind kind, String code, String detail, int nodes, Optional<Instant> freeAt) {}

  /** Sorts of obstacles. */
  enum ObstacleKind {
    /** The offer costs more than the request allows. */
    PRICE,
    /** The offer's limits on time, size or dates. */
    OFFER_LIMITS,
    /** A rule, or a fact that a rule misses. */
    POLICY,
    /** Held or leased by somebody. */
    TAKEN,
    /** Free, but too few together. */
    TOO_FEW
  }
}
