package io.berth.inventory;

import io.berth.catalog.AcceleratorModel;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A pool whose nodes are to be probed, as it is claimed.
 *
 * @param pool the pool
 * @param model what it is listed as
 * @param image what a probe runs
 * @param epoch of the claim; what is reported under an older one is not taken
 * @param round the probes under way; empty where a round is to begin
 */
public record PoolProbing(
    NodePool pool, AcceleratorModel model, String image, long epoch, Optional<Round> round) {

  /**
   * Probes that count together.
   *
   * @param id names what is made in the cluster for them
   * @param probes those that have not ended
   */
  public record Round(ProbeRoundId id, List<Probe> probes) {
    /** Copies the list. */
    public Round {
      probes = List.copyOf(probes);
    }
  }

  /**
   * A probe that has not ended.
   *
   * @param id names what is made in the cluster for it
   * @param node where
   * @param slots how many slots it takes: all that the node had when it was planned
   * @param image what it runs, whatever is configured by now
   * @param deadlineAt when it must have ended
   */
  public record Probe(ProbeId id, Node node, int slots, String image, Instant deadlineAt) {}
}
