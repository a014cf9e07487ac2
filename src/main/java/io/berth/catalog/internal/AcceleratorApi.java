package io.berth.catalog.internal;

import io.berth.catalog.AcceleratorModel;
import io.berth.catalog.ExportClass;
import io.berth.catalog.ExportClassification;
import io.berth.platform.Figure;
import java.math.BigDecimal;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Wire forms of the catalogue. */
final class AcceleratorApi {

  private AcceleratorApi() {}

  /** A model. What is not known is absent. */
  @Schema(
      name = "Accelerator",
      description =
          "A model of accelerator as published sources describe it. Figures are per device and without sparsity; one that no source is trusted for is absent, and one that sources disagree on has different bounds.")
  record View(
      @Schema(description = "A slug, as in capacity and quotes.", examples = "nvidia-h100-sxm")
          String id,
      @Schema(examples = "H100 SXM") String name,
      @Schema(description = "A shorter name in common use.", examples = "H100")
          @Nullable String alias,
      @Schema(examples = "NVIDIA") String vendor,
      @Schema(description = "Where the maker sits, ISO 3166-1 alpha-2.", examples = "US")
          String vendorCountry,
      @Schema(description = "Made or marketed for data centres; absent where unclear.")
          @Nullable Boolean dataCentre,
      @Schema(description = "Memory in gigabytes.") @Nullable FigureView memoryGb,
      @Schema(description = "Bandwidth to other devices, gigabytes a second, as printed.")
          @Nullable FigureView interconnectGbPerSecond,
      @Schema(description = "FP16 or BF16 TFLOPS.") @Nullable FigureView denseFp16Tflops,
      @Schema(description = "TOPS or TFLOPS at lowBits.") @Nullable FigureView denseLowBitTops,
      @Schema(description = "The bit length behind denseLowBitTops.", examples = "8")
          @Nullable Integer lowBits,
      @Schema(description = "Area of the logic dies in mm².") @Nullable FigureView logicDieSquareMm,
      @Schema(
              description =
                  "Total processing performance: dense TOPS times bit length, the maximum over precisions.")
          @Nullable FigureView tpp,
      @Schema(description = "Performance density: TPP over the logic dies' area.")
          @Nullable FigureView performanceDensity,
      @Schema(description = "Bandwidth to its memory, gigabytes a second.")
          @Nullable FigureView dramGbPerSecond,
      ClassificationView classification,
      @Schema(description = "Keys of the sources.", examples = "A;B") String source,
      @Schema(
              description = "How far the sources are to be trusted.",
              enumeration = {"high", "medium", "low", "unverified"})
          String confidence,
      @Schema(description = "What else to know.") @Nullable String note) {

    static View of(AcceleratorModel model) {
      return new View(
          model.id(),
          model.name(),
          model.alias(),
          model.vendor(),
          model.vendorCountry(),
          model.dataCentre(),
          FigureView.of(model.memoryGb()),
          FigureView.of(model.interconnectGbPerSecond()),
          FigureView.of(model.denseFp16Tflops()),
          FigureView.of(model.denseLowBitTops()),
          model.lowBits(),
          FigureView.of(model.logicDieSquareMm()),
          FigureView.of(model.tpp()),
          FigureView.of(model.performanceDensity()),
          FigureView.of(model.dramGbPerSecond()),
          ClassificationView.of(model.classification()),
          model.source(),
          model.confidence(),
          model.note().isEmpty() ? null : model.note());
    }
  }

  /** A figure that is known. */
  @Schema(
      name = "Figure",
      description =
          "A published figure as an interval: the bounds are the same where sources agree, and apart where they do not. The unit is that of the member.")
  record FigureView(
      @Schema(description = "The least it can be.", examples = "15832") BigDecimal min,
      @Schema(description = "The most it can be.", examples = "15832") BigDecimal max) {

    static @Nullable FigureView of(Figure figure) {
      BigDecimal min = figure.min();
      BigDecimal max = figure.max();
      return min == null || max == null ? null : new FigureView(min, max);
    }
  }

  /** How export rules see a model. */
  @Schema(
      name = "ExportClassification",
      description =
          "How ECCN 3A090 (15 CFR part 774, supplement no. 1) sees the model. Not legal advice.")
  record ClassificationView(
      @Schema(
              description =
                  "The class that the figures give; UNKNOWN where they allow several, which never means no.")
          ExportClass byFigures,
      @Schema(description = "The paragraph that is met.", examples = "3A090.a")
          @Nullable String eccn,
      @Schema(description = "Every class that the figures allow.") List<ExportClass> possible,
      @Schema(
              description =
                  "Whether licence exceptions NAC and ACA may be used: it meets 3A090.a though not made for data centres.")
          boolean notificationException,
      @Schema(description = "The classification in the sources' words.", examples = "3A090.a")
          String label,
      @Schema(description = "How a source's label contradicts the figures; absent where none does.")
          @Nullable String disagreement) {

    static ClassificationView of(ExportClassification classification) {
      return new ClassificationView(
          classification.byFigures(),
          classification.byFigures().eccn().orElse(null),
          List.copyOf(classification.possible()),
          classification.notificationException(),
          classification.label(),
          classification.disagreement());
    }
  }

  /** A page of models, named for the contract. */
  @Schema(name = "AcceleratorPage", description = "A page of models")
  record PageView(
      List<View> items,
      @Schema(description = "What to send as pageToken for the next page; absent on the last.")
          @Nullable String nextPageToken) {}
}
