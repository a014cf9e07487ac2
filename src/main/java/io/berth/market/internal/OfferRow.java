package io.berth.market.internal;

import io.berth.inventory.NodePoolId;
import io.berth.market.InterruptibleTerms;
import io.berth.market.NetworkException;
import io.berth.market.Offer;
import io.berth.market.OfferId;
import io.berth.market.OfferState;
import io.berth.market.OfferTerms;
import io.berth.market.PriceBasis;
import io.berth.platform.Money;
import io.berth.platform.OrganizationId;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An offer as it is stored. */
@Entity
@Table(name = "offer")
public class OfferRow {

  @Id private UUID id;

  @Column(name = "provider_id", updatable = false)
  private UUID providerId;

  @Column(name = "pool_id", updatable = false)
  private UUID poolId;

  @Column(name = "price_micros")
  private long priceMicros;

  @Column(name = "price_currency", columnDefinition = "text")
  private String priceCurrency;

  @Column(name = "term_minutes_min")
  private int termMinutesMin;

  @Column(name = "term_minutes_max")
  private int termMinutesMax;

  @Column(name = "accelerators_min")
  private int acceleratorsMin;

  @Column(name = "accelerators_max")
  private int acceleratorsMax;

  @Column(name = "available_from")
  private @Nullable Instant availableFrom;

  @Column(name = "available_until")
  private @Nullable Instant availableUntil;

  @Column(name = "turnaround_minutes")
  private int turnaroundMinutes;

  @Column(name = "price_basis", columnDefinition = "text")
  @Enumerated(EnumType.STRING)
  private PriceBasis priceBasis;

  @Column(name = "price_note", columnDefinition = "text")
  private String priceNote;

  @Column(name = "early_release_refund_percent")
  private int earlyReleaseRefundPercent;

  @Column(name = "interruptible_price_micros")
  private @Nullable Long interruptiblePriceMicros;

  @Column(name = "interruption_notice_minutes")
  private @Nullable Integer interruptionNoticeMinutes;

  @Column(name = "network_exceptions", columnDefinition = "text")
  @Convert(converter = NetworkExceptionsColumn.class)
  private List<NetworkException> networkExceptions;

  @Column(name = "state", columnDefinition = "text")
  @Enumerated(EnumType.STRING)
  private OfferState state;

  @Version
  @Column(name = "version")
  private long version;

  @Column(name = "created_at", updatable = false)
  private Instant createdAt;

  /** For Hibernate. */
  protected OfferRow() {}

  /** A new draft. */
  public OfferRow(OrganizationId provider, NodePoolId pool, OfferTerms terms, Instant now) {
    this.id = OfferId.fresh().value();
    this.providerId = provider.value();
    this.poolId = pool.value();
    this.state = OfferState.DRAFT;
    this.createdAt = now;
    setTerms(terms);
  }

  /** Overwrites price and limits with terms that have been checked. */
  public final void setTerms(OfferTerms terms) {
    priceMicros = terms.pricePerAcceleratorHour().micros();
    priceCurrency = terms.pricePerAcceleratorHour().currency().getCurrencyCode();
    termMinutesMin = Math.toIntExact(terms.termMin().toMinutes());
    termMinutesMax = Math.toIntExact(terms.termMax().toMinutes());
    acceleratorsMin = terms.acceleratorsMin();
    acceleratorsMax = terms.acceleratorsMax();
    availableFrom = terms.availableFrom().orElse(null);
    availableUntil = terms.availableUntil().orElse(null);
    turnaroundMinutes = Math.toIntExact(terms.turnaround().toMinutes());
    priceBasis = terms.priceBasis();
    priceNote = terms.priceNote();
    earlyReleaseRefundPercent = terms.earlyReleaseRefundPercent();
    networkExceptions = terms.networkExceptions();
    interruptiblePriceMicros =
        terms.interruptible().map(one -> one.pricePerAcceleratorHour().micros()).orElse(null);
    interruptionNoticeMinutes =
        terms.interruptible().map(one -> Math.toIntExact(one.notice().toMinutes())).orElse(null);
  }

  /** Puts it into a state that follows from its own. */
  public void setState(OfferState state) {
    this.state = state;
  }

  /** Whether that organization offers it. */
  public boolean isOf(OrganizationId organization) {
    return providerId.equals(organization.value());
  }

  private Optional<InterruptibleTerms> interruptible() {
    return interruptiblePriceMicros == null || interruptionNoticeMinutes == null
        ? Optional.empty()
        : Optional.of(
            new InterruptibleTerms(
                new Money(interruptiblePriceMicros, Currency.getInstance(priceCurrency)),
                Duration.ofMinutes(interruptionNoticeMinutes)));
  }

  /** The offer. */
  public Offer toOffer() {
    return new Offer(
        new OfferId(id),
        new OrganizationId(providerId),
        new NodePoolId(poolId),
        new Money(priceMicros, Currency.getInstance(priceCurrency)),
        Duration.ofMinutes(termMinutesMin),
        Duration.ofMinutes(termMinutesMax),
        acceleratorsMin,
        acceleratorsMax,
        Optional.ofNullable(availableFrom),
        Optional.ofNullable(availableUntil),
        Duration.ofMinutes(turnaroundMinutes),
        priceBasis,
        priceNote,
        earlyReleaseRefundPercent,
        interruptible(),
        networkExceptions,
        state,
        version);
  }
}
