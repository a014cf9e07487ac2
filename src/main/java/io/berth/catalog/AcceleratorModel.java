package io.berth.catalog;

import io.berth.platform.Figure;
import org.jspecify.annotations.Nullable;

/**
 * A model of accelerator as published sources describe it. Figures are per device, dense (without
 * sparsity), and unknown where no source is to be trusted. The sources' keys are explained beside
 * the table, in {@code catalog/README.md} of the resources.
 *
 * @param id a stable slug, such as {@code nvidia-h100-sxm}
 * @param name the name with its form, such as {@code H100 SXM}
 * @param alias a shorter name in common use, or null where the name is it
 * @param vendor the maker, such as {@code NVIDIA}
 * @param vendorCountry where the maker sits, ISO 3166-1 alpha-2
 * @param dataCentre whether it is made or marketed for data centres; null where unknown
 * @param memoryGb memory in gigabytes
 * @param interconnectGbPerSecond bandwidth to other devices in gigabytes a second, as printed: over
 *     PCIe where it has no link of its own
 * @param denseFp16Tflops FP16 or BF16 TFLOPS
 * @param denseLowBitTops the TOPS or TFLOPS at {@code lowBits}
 * @param lowBits the bit length behind {@code denseLowBitTops}; null where unknown
 * @param logicDieSquareMm area of the logic dies in mm²
 * @param tpp total processing performance, see {@link ExportClass}
 * @param performanceDensity TPP over the logic dies' area
 * @param dramGbPerSecond bandwidth to its memory in gigabytes a second
 * @param classification how export rules see it
 * @param source keys of the sources
 * @param confidence {@code high}, {@code medium}, {@code low} or {@code unverified}
 * @param note what else to know, as printed originals of figures that were normalised; may be empty
 */
public record AcceleratorModel(
    String id,
    String name,
    @Nullable String alias,
    String vendor,
    String vendorCountry,
    @Nullable Boolean dataCentre,
    Figure memoryGb,
    Figure interconnectGbPerSecond,
    Figure denseFp16Tflops,
    Figure denseLowBitTops,
    @Nullable Integer lowBits,
    Figure logicDieSquareMm,
    Figure tpp,
    Figure performanceDensity,
    Figure dramGbPerSecond,
    ExportClassification classification,
    String source,
    String confidence,
    String note) {

  /** The alias where there is one, else the name. */
  public String shortName() {
    return alias == null ? name : alias;
  }
}
