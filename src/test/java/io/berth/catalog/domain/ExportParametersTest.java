package io.berth.catalog.domain;

import static io.berth.catalog.ExportClass.ECCN_3A090_A;
import static io.berth.catalog.ExportClass.ECCN_3A090_B;
import static io.berth.catalog.ExportClass.NOT_3A090;
import static org.assertj.core.api.Assertions.assertThat;

import io.berth.catalog.ExportClass;
import io.berth.platform.Figure;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExportParametersTest {

  @ParameterizedTest
  @CsvSource({
    "4800, 0.1, ECCN_3A090_A",
    "4799.99, 5.92, ECCN_3A090_A",
    "1600, 5.92, ECCN_3A090_A",
    "1599.99, 100, NOT_3A090",
    "1600, 5.91, ECCN_3A090_B",
    "1600, 3.2, ECCN_3A090_B",
    "1600, 3.19, NOT_3A090",
    "2399.99, 1.6, NOT_3A090",
    "2400, 1.6, ECCN_3A090_B",
    "2400, 1.59, NOT_3A090",
    "4799.99, 1.6, ECCN_3A090_B",
  })
  void drawsTheLinesWhereTheRegulationDoes(String tpp, String density, ExportClass expected) {
    assertThat(ExportParameters.possible(Figure.parse(tpp), Figure.parse(density), true))
        .containsExactly(expected);
  }

  @ParameterizedTest
  @CsvSource({"4800, 0.1, ECCN_3A090_A", "4799.99, 100, NOT_3A090", "2400, 1.6, NOT_3A090"})
  void catchesPartsNotMadeForDataCentresByTppAlone(
      String tpp, String density, ExportClass expected) {
    assertThat(ExportParameters.possible(Figure.parse(tpp), Figure.parse(density), false))
        .containsExactly(expected);
  }

  @Test
  void highTppNeedsNoDensity() {
    assertThat(ExportParameters.possible(Figure.parse("5008-6624"), Figure.unknown(), null))
        .containsExactly(ECCN_3A090_A);
  }

  @Test
  void intervalAcrossALineAllowsBothSides() {
    assertThat(ExportParameters.possible(Figure.parse("4700-4900"), Figure.parse("2"), true))
        .containsExactly(ECCN_3A090_A, ECCN_3A090_B);
  }

  @Test
  void unknownPurposeAllowsBothReadings() {
    assertThat(ExportParameters.possible(Figure.parse("3000"), Figure.parse("2"), null))
        .containsExactly(ECCN_3A090_B, NOT_3A090);
  }

  @Test
  void nothingKnownAllowsEverything() {
    assertThat(ExportParameters.possible(Figure.unknown(), Figure.unknown(), null))
        .containsExactly(ECCN_3A090_A, ECCN_3A090_B, NOT_3A090);
  }

  /** Bands against the regulation's own sentence, point by point over random intervals. */
  @Test
  void holdsEveryClassThatAPointOfTheIntervalsHas() {
    Random random = new Random(20231117);
    for (int round = 0; round < 2_000; round++) {
      int[] tpp = {random.nextInt(6000), random.nextInt(6000)};
      int[] hundredths = {random.nextInt(800), random.nextInt(800)};
      Arrays.sort(tpp);
      Arrays.sort(hundredths);
      Set<ExportClass> byPoint = EnumSet.noneOf(ExportClass.class);
      for (int t : withLines(tpp, 1600, 2400, 4800)) {
        for (int d : withLines(hundredths, 160, 320, 592)) {
          byPoint.add(sentence(t, d / 100.0));
        }
      }
      Figure tppFigure = Figure.parse(tpp[0] + "-" + tpp[1]);
      Figure density =
          Figure.parse("%.2f-%.2f".formatted(hundredths[0] / 100.0, hundredths[1] / 100.0));
      assertThat(ExportParameters.possible(tppFigure, density, true))
          .as("%s %s", tppFigure, density)
          .isEqualTo(byPoint);
    }
  }

  private static int[] withLines(int[] ends, int... lines) {
    return Arrays.stream(
            new int[] {
              ends[0],
              ends[1],
              lines[0],
              lines[1],
              lines[2],
              lines[0] - 1,
              lines[1] - 1,
              lines[2] - 1
            })
        .filter(point -> point >= ends[0] && point <= ends[1])
        .toArray();
  }

  private static ExportClass sentence(double tpp, double density) {
    if (tpp >= 4800 || (tpp >= 1600 && density >= 5.92)) {
      return ECCN_3A090_A;
    }
    boolean first = tpp >= 2400 && tpp < 4800 && density >= 1.6 && density < 5.92;
    boolean second = tpp >= 1600 && density >= 3.2 && density < 5.92;
    return first || second ? ECCN_3A090_B : NOT_3A090;
  }
}
