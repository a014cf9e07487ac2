package io.berth.matching;

import io.berth.catalog.SlotKind;
import io.berth.market.OfferId;
import io.berth.platform.OrganizationId;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which capacity is wanted, whatever the time and the number. An empty set asks for nothing in
 * particular.
 *
 * @param models catalogue ids, any of which will do
 * @param vendors names as the catalogue has them, in any case
 * @param places where, and where not
 * @param providers whose capacity
 * @param providersExcluded whose not
 * @param offer one offer only
 * @param slot what one slot is
 * @param needs what an accelerator must have at least
 */
public record Wanted(
    Set<String> models,
    Set<String> vendors,
    Places places,
    Set<OrganizationId> providers,
    Set<OrganizationId> providersExcluded,
    Optional<OfferId> offer,
    SlotWanted slot,
    Needs needs) {

  /** Copies the sets. */
  public Wanted {
    models = Set.copyOf(models);
    vendors = Set.copyOf(vendors);
    providers = Set.copyOf(providers);
    providersExcluded = Set.copyOf(providersExcluded);
  }

  /** Whole devices, of any kind and anywhere. */
  public static Wanted anything() {
    return new Wanted(
        Set.of(),
        Set.of(),
        Places.ANYWHERE,
        Set.of(),
        Set.of(),
        Optional.empty(),
        SlotWanted.WHOLE_DEVICES,
        Needs.NONE);
  }

  /** The same with other slots. */
  public Wanted withSlot(SlotWanted other) {
    return new Wanted(models, vendors, places, providers, providersExcluded, offer, other, needs);
  }

  /**
   * Where. A node whose place is not known does not do where one is asked for, nor where one is
   * excluded: it might be there.
   *
   * @param countries ISO 3166-1 alpha-2, where the node stands
   * @param countriesExcluded where it does not
   * @param regions region labels of nodes
   * @param regionsExcluded region labels that they do not have
   */
  public record Places(
      Set<String> countries,
      Set<String> countriesExcluded,
      Set<String> regions,
      Set<String> regionsExcluded) {

    /** Wherever. */
    public static final Places ANYWHERE = new Places(Set.of(), Set.of(), Set.of(), Set.of());

    /** Copies the sets. */
    public Places {
      countries = Set.copyOf(countries);
      countriesExcluded = Set.copyOf(countriesExcluded);
      regions = Set.copyOf(regions);
      regionsExcluded = Set.copyOf(regionsExcluded);
    }

    private boolean accept(@Nullable String country, @Nullable String region) {
      return fits(country, countries, countriesExcluded) && fits(region, regions, regionsExcluded);
    }

    private boolean acceptAny(Collection<SnapshotNode.Place> some) {
      if (equals(ANYWHERE)) {
        return true;
      }
      for (SnapshotNode.Place place : some) {
        if (accept(place.country(), place.region())) {
          return true;
        }
      }
      return false;
    }

    private static boolean fits(@Nullable String place, Set<String> only, Set<String> not) {
      if (only.isEmpty() && not.isEmpty()) {
        return true;
      }
      return place != null && (only.isEmpty() || only.contains(place)) && !not.contains(place);
    }
  }

  /**
   * What one slot is.
   *
   * @param kind whole devices, isolated partitions or shares
   * @param profile the kind of partition, such as {@code 1g.10gb}; empty for any
   */
  public record SlotWanted(SlotKind kind, Optional<String> profile) {

    /** Devices as the catalogue describes them. */
    public static final SlotWanted WHOLE_DEVICES =
        new SlotWanted(SlotKind.WHOLE_DEVICE, Optional.empty());
  }

  /**
   * What an accelerator must have at least. What is not known of a model or a node does not do.
   *
   * @param memoryGb gigabytes of memory
   * @param interconnectGbPerSecond gigabytes a second between accelerators
   * @param tpp total processing performance (15 CFR part 774, supplement 1, ECCN 3A090)
   * @param cpuMillis processors that come with it, in thousandths of a core
   * @param memoryMib main memory that comes with it, in MiB
   */
  public record Needs(
      Optional<BigDecimal> memoryGb,
      Optional<BigDecimal> interconnectGbPerSecond,
      Optional<BigDecimal> tpp,
      Optional<Long> cpuMillis,
      Optional<Long> memoryMib) {

    /** Nothing in particular. */
    public static final Needs NONE =
        new Needs(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
  }

  /** Whether a pool's offer, provider, model and slots will do. */
  public boolean accepts(OfferedPool offered) {
    return offer.map(offered.offer().id()::equals).orElse(true)
        && offered.pool().slotKind() == slot.kind()
        && (slot.profile().isEmpty() || slot.profile().equals(offered.pool().profile()))
        && (models.isEmpty() || models.contains(offered.model().id()))
        && (vendors.isEmpty()
            || vendors.stream().anyMatch(offered.model().vendor()::equalsIgnoreCase))
        && (providers.isEmpty() || providers.contains(offered.offer().provider()))
        && !providersExcluded.contains(offered.offer().provider())
        && atLeast(offered.model().memoryGb().min(), needs.memoryGb())
        && atLeast(offered.model().interconnectGbPerSecond().min(), needs.interconnectGbPerSecond())
        && atLeast(offered.model().tpp().min(), needs.tpp());
  }

  /**
   * Whether a pool will do and has a sellable node in a place that will. It asks once a place
   * instead of once a node.
   */
  public boolean reaches(OfferedPool offered) {
    return accepts(offered) && places.acceptAny(offered.places());
  }

  /** Whether a node's place and what comes with its slots will do. */
  public boolean accepts(SnapshotNode node) {
    return places.accept(node.country(), node.region())
        && atLeast(node.traits().cpuMillisPerSlot(), needs.cpuMillis())
        && atLeast(node.traits().memoryMibPerSlot(), needs.memoryMib());
  }

  private static <T extends Comparable<T>> boolean atLeast(@Nullable T figure, Optional<T> wanted) {
    return wanted.isEmpty() || (figure != null && figure.compareTo(wanted.get()) >= 0);
  }
}
