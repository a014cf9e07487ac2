package io.berth.matching;

import io.berth.market.OfferId;
import io.berth.platform.OrganizationId;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.Set;

/**
 * Which capacity is wanted, whatever the time and the number. An empty set asks for nothing in
 * particular.
 *
 * @param models catalogue ids, any of which will do
 * @param vendors names as the catalogue has them, in any case
 * @param countries ISO 3166-1 alpha-2, where the node stands
 * @param regions region labels of nodes
 * @param providers whose capacity
 * @param offer one offer only
 * @param memoryGbMin at least so much memory an accelerator; a model whose memory is not known does
 *     not do
 * @param interconnectGbPerSecondMin at least so fast a link between accelerators; likewise
 */
public record Wanted(
    Set<String> models,
    Set<String> vendors,
    Set<String> countries,
    Set<String> regions,
    Set<OrganizationId> providers,
    Optional<OfferId> offer,
    Optional<BigDecimal> memoryGbMin,
    Optional<BigDecimal> interconnectGbPerSecondMin) {

  /** Copies the sets. */
  public Wanted {
    models = Set.copyOf(models);
    vendors = Set.copyOf(vendors);
    countries = Set.copyOf(countries);
    regions = Set.copyOf(regions);
    providers = Set.copyOf(providers);
  }

  /** Whether a pool's offer, provider and model will do. */
  public boolean accepts(OfferedPool offered) {
    return offer.map(offered.offer().id()::equals).orElse(true)
        && (models.isEmpty() || models.contains(offered.model().id()))
        && (vendors.isEmpty()
            || vendors.stream().anyMatch(offered.model().vendor()::equalsIgnoreCase))
        && (providers.isEmpty() || providers.contains(offered.offer().provider()))
        && atLeast(offered.model().memoryGb().min(), memoryGbMin)
        && atLeast(offered.model().interconnectGbPerSecond().min(), interconnectGbPerSecondMin);
  }

  /** Whether a node's place will do; an unknown place never does where one is asked for. */
  public boolean accepts(SnapshotNode node) {
    return (countries.isEmpty() || (node.country() != null && countries.contains(node.country())))
        && (regions.isEmpty() || (node.region() != null && regions.contains(node.region())));
  }

  private static boolean atLeast(
      @org.jspecify.annotations.Nullable BigDecimal figure, Optional<BigDecimal> wanted) {
    return wanted.isEmpty() || (figure != null && figure.compareTo(wanted.get()) >= 0);
  }
}
