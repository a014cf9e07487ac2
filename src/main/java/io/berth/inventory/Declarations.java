package io.berth.inventory;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a provider says about a cluster and the cluster cannot say itself.
 *
 * @param countriesByRegion country (ISO 3166-1 alpha-2) by the exact value of the region label
 * @param defaultCountry country of nodes whose region says nothing and is not in the map; null
 *     where it is not declared
 * @param models model of the catalogue by resource name, for devices that labels do not tell
 * @param fabricLabel key of the label that names a node's network fabric
 * @param stateFunded whether the site is paid for by a state; null where not declared, which is
 *     unknown and never no
 * @param authorisations attached to every node of the cluster
 */
public record Declarations(
    SortedMap<String, String> countriesByRegion,
    @Nullable String defaultCountry,
    SortedMap<String, String> models,
    String fabricLabel,
    @Nullable Boolean stateFunded,
    List<Authorisation> authorisations) {

  /** The fabric label of Kueue's topology examples. */
  public static final String FABRIC_LABEL_DEFAULT = "cloud.provider.com/topology-block";

  /** Nothing declared. */
  public static final Declarations NONE =
      new Declarations(
          new TreeMap<>(), null, new TreeMap<>(), FABRIC_LABEL_DEFAULT, null, List.of());

  /** Copies the collections. */
  public Declarations {
    countriesByRegion = sorted(countriesByRegion);
    models = sorted(models);
    authorisations = List.copyOf(authorisations);
  }

  private static SortedMap<String, String> sorted(Map<String, String> map) {
    return Collections.unmodifiableSortedMap(new TreeMap<>(map));
  }
}
