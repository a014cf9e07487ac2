package io.berth.policy.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.berth.identity.Evidence;
import io.berth.inventory.Regime;
import io.berth.platform.CountryCode;
import io.berth.platform.OrganizationId;
import io.berth.platform.PlainText;
import io.berth.policy.Authorisation;
import io.berth.policy.AuthorisationId;
import io.berth.policy.AuthorisationState;
import io.berth.policy.Quantity;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What authorisations look like on the wire. */
final class AuthorisationApi {

  private static final int COUNTRIES_MAX = 250;
  private static final int MODELS_MAX = 200;
  private static final int EVIDENCE_MAX = 50;

  /** So that sums of devices and of their TPP stay far from the end of the numbers. */
  private static final long UNITS_MAX = 10_000_000;

  private static final long TPP_MAX = 1_000_000_000_000_000L;

  private AuthorisationApi() {}

  /** One that is entered. */
  @Schema(
      name = "AuthorisationEntry",
      description =
          "A licence or the like, as it is written. It names models, or a TPP that a device may have"
              + " at most; its quantity counts devices, their TPP, or both.")
  record Entry(
      @Schema(
              description =
                  "Whose it is: a provider, for what stands in its clusters, or a tenant. The caller's"
                      + " organization where absent; another for operators and compliance officers only")
          @Nullable OrganizationId holderId,
      @Schema(description = "Who issued it", examples = "US Bureau of Industry and Security")
          @NotNull
          @PlainText
          String authority,
      @Schema(
              description =
                  "Which of the known authorities that is. It clears only rules that this one can"
                      + " clear, and where it is absent none that names an authority",
              examples = "US-BIS")
          @Nullable Regime regime,
      @Schema(description = "The authority's number for it", examples = "D1234567")
          @NotNull
          @PlainText(max = 100)
          String reference,
      @Schema(
              description =
                  "Where devices may stand, or be taken where they are handed over, ISO 3166-1"
                      + " alpha-2",
              examples = "[\"AE\"]")
          @NotNull
          @Size(min = 1, max = COUNTRIES_MAX)
          List<@NotNull @CountryCode String> destinations,
      @Schema(
              description = "The catalogue's models that it names",
              examples = "[\"nvidia-h100-sxm\"]")
          @Size(min = 1, max = MODELS_MAX)
          @Nullable List<@NotNull @PlainText(max = 100) String> models,
      @Schema(
              description = "The total processing performance that a device may have at most",
              examples = "20999")
          @Min(1)
          @Max(TPP_MAX)
          @Nullable Long tppPerDeviceMax,
      @NotNull @Valid QuantityBody quantity,
      @Schema(description = "The first moment at which it holds") @NotNull Instant from,
      @Schema(description = "The first moment at which it no longer holds; absent for no end")
          @Nullable Instant until,
      @Schema(
              description = "What else it asks, in its own words",
              examples = "Quarterly report to the authority")
          @PlainText(max = 5000, lines = true)
          @Nullable String conditions,
      @Schema(description = "What it rests on; it counts as long as all of it")
          @Size(max = EVIDENCE_MAX)
          @Nullable List<@NotNull @Valid EvidenceBody> evidence) {

    List<Evidence> toEvidence() {
      return evidenceOf(evidence);
    }
  }

  /** How much. */
  @Schema(name = "AuthorisationQuantity", description = "How much is permitted at one time")
  record QuantityBody(
      @Schema(description = "Devices", examples = "1000") @Min(1) @Max(UNITS_MAX)
          @Nullable Long units,
      @Schema(description = "Total processing performance of all devices", examples = "15832000")
          @Min(1)
          @Max(TPP_MAX)
          @Nullable Long tpp) {}

  /** A piece of evidence. */
  @Schema(name = "AuthorisationEvidence", description = "A piece of evidence")
  record EvidenceBody(
      @Schema(description = "What it is", examples = "licence-copy") @NotNull @PlainText(max = 100)
          String kind,
      @Schema(description = "Where it can be found again", examples = "Vault 7, folder 12")
          @NotNull
          @PlainText(max = 500)
          String reference,
      @Schema(description = "From when it no longer counts; absent where it does not expire")
          @Nullable Instant expiresAt) {}

  /** What somebody found. */
  @Schema(name = "AuthorisationFinding", description = "What was found about an authorisation")
  record FindingBody(
      @Schema(description = "Why", examples = "The authority confirmed number and quantity.")
          @NotNull
          @PlainText(max = 2000, lines = true)
          String reason,
      @Schema(description = "What the finding rests on, kept beside what was entered")
          @Size(max = EVIDENCE_MAX)
          @Nullable List<@NotNull @Valid EvidenceBody> evidence) {

    List<Evidence> toEvidence() {
      return evidenceOf(evidence);
    }
  }

  private static List<Evidence> evidenceOf(@Nullable List<EvidenceBody> bodies) {
    return Objects.requireNonNullElse(bodies, List.<EvidenceBody>of()).stream()
        .map(body -> new Evidence(body.kind(), body.reference(), body.expiresAt()))
        .toList();
  }

  /** How much of what it counts. */
  @Schema(
      name = "QuantityCount",
      description = "Devices, or their TPP; what is not counted is absent")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Count(
      @Schema(examples = "1000") @Nullable Long units,
      @Schema(examples = "15832000") @Nullable Long tpp) {

    static Count of(Quantity quantity) {
      return new Count(quantity.units(), quantity.tpp());
    }

    /** Only of what the limit counts. */
    static Count of(Quantity quantity, Quantity limit) {
      return new Count(
          limit.units() == null ? null : quantity.units(),
          limit.tpp() == null ? null : quantity.tpp());
    }
  }

  /** The last finding. */
  @Schema(name = "AuthorisationFound", description = "The last finding about it")
  record FoundView(@Schema(description = "Who found it") String by, Instant at, String reason) {}

  /** An authorisation. */
  @Schema(
      name = "Authorisation",
      description = "A licence or the like, with how much of it is free")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record View(
      AuthorisationId id,
      OrganizationId holderId,
      @Schema(examples = "US Bureau of Industry and Security") String authority,
      @Schema(description = "Absent for unknown: it clears no rule that names an authority")
          @Nullable Regime regime,
      @Schema(examples = "D1234567") String reference,
      AuthorisationState state,
      List<String> destinations,
      @Schema(description = "Empty where it names a ceiling") List<String> models,
      @Nullable Long tppPerDeviceMax,
      @Schema(description = "How much at one time") Count quantity,
      @Schema(description = "What open quotes hold") Count reserved,
      @Schema(description = "What leases hold") Count committed,
      @Schema(description = "What is left") Count free,
      Instant from,
      @Nullable Instant until,
      @Schema(
              description =
                  "When it ends to count: its own end, or the first expiry of its evidence")
          @Nullable Instant countsUntil,
      @Nullable String conditions,
      List<EvidenceBody> evidence,
      @Schema(description = "Absent before any finding") @Nullable FoundView finding,
      Instant createdAt) {

    static View of(Authorisation authorisation) {
      Authorisation.Terms terms = authorisation.terms();
      Authorisation.Finding finding = authorisation.finding();
      return new View(
          authorisation.id(),
          terms.holder(),
          terms.authority(),
          terms.regime(),
          terms.reference(),
          authorisation.state(),
          terms.destinations().stream().sorted().toList(),
          terms.models().stream().sorted().toList(),
          terms.tppPerDeviceMax(),
          Count.of(terms.quantity()),
          Count.of(authorisation.reserved(), terms.quantity()),
          Count.of(authorisation.committed(), terms.quantity()),
          Count.of(authorisation.free()),
          terms.from(),
          terms.until(),
          authorisation.countsUntil(),
          terms.conditions(),
          authorisation.evidence().stream()
              .map(piece -> new EvidenceBody(piece.kind(), piece.reference(), piece.expiresAt()))
              .toList(),
          finding == null ? null : new FoundView(finding.by(), finding.at(), finding.reason()),
          authorisation.createdAt());
    }
  }

  /** Names the page in the contract. */
  @Schema(name = "AuthorisationPage", description = "A page of authorisations")
  record AuthorisationPage(List<View> items, @Nullable String nextPageToken) {}

  /** Where a use stands. */
  @Schema(
      name = "AuthorisationUseState",
      description =
          "held, by an open quote; committed, by a lease; lapsed, the quote's time has passed; released, given back")
  enum UseState {
    @JsonProperty("held")
    HELD,
    @JsonProperty("committed")
    COMMITTED,
    @JsonProperty("lapsed")
    LAPSED,
    @JsonProperty("released")
    RELEASED
  }

  /** A use as it is read. */
  record UseView(
      UUID id,
      String quote,
      @Nullable String lease,
      OrganizationId tenant,
      Quantity quantity,
      UseState state,
      @Nullable Instant expiresAt,
      Instant createdAt) {}

  /** What a quote or a lease holds of an authorisation. */
  @Schema(
      name = "AuthorisationUse",
      description = "What a quote or the lease that was made of it holds of an authorisation")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Use(
      @Schema(examples = "quote_agrat33q252a5ljlyzt7t36bji") String quoteId,
      @Schema(examples = "lease_agrat33sbz5qrjcxoull2v3hva") @Nullable String leaseId,
      OrganizationId tenantId,
      Count quantity,
      UseState state,
      @Schema(description = "When a hold lapses") @Nullable Instant expiresAt,
      Instant createdAt) {

    static Use of(UseView use) {
      return new Use(
          use.quote(),
          use.lease(),
          use.tenant(),
          Count.of(use.quantity()),
          use.state(),
          use.expiresAt(),
          use.createdAt());
    }
  }

  /** Names the page in the contract. */
  @Schema(name = "AuthorisationUsePage", description = "A page of uses")
  record UsePage(List<Use> items, @Nullable String nextPageToken) {}
}
