package io.berth.compliance.internal;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.csv.CsvGenerator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.berth.compliance.internal.Simulation.LeaseOutcome;
import io.berth.compliance.internal.Simulation.OfferOutcome;
import io.berth.compliance.internal.Simulation.OrderOutcome;
import io.berth.compliance.internal.Simulation.Why;
import io.berth.platform.Money;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A simulation as a table (RFC 4180), one row for each lease, offer and order that changes. */
final class SimulationCsv {

  /** Quotes what must be quoted, not whatever is long. */
  private static final CsvMapper MAPPER =
      CsvMapper.builder().enable(CsvGenerator.Feature.STRICT_CHECK_FOR_QUOTING).build();

  private static final CsvSchema SCHEMA =
      MAPPER.schemaFor(Row.class).withHeader().withLineSeparator("\r\n");

  private SimulationCsv() {}

  /** Amounts are decimal numbers of the currency, moments ISO 8601. */
  @JsonPropertyOrder({
    "kind",
    "id",
    "tenant",
    "provider",
    "model",
    "accelerators",
    "verdictNow",
    "verdictThen",
    "breaksAt",
    "endsAt",
    "valueLost",
    "currency",
    "tenantsNow",
    "tenantsThen",
    "rules"
  })
  record Row(
      String kind,
      String id,
      @Nullable String tenant,
      @Nullable String provider,
      @Nullable String model,
      @Nullable Integer accelerators,
      @Nullable String verdictNow,
      @Nullable String verdictThen,
      @Nullable String breaksAt,
      @Nullable String endsAt,
      @Nullable String valueLost,
      @Nullable String currency,
      @Nullable Integer tenantsNow,
      @Nullable Integer tenantsThen,
      @Nullable String rules) {}

  static String of(Simulation simulation) {
    List<Row> rows =
        Stream.of(
                simulation.leases().stream().map(SimulationCsv::lease),
                simulation.offers().stream().map(SimulationCsv::offer),
                simulation.orders().stream().map(SimulationCsv::order))
            .flatMap(kind -> kind)
            .toList();
    try {
      return MAPPER.writer(SCHEMA).writeValueAsString(rows);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record must become CSV", e);
    }
  }

  private static Row lease(LeaseOutcome lease) {
    Money lost = lease.valueLost();
    return new Row(
        "lease",
        lease.lease().toString(),
        lease.tenant().toString(),
        lease.provider().toString(),
        lease.model(),
        lease.accelerators(),
        lease.verdictNow().name(),
        lease.verdictThen().name(),
        text(lease.breaksAt()),
        text(lease.endsAt()),
        lost == null ? null : decimal(lost),
        lost == null ? null : lost.currency().getCurrencyCode(),
        null,
        null,
        lease.reasons().stream().map(Why::ruleId).distinct().collect(Collectors.joining(" ")));
  }

  private static Row offer(OfferOutcome offer) {
    return new Row(
        "offer",
        offer.offer().toString(),
        null,
        offer.provider().toString(),
        offer.model(),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        offer.tenantsNow(),
        offer.tenantsThen(),
        null);
  }

  private static Row order(OrderOutcome order) {
    return new Row(
        "order",
        order.order().toString(),
        order.tenant().toString(),
        null,
        null,
        null,
        order.verdictNow().name(),
        order.verdictThen().name(),
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  private static @Nullable String text(@Nullable Instant moment) {
    return moment == null ? null : moment.toString();
  }

  private static String decimal(Money money) {
    int microsScale = 6;
    return BigDecimal.valueOf(money.micros(), microsScale).toPlainString();
  }
}
