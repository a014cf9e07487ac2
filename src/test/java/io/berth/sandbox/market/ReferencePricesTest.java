package io.berth.sandbox.market;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.catalog.AcceleratorCatalog;
import io.berth.sandbox.market.ReferencePrices.Basis;
import io.berth.sandbox.market.ReferencePrices.ReferencePrice;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReferencePricesTest {

  private final ReferencePrices prices = new ReferencePrices();

  @Test
  void prefersOffersInTheSameCountry() {
    assertThat(prices.pricePerAcceleratorHourMicros("nvidia-h100-sxm", "FI"))
        .contains(
            new ReferencePrice(
                2_950_000, Basis.OBSERVED, "median of 2 public offers in FI: nebius"));
  }

  @Test
  void takesTheMedianOfOtherCountriesElse() {
    // 1.865, 1.87, 2.00, [2.1325, 2.95], 2.95, 3.99, 4.19
    assertThat(prices.pricePerAcceleratorHourMicros("nvidia-h100-sxm", "SG"))
        .hasValueSatisfying(price -> {
          assertThat(price.usdMicros()).isEqualTo(2_541_250);
          assertThat(price.basis()).isEqualTo(Basis.OBSERVED);
          assertThat(price.source()).startsWith("median of 8 public offers in other countries");
        });
  }

  @Test
  void namesTheSellerOfASingleOffer() {
    assertThat(prices.pricePerAcceleratorHourMicros("nvidia-h200-sxm", "JP"))
        .contains(
            new ReferencePrice(
                4_000_000, Basis.OBSERVED, "public offer in JP: shadeform/excesssupply"));
  }

  @Test
  void saysWhereAPriceIsMadeUp() {
    assertThat(prices.pricePerAcceleratorHourMicros("huawei-ascend-910b", "CN"))
        .hasValueSatisfying(price -> {
          assertThat(price.basis()).isEqualTo(Basis.ILLUSTRATIVE);
          assertThat(price.source()).startsWith("made up for the sandbox");
        });
  }

  @Test
  void hasNoPriceForAModelWithoutRows() {
    assertThat(prices.pricePerAcceleratorHourMicros("kunlunxin-p800", "CN")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nvidia-h100-sxm",
        "nvidia-h200-sxm",
        "nvidia-l40s",
        "nvidia-a100-80g-sxm",
        "nvidia-h20",
        "nvidia-rtx-4090",
        "nvidia-b200",
        "amd-mi300x",
        "huawei-ascend-910b",
        "biren-br100",
        "intel-gaudi-3"
      })
  void pricesEveryModelOfTheSandbox(String modelId) {
    assertThat(new AcceleratorCatalog().find(modelId)).isPresent();
    for (String country : List.of("SG", "MY", "JP", "US", "FI", "DE", "CN", "AE")) {
      assertThat(prices.pricePerAcceleratorHourMicros(modelId, country))
          .hasValueSatisfying(price -> assertThat(price.usdMicros()).isPositive());
    }
  }
}
