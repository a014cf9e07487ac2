package io.berth.catalog.domain;

import io.berth.catalog.ExportClass;
import io.berth.platform.Figure;
import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of ECCN 3A090 as they stand since 2023-11-17 (15 CFR part 774, supplement no. 1,
 * category 3; 88 FR 73458). Total processing performance (TPP) is 2 × dense MacTOPS × bit length,
 * the maximum over precisions; performance density (PD) is TPP over the logic dies' area in mm²
 * (technical notes to 3A090). Note 2 to 3A090 leaves out what is neither designed nor marketed for
 * data centres and has a TPP below 4800.
 */
final class ExportParameters {

  /** TPP falls into [0, 1600), [1600, 2400), [2400, 4800) or [4800, ∞): nothing else matters. */
  private static final List<Band> TPP = Band.between("1600", "2400", "4800");

  /** PD falls into [0, 1.6), [1.6, 3.2), [3.2, 5.92) or [5.92, ∞). */
  private static final List<Band> PD = Band.between("1.6", "3.2", "5.92");

  private static final ExportClass A = ExportClass.ECCN_3A090_A;
  private static final ExportClass B = ExportClass.ECCN_3A090_B;
  private static final ExportClass NOT = ExportClass.NOT_3A090;

  /** The class of a data-centre part, by band of TPP, then by band of PD. */
  private static final ExportClass[][] FOR_DATA_CENTRES = {
    {NOT, NOT, NOT, NOT}, {NOT, NOT, B, A}, {NOT, B, B, A}, {A, A, A, A}
  };

  private static final int TPP_4800_OR_MORE = 3;

  private ExportParameters() {}

  /**
   * Every class that the facts allow: an unknown figure may be anything, an interval anything
   * inside it, and a part of unknown purpose may or may not be made for data centres.
   */
  static Set<ExportClass> possible(
      Figure tpp, Figure performanceDensity, @Nullable Boolean dataCentre) {
    Set<ExportClass> possible = EnumSet.noneOf(ExportClass.class);
    for (int t = 0; t < TPP.size(); t++) {
      for (int p = 0; p < PD.size(); p++) {
        if (!TPP.get(t).meets(tpp) || !PD.get(p).meets(performanceDensity)) {
          continue;
        }
        if (!Boolean.FALSE.equals(dataCentre)) {
          possible.add(FOR_DATA_CENTRES[t][p]);
        }
        if (!Boolean.TRUE.equals(dataCentre)) {
          possible.add(t == TPP_4800_OR_MORE ? A : NOT);
        }
      }
    }
    return possible;
  }

  /** The numbers from {@code from} on and below {@code below}, which is null for no upper end. */
  private record Band(BigDecimal from, @Nullable BigDecimal below) {

    static List<Band> between(String first, String second, String third) {
      BigDecimal one = new BigDecimal(first);
      BigDecimal two = new BigDecimal(second);
      BigDecimal three = new BigDecimal(third);
      return List.of(
          new Band(BigDecimal.ZERO, one),
          new Band(one, two),
          new Band(two, three),
          new Band(three, null));
    }

    /** Whether the figure may lie in the band. */
    boolean meets(Figure figure) {
      BigDecimal min = figure.min();
      BigDecimal max = figure.max();
      boolean beginsBelowEnd = below == null || min == null || min.compareTo(below) < 0;
      boolean endsAtOrAboveStart = max == null || max.compareTo(from) >= 0;
      return beginsBelowEnd && endsAtOrAboveStart;
    }
  }
}
