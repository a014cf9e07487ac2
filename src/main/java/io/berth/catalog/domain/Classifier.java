package io.berth.catalog.domain;

import io.berth.catalog.ExportClass;
import io.berth.catalog.ExportClassification;
import io.berth.platform.Figure;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Classifies by figures and says where a source's label cannot be squared with them. */
final class Classifier {

  /** What a label of the sources claims; {@code 3A090} alone names no paragraph. */
  private static final Map<String, Set<ExportClass>> CLAIMS =
      Map.of(
          "3A090.a", EnumSet.of(ExportClass.ECCN_3A090_A),
          "3A090.b", EnumSet.of(ExportClass.ECCN_3A090_B),
          "3A090", EnumSet.of(ExportClass.ECCN_3A090_A, ExportClass.ECCN_3A090_B),
          "not 3A090", EnumSet.of(ExportClass.NOT_3A090));

  private Classifier() {}

  /**
   * The classification of a model.
   *
   * @param labelledClasses the classes that its sources' labels claim; none where they claim
   *     nothing
   * @throws IllegalArgumentException where a claim is not one that is known
   */
  static ExportClassification classify(
      Figure tpp,
      Figure performanceDensity,
      @Nullable Boolean dataCentre,
      String label,
      List<String> labelledClasses) {
    Set<ExportClass> possible = ExportParameters.possible(tpp, performanceDensity, dataCentre);
    ExportClass byFigures = possible.size() == 1 ? possible.iterator().next() : ExportClass.UNKNOWN;
    boolean notificationException =
        byFigures == ExportClass.ECCN_3A090_A && Boolean.FALSE.equals(dataCentre);
    List<String> contradicted = new ArrayList<>();
    for (String claim : labelledClasses) {
      Set<ExportClass> claimed = CLAIMS.get(claim);
      if (claimed == null) {
        throw new IllegalArgumentException("labelled_classes: none of " + CLAIMS.keySet());
      }
      if (claimed.stream().noneMatch(possible::contains)) {
        contradicted.add(claim);
      }
    }
    String disagreement =
        contradicted.isEmpty()
            ? null
            : "a source labels it %s, but TPP %s and performance density %s allow only %s"
                .formatted(
                    String.join(" and ", contradicted),
                    text(tpp),
                    text(performanceDensity),
                    String.join(" or ", possible.stream().map(Classifier::text).toList()));
    return new ExportClassification(
        byFigures, possible, notificationException, label, disagreement);
  }

  private static String text(ExportClass exportClass) {
    return exportClass.eccn().orElse("not 3A090");
  }

  private static String text(Figure figure) {
    BigDecimal min = figure.min();
    BigDecimal max = figure.max();
    if (min == null || max == null) {
      return "unknown";
    }
    return min.compareTo(max) == 0
        ? min.toPlainString()
        : min.toPlainString() + "-" + max.toPlainString();
  }
}
