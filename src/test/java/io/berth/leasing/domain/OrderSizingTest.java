package io.berth.leasing.domain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.berth.booking.QuoteRequest;
import io.berth.platform.Money;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How much of an order is asked for at a time, and for how much. */
class OrderSizingTest {

  private static final long SEED = 20_261_128;
  private static final int CASES = 2_000;
  private static final ObjectMapper JSON = new ObjectMapper().registerModule(new JavaTimeModule());
  private static final Currency USD = Currency.getInstance("USD");
  private static final Instant NOW = Instant.parse("2026-11-28T12:00:30Z");

  @Test
  void neverSpendsMoreThanTheTotalHoweverItIsDivided() {
    Random random = new Random(SEED);
    for (int i = 0; i < CASES; i++) {
      int wanted = 1 + random.nextInt(64);
      int minutes = 1 + random.nextInt(5_000);
      Money totalMax = new Money(1_000_000L + random.nextInt(2_000_000_000), USD);
      QuoteRequest request =
          request(wanted, null, null, Duration.ofMinutes(minutes), null, Money.Wire.of(totalMax));
      List<Money> spent = new ArrayList<>();
      int remaining = wanted;
      while (remaining > 0) {
        Money limit = OrderSizing.limit(request, spent, remaining, NOW).toMoney();
        int part = 1 + random.nextInt(remaining);
        // As a quote's total is made.
        spent.add(limit.times((long) part * minutes, 60));
        remaining -= part;
      }
      Money sum = spent.stream().reduce(Money.zero(USD), Money::plus);
      assertThat(sum).as("case %d", i).isLessThanOrEqualTo(totalMax);
    }
  }

  @Test
  void pricesByTheLowerOfTheTwoLimits() {
    assertThat(limit(1_000_000, wire(32_000_000), List.of(), 8)).isEqualTo(wire(1_000_000));
    assertThat(limit(1_000_000, wire(8_000_000), List.of(), 8)).isEqualTo(wire(500_000));
    assertThat(limit(1_000_000, null, List.of(), 8)).isEqualTo(wire(1_000_000));
    assertThat(limit(1_000_000, wire(8_000_000), List.of(new Money(6_000_000, USD)), 4))
        .isEqualTo(wire(250_000));
  }

  private static Money.@Nullable Wire limit(
      long price, Money.@Nullable Wire totalMax, List<Money> spent, int remaining) {
    return OrderSizing.limit(
        request(8, null, null, Duration.ofHours(2), wire(price), totalMax), spent, remaining, NOW);
  }

  @Test
  void leavesNoRemainderThatNoLeaseCouldHave() {
    assertThat(OrderSizing.partMax(16, 4)).isEqualTo(12);
    assertThat(OrderSizing.partMax(7, 4)).isLessThan(4);
  }

  @Test
  void asksForWholeNodesWhereNodesAreAskedFor() {
    QuoteRequest part = OrderSizing.part(request(null, 4, 8, null, null), 16, wire(250_000), NOW);

    assertThat(part.nodes()).isEqualTo(2);
    assertThat(part.acceleratorsPerNode()).isEqualTo(8);
    assertThat(part.accelerators()).isNull();
    assertThat(part.pricePerAcceleratorHourMax()).isEqualTo(wire(250_000));
    assertThat(part.totalMax()).isNull();
  }

  @Test
  void startsNowWhereItsEarliestStartIsPast() {
    Instant end = NOW.plus(Duration.ofDays(1)).truncatedTo(ChronoUnit.MINUTES);
    Instant past = NOW.minus(Duration.ofHours(1)).truncatedTo(ChronoUnit.MINUTES);
    Instant ahead = NOW.plus(Duration.ofHours(1)).truncatedTo(ChronoUnit.MINUTES);

    assertThat(OrderSizing.part(request(8, null, null, past, end), 8, null, NOW).earliestStart())
        .isNull();
    assertThat(OrderSizing.part(request(8, null, null, ahead, end), 8, null, NOW).earliestStart())
        .isEqualTo(ahead);
  }

  @Test
  void isTooLateOnceTheMinuteOfItsStartIsOver() {
    Instant start = Instant.parse("2026-11-28T12:00:00Z");
    assertThat(OrderSizing.lastMoment(request(1, start, null, Duration.ofHours(1), null, null)))
        .contains(Instant.parse("2026-11-28T12:01:00Z"));
    assertThat(OrderSizing.lastMoment(request(1, null, start, null, null, null))).contains(start);
    assertThat(OrderSizing.lastMoment(request(1, null, null, Duration.ofHours(1), null, null)))
        .isEqualTo(Optional.empty());
    assertThat(OrderSizing.lastMoment(request(1, null, null, null, start)))
        .contains(Instant.parse("2026-11-28T11:01:00Z"));
  }

  private static Money.Wire wire(long micros) {
    return Money.Wire.of(new Money(micros, USD));
  }

  private static QuoteRequest request(
      int accelerators,
      @Nullable Instant start,
      @Nullable Instant end,
      @Nullable Duration duration,
      Money.@Nullable Wire limit,
      Money.@Nullable Wire totalMax) {
    return request(accelerators, null, null, start, end, duration, null, null, limit, totalMax);
  }

  /** For an hour, in a window. */
  private static QuoteRequest request(
      @Nullable Integer accelerators,
      @Nullable Integer nodes,
      @Nullable Integer acceleratorsPerNode,
      @Nullable Instant earliestStart,
      @Nullable Instant latestEnd) {
    return request(
        accelerators,
        nodes,
        acceleratorsPerNode,
        null,
        null,
        Duration.ofHours(1),
        earliestStart,
        latestEnd,
        null,
        null);
  }

  private static QuoteRequest request(
      @Nullable Integer accelerators,
      @Nullable Integer nodes,
      @Nullable Integer acceleratorsPerNode,
      @Nullable Instant start,
      @Nullable Instant end,
      @Nullable Duration duration,
      @Nullable Instant earliestStart,
      @Nullable Instant latestEnd,
      Money.@Nullable Wire limit,
      Money.@Nullable Wire totalMax) {
    ObjectNode request = JSON.createObjectNode();
    request.set("accelerators", JSON.valueToTree(accelerators));
    request.set("nodes", JSON.valueToTree(nodes));
    request.set("acceleratorsPerNode", JSON.valueToTree(acceleratorsPerNode));
    request.set("start", JSON.valueToTree(start));
    request.set("end", JSON.valueToTree(end));
    request.set("duration", JSON.valueToTree(duration));
    request.set("earliestStart", JSON.valueToTree(earliestStart));
    request.set("latestEnd", JSON.valueToTree(latestEnd));
    request.set("pricePerAcceleratorHourMax", JSON.valueToTree(limit));
    request.set("totalMax", JSON.valueToTree(totalMax));
    return JSON.convertValue(request, QuoteRequest.class);
  }
}
