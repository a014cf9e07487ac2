package io.berth.booking.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.berth.booking.Alternative;
import io.berth.booking.internal.Alternatives.Asked;
import io.berth.booking.internal.Alternatives.Candidate;
import io.berth.catalog.AcceleratorCatalog;
import io.berth.catalog.AcceleratorModel;
import io.berth.inventory.NodePoolId;
import io.berth.market.Offer;
import io.berth.market.OfferId;
import io.berth.market.OfferState;
import io.berth.market.PriceBasis;
import io.berth.platform.Figure;
import io.berth.platform.Money;
import io.berth.platform.OrganizationId;
import io.berth.policy.Verdict;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AlternativesTest {

  private static final AcceleratorCatalog CATALOG = new AcceleratorCatalog();
  private static final Asked ASKED = new Asked(model("nvidia-h100-sxm"), usd(3_000_000));

  @Test
  void offersTheSameAcceleratorElsewhereBeforeAnythingNearer() {
    List<Alternative> found =
        nearest(
            candidate("nvidia-h200-sxm", "DE", 3_000_000, Verdict.ALLOW),
            candidate("nvidia-h100-sxm", "SG", 9_000_000, Verdict.WARN),
            candidate("nvidia-h100-sxm", "FI", 3_300_000, Verdict.ALLOW));

    assertThat(found).extracting(Alternative::country).containsExactly("FI", "SG", "DE");
    assertThat(found.getFirst().distance()).isEqualTo(new BigDecimal("0.095"));
    assertThat(found.getFirst().why())
        .isEqualTo("The same accelerator on another offer, at 1.10 times the price.");
    assertThat(found.getLast().why())
        .isEqualTo("Near H100: 1.00 times its TPP, 1.76 times its memory, 1.00 times the price.");
  }

  @Test
  void measuresHalfAsMuchAsFarAsTwiceAsMuch() {
    assertThat(distance("nvidia-h100-sxm", 6_000_000))
        .isEqualTo(distance("nvidia-h100-sxm", 1_500_000), within(1e-9))
        .isEqualTo(Math.log(2), within(1e-9));
    assertThat(distance("nvidia-h100-sxm", 3_000_000)).isZero();
  }

  @Test
  void keepsWhatIsNotKnownAtADistance() {
    AcceleratorModel h100 = model("nvidia-h100-sxm");
    AcceleratorModel unknown =
        new AcceleratorModel(
            "made-up",
            "Made up",
            null,
            "Nobody",
            "US",
            true,
            Figure.unknown(),
            Figure.unknown(),
            Figure.unknown(),
            Figure.unknown(),
            null,
            Figure.unknown(),
            Figure.unknown(),
            Figure.unknown(),
            Figure.unknown(),
            h100.classification(),
            "none",
            "low",
            "");
    Candidate candidate = new Candidate(offer(usd(3_000_000)), unknown, "FI", null, Verdict.ALLOW);

    assertThat(Alternatives.distance(ASKED, candidate)).isEqualTo(2);
    assertThat(Alternatives.nearest(List.of(ASKED), List.of(candidate)).getFirst().why())
        .startsWith("Near H100: an unknown multiple of its TPP");
    Candidate inEuros =
        new Candidate(
            offer(new Money(3_000_000, Currency.getInstance("EUR"))),
            h100,
            "FI",
            null,
            Verdict.ALLOW);
    assertThat(Alternatives.distance(ASKED, inEuros)).isEqualTo(1);
  }

  @Test
  void showsTheCheapestOfEachAcceleratorAndCountryAndFiveAtMost() {
    List<Alternative> found =
        nearest(
            candidate("nvidia-h100-sxm", "FI", 3_300_000, Verdict.ALLOW),
            candidate("nvidia-h100-sxm", "FI", 3_100_000, Verdict.ALLOW),
            candidate("nvidia-h100-sxm", "SE", 3_300_000, Verdict.ALLOW),
            candidate("nvidia-h100-sxm", "DE", 3_300_000, Verdict.ALLOW),
            candidate("nvidia-h100-sxm", "FR", 3_300_000, Verdict.ALLOW),
            candidate("nvidia-h100-sxm", "ES", 3_300_000, Verdict.ALLOW),
            candidate("nvidia-h100-sxm", "IT", 3_300_000, Verdict.ALLOW));

    assertThat(found).hasSize(5);
    assertThat(found.getFirst().pricePerAcceleratorHour().amountMicros()).isEqualTo("3100000");
    assertThat(found).extracting(Alternative::country).doesNotHaveDuplicates();
  }

  @Test
  void offersNothingThatIsHeldOrDenied() {
    assertThat(
            nearest(
                Arrays.stream(Verdict.values())
                    .filter(verdict -> !verdict.permits())
                    .map(verdict -> candidate("nvidia-h100-sxm", "FI", 3_000_000, verdict))
                    .toArray(Candidate[]::new)))
        .isEmpty();
  }

  private static List<Alternative> nearest(Candidate... candidates) {
    return Alternatives.nearest(List.of(ASKED), List.of(candidates));
  }

  private static double distance(String model, long micros) {
    return Alternatives.distance(ASKED, candidate(model, "FI", micros, Verdict.ALLOW));
  }

  private static Candidate candidate(String model, String country, long micros, Verdict verdict) {
    return new Candidate(offer(usd(micros)), model(model), country, null, verdict);
  }

  private static AcceleratorModel model(String id) {
    return CATALOG.find(id).orElseThrow();
  }

  private static Money usd(long micros) {
    return new Money(micros, Currency.getInstance("USD"));
  }

  private static Offer offer(Money price) {
    return new Offer(
        OfferId.fresh(),
        OrganizationId.fresh(),
        NodePoolId.fresh(),
        price,
        Duration.ofMinutes(1),
        Duration.ofDays(30),
        1,
        100,
        Optional.empty(),
        Optional.empty(),
        Duration.ofMinutes(5),
        PriceBasis.QUOTED,
        "",
        OfferState.PUBLISHED,
        0);
  }
}
