package io.berth.inventory.domain;

import io.berth.catalog.ExportClass;
import io.berth.catalog.ExportClassification;
import io.berth.inventory.Declarations;
import io.berth.inventory.FactSource;
import io.berth.inventory.FlagStatement;
import io.berth.inventory.Jurisdiction;
import io.berth.inventory.NodeFlags;
import io.berth.inventory.Stated;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Joins what provider, labels and officers say about a node: where they disagree, the stricter
 * counts. What the provider says about the node itself goes before what it says about the cluster.
 */
final class FlagMerge {

  /** A label {@code berth.io/state-funded} of {@code true} or {@code false}. */
  private static final String STATE_FUNDED = "berth.io/state-funded";

  /** A label {@code zone.berth.io/NAME} of {@code true} puts the node into that zone. */
  private static final String ZONE_PREFIX = "zone.berth.io/";

  private final Map<FactSource, FlagStatement> statements = new EnumMap<>(FactSource.class);
  private final SortedMap<String, FactSource> sources = new TreeMap<>();
  private final SortedSet<String> disputed = new TreeSet<>();

  private FlagMerge() {}

  static NodeFlags merge(
      Map<String, String> labels,
      Declarations cluster,
      Jurisdiction jurisdiction,
      @Nullable Stated declared,
      @Nullable Stated verified,
      @Nullable ExportClassification byFigures) {
    FlagMerge merge = new FlagMerge();
    FlagStatement own = declared == null ? FlagStatement.NONE : declared.statement();
    merge.statements.put(FactSource.DECLARED, own);
    merge.statements.put(FactSource.DISCOVERED, ofLabels(labels));
    merge.statements.put(
        FactSource.VERIFIED, verified == null ? FlagStatement.NONE : verified.statement());
    if (jurisdiction.disagrees()) {
      merge.disputed.add("country");
    }
    Boolean stateFunded =
        merge.join("stateFunded", FlagStatement::stateFunded, (one, other) -> one || other);
    if (stateFunded == null) {
      // Nobody says anything about the node itself.
      stateFunded = cluster.stateFunded();
    } else if (own.stateFunded() == null && Boolean.TRUE.equals(cluster.stateFunded())) {
      if (!stateFunded) {
        merge.disputed.add("stateFunded");
      }
      stateFunded = true;
    }
    SortedSet<String> excluded =
        merge.join("excludedParties", FlagStatement::excludedParties, FlagMerge::union);
    String classification =
        merge.join(
            "exportClassification", FlagStatement::exportClassification, FlagMerge::stricter);
    if (classification != null
        && byFigures != null
        && ExportClass.namedIn(classification)
            .filter(named -> !byFigures.possible().contains(named))
            .isPresent()) {
      merge.disputed.add("exportClassification");
    }
    SortedSet<String> zones = merge.join("zones", FlagStatement::zones, FlagMerge::intersection);
    if (zones != null) {
      // Everybody who speaks of zones says so of those that are left: so does the strongest.
      merge.statements.forEach((source, said) -> {
        if (said.zones() != null) {
          merge.sources.put("zones", source);
        }
      });
    }
    return new NodeFlags(
        stateFunded,
        cluster.authorisations(),
        FactSource.DECLARED,
        verified == null || verified.statement().country() == null
            ? null
            : verified.evidenceUntil(),
        verified == null ? null : verified.evidenceUntil(),
        classification,
        merge.allowed(),
        excluded == null ? new TreeSet<>() : excluded,
        zones,
        merge.sources,
        merge.disputed);
  }

  /**
   * The note that names the stricter class; of two that name the same, that of the stronger source.
   */
  private static String stricter(String one, String other) {
    return strictness(one) > strictness(other) ? one : other;
  }

  private static int strictness(String note) {
    return ExportClass.namedIn(note)
        .map(named ->
            switch (named) {
              case ECCN_3A090_A -> 2;
              case ECCN_3A090_B -> 1;
              case NOT_3A090, UNKNOWN -> 0;
            })
        .orElse(0);
  }

  /** From the weakest source to the strongest; a later one is the second argument. */
  private <T> @Nullable T join(
      String name, Function<FlagStatement, @Nullable T> reader, BinaryOperator<T> stricter) {
    T joined = null;
    for (Map.Entry<FactSource, FlagStatement> said : statements.entrySet()) {
      T value = reader.apply(said.getValue());
      if (value == null) {
        continue;
      }
      if (joined != null && !joined.equals(value)) {
        disputed.add(name);
      }
      T next = joined == null ? value : stricter.apply(joined, value);
      if (next.equals(value)) {
        sources.put(name, said.getKey());
      }
      joined = next;
    }
    return joined;
  }

  private List<SortedSet<String>> allowed() {
    List<SortedSet<String>> lists = new ArrayList<>();
    for (Map.Entry<FactSource, FlagStatement> said : statements.entrySet()) {
      SortedSet<String> list = said.getValue().allowedParties();
      if (list != null) {
        sources.put("allowedParties", said.getKey());
        if (!lists.contains(list)) {
          lists.add(list);
        }
      }
    }
    if (lists.size() > 1) {
      disputed.add("allowedParties");
    }
    return lists;
  }

  private static FlagStatement ofLabels(Map<String, String> labels) {
    SortedSet<String> zones = new TreeSet<>();
    labels.forEach((key, value) -> {
      if (key.startsWith(ZONE_PREFIX) && value.equals("true")) {
        zones.add(key.substring(ZONE_PREFIX.length()));
      }
    });
    Boolean stateFunded =
        switch (String.valueOf(labels.get(STATE_FUNDED))) {
          case "true" -> true;
          case "false" -> false;
          default -> null;
        };
    return new FlagStatement(null, null, stateFunded, null, null, zones.isEmpty() ? null : zones);
  }

  private static SortedSet<String> union(SortedSet<String> one, SortedSet<String> other) {
    SortedSet<String> union = new TreeSet<>(one);
    union.addAll(other);
    return union;
  }

  private static SortedSet<String> intersection(SortedSet<String> one, SortedSet<String> other) {
    SortedSet<String> common = new TreeSet<>(one);
    common.retainAll(other);
    return common;
  }
}
