package io.berth.catalog;

import static io.berth.catalog.ExportClass.ECCN_3A090_A;
import static io.berth.catalog.ExportClass.ECCN_3A090_B;
import static io.berth.catalog.ExportClass.NOT_3A090;
import static io.berth.catalog.ExportClass.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import io.berth.platform.Figure;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AcceleratorCatalogTest {

  private final AcceleratorCatalog catalog = new AcceleratorCatalog();

  @Test
  void holdsFortyModels() {
    assertThat(catalog.all()).hasSize(40);
    assertThat(catalog.all()).extracting(AcceleratorModel::id).doesNotHaveDuplicates();
  }

  @Test
  void findsModelBySlugOnly() {
    assertThat(catalog.find("nvidia-h100-sxm"))
        .hasValueSatisfying(model -> {
          assertThat(model.name()).isEqualTo("H100 SXM");
          assertThat(model.shortName()).isEqualTo("H100");
          assertThat(model.tpp()).isEqualTo(Figure.parse("15832"));
          assertThat(model.dramGbPerSecond()).isEqualTo(Figure.parse("3350"));
        });
    assertThat(catalog.find("H100")).isEmpty();
  }

  @Test
  void keepsDoubtfulAndMissingFiguresUnknown() {
    AcceleratorModel mi308x = model("amd-mi308x");
    assertThat(mi308x.tpp().isKnown()).isFalse();
    assertThat(mi308x.performanceDensity().isKnown()).isFalse();
    assertThat(mi308x.interconnectGbPerSecond().isKnown()).isFalse();
    AcceleratorModel s60 = model("enflame-s60");
    assertThat(s60.tpp().isKnown()).isFalse();
    assertThat(s60.lowBits()).isNull();
    assertThat(model("nvidia-rtx-pro-6000d").dataCentre()).isNull();
  }

  @Test
  void readsDisagreeingFiguresAsIntervals() {
    assertThat(model("huawei-ascend-910b").tpp()).isEqualTo(Figure.parse("5008-6624"));
    assertThat(model("nvidia-b30a").dramGbPerSecond()).isEqualTo(Figure.parse("3850-7700"));
  }

  /** Printed as 14680, which is below the 21,000 of 2026-01-15; by its FP16 figure it is above. */
  @Test
  void keepsBothReadingsWhereAPrintedTppIsNotTheMaximumOverPrecisions() {
    assertThat(model("intel-gaudi-3").tpp()).isEqualTo(Figure.parse("14680-29360"));
  }

  @Test
  void convertsPrintedUnitsAndKeepsTheOriginal() {
    AcceleratorModel gaudi2 = model("intel-gaudi-2");
    assertThat(gaudi2.interconnectGbPerSecond()).isEqualTo(Figure.parse("300"));
    assertThat(gaudi2.note()).contains("2400 Gb/s");
    assertThat(model("nvidia-l40s").note()).contains("64 PCIe");
  }

  /** A slip in a row's arithmetic would move a model over a threshold, so the parts must agree. */
  @Test
  void tppIsOperationsTimesBits() {
    for (AcceleratorModel model : catalog.all()) {
      BigDecimal wide = model.denseFp16Tflops().max();
      BigDecimal low = model.denseLowBitTops().max();
      BigDecimal tpp = model.tpp().max();
      Integer lowBits = model.lowBits();
      if (tpp == null || (wide == null && (low == null || lowBits == null))) {
        continue;
      }
      double most = wide == null ? 0 : wide.doubleValue() * 16;
      if (low != null && lowBits != null) {
        most = Math.max(most, low.doubleValue() * lowBits);
      }
      assertThat(tpp.doubleValue() / most).as(model.id()).isBetween(0.99, 1.01);
    }
  }

  @Test
  void classifiesEveryModelByItsFigures() {
    Map<String, ExportClass> classes = new HashMap<>();
    catalog.all().forEach(model -> classes.put(model.id(), model.classification().byFigures()));

    Map<String, ExportClass> expected = new HashMap<>();
    List.of(
            "nvidia-a100-80g-sxm",
            "nvidia-a800-sxm",
            "nvidia-h100-sxm",
            "nvidia-h800-sxm",
            "nvidia-h200-sxm",
            "nvidia-l40s",
            "nvidia-l4",
            "nvidia-rtx-4090",
            "nvidia-rtx-5090",
            "nvidia-b200",
            "nvidia-b300",
            "nvidia-gb200",
            "nvidia-gb300",
            "nvidia-b30a",
            "amd-mi250x",
            "amd-mi300x",
            "amd-mi325x",
            "amd-mi355x",
            "intel-gaudi-2",
            "intel-gaudi-3",
            "huawei-ascend-910b",
            "huawei-ascend-910c",
            "biren-br100",
            "biren-br104",
            "cambricon-mlu590",
            "kunlunxin-p800")
        .forEach(id -> expected.put(id, ECCN_3A090_A));
    List.of("nvidia-h20", "nvidia-l20", "nvidia-l2", "nvidia-rtx-4090d", "nvidia-rtx-5090d")
        .forEach(id -> expected.put(id, NOT_3A090));
    List.of(
            "nvidia-rtx-pro-6000d",
            "amd-mi308x",
            "biren-br106",
            "cambricon-mlu370-x8",
            "hygon-k100-ai",
            "moore-threads-mtt-s4000",
            "metax-c500",
            "iluvatar-bi-v100",
            "enflame-s60")
        .forEach(id -> expected.put(id, UNKNOWN));
    assertThat(classes).isEqualTo(expected);
  }

  @Test
  void namesTheOnlyLabelThatFiguresContradict() {
    assertThat(catalog.all())
        .filteredOn(model -> model.classification().disagreement() != null)
        .extracting(AcceleratorModel::id)
        .containsExactly("nvidia-h20");
    assertThat(model("nvidia-h20").classification().disagreement())
        .isEqualTo(
            "a source labels it 3A090.b, but TPP 2368 and performance density 2.91 allow only not"
                + " 3A090");
  }

  @Test
  void neverReadsMissingFiguresAsNo() {
    ExportClassification s4000 = model("moore-threads-mtt-s4000").classification();
    assertThat(s4000.possible()).containsExactly(ECCN_3A090_A, ECCN_3A090_B, NOT_3A090);
    assertThat(s4000.controlled()).isEmpty();
    assertThat(model("nvidia-h20").classification().controlled()).contains(false);
    assertThat(model("nvidia-l40s").classification().controlled()).contains(true);
  }

  @Test
  void marksConsumerPartsThatMayUseTheNotificationExceptions() {
    assertThat(catalog.all())
        .filteredOn(model -> model.classification().notificationException())
        .extracting(AcceleratorModel::id)
        .containsExactly("nvidia-rtx-4090", "nvidia-rtx-5090");
  }

  private AcceleratorModel model(String id) {
    return catalog.find(id).orElseThrow();
  }
}
