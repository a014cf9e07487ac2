package io.berth.policy.internal;

import io.berth.identity.UseProfile;
import io.berth.inventory.NodeId;
import io.berth.inventory.Regime;
import io.berth.platform.CountryCode;
import io.berth.platform.Figure;
import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import io.berth.platform.PlainText;
import io.berth.platform.ProblemException;
import io.berth.policy.DataResidency;
import io.berth.policy.DeniedPartyList;
import io.berth.policy.Facts;
import io.berth.policy.Mode;
import io.berth.policy.NodeFacts;
import io.berth.policy.ProviderFacts;
import io.berth.policy.RequestFacts;
import io.berth.policy.TenantFacts;
import io.berth.policy.TenantRule;
import io.berth.policy.Workload;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What may be asked. An absent fact is unknown; "none" is an empty list or a zero. */
final class EnquiryApi {

  private static final int LISTS_MAX = 10;
  private static final int PERCENT_DIGITS = 3;
  private static final int PERCENT_DECIMALS = 6;

  private EnquiryApi() {}

  /** A question. */
  @Schema(
      name = "Enquiry",
      description =
          "Either a real node by nodeId, or an accelerator on a node that is described. An absent"
              + " fact is unknown, which never means yes; none is an empty list or a zero.")
  record Enquiry(
      @Schema(description = "A model of the catalogue", examples = "nvidia-h100-sxm")
          @PlainText(max = 100)
          @Nullable String accelerator,
      @Schema(description = "A node that is described") @Valid @Nullable NodeBody node,
      @Schema(description = "The organization that provides the node")
          @Nullable OrganizationId providerId,
      @Schema(description = "A provider that is described instead") @Valid
          @Nullable ProviderBody provider,
      @Schema(
              description =
                  "A real node, for its provider, operators and compliance officers; then accelerator,"
                      + " node, providerId and provider are absent",
              examples = "node_agpmn4a4tvyrnd6ag6m7s3tnke")
          @Nullable NodeId nodeId,
      @Schema(
              description =
                  "For whom; the caller's organization where absent. Another than that for operators"
                      + " and compliance officers only")
          @Nullable OrganizationId tenantId,
      @Schema(
              description =
                  "A tenant that is described instead, for operators and compliance officers; nothing"
                      + " is entered about any organization")
          @Valid
          @Nullable TenantBody tenant,
      @Valid @Nullable PeriodBody period,
      @Valid @Nullable UseBody use) {

    /** Refuses a question about two nodes, tenants or providers at once, or about none. */
    void requireOneOfEach() {
      if (tenantId != null && tenant != null) {
        throw ProblemException.unprocessable(
            "/tenant", "Give either tenantId or a tenant that is described.");
      }
      if (nodeId == null) {
        if (accelerator == null) {
          throw ProblemException.unprocessable(
              "/accelerator",
              "Give an accelerator's id, with what is known of the node, or a nodeId.");
        }
        if (providerId != null && provider != null) {
          throw ProblemException.unprocessable(
              "/provider", "Give either providerId or a provider that is described.");
        }
      } else if (accelerator != null || node != null || providerId != null || provider != null) {
        throw ProblemException.unprocessable(
            "/nodeId",
            "A nodeId says all about accelerator, node and provider: leave these out, or nodeId.");
      }
    }

    Period periodAt(Instant now) {
      return (period == null ? new PeriodBody(null, null, null) : period).at(now);
    }

    RequestFacts requestOver(UseProfile profile) {
      RequestFacts known = Facts.of(profile);
      return use == null ? known : use.over(known);
    }
  }

  /** A tenant. */
  @Schema(
      name = "DescribedTenant",
      description = "A tenant that need not exist; what is absent is unknown")
  record TenantBody(
      @Schema(examples = "DE") @CountryCode @Nullable String residence,
      @Schema(examples = "DE") @CountryCode @Nullable String ultimateParent,
      @Schema(examples = "DE") @CountryCode @Nullable String endUse,
      @Schema(description = "Denied-party lists that name it; absent for not screened")
          @Size(max = LISTS_MAX)
          @Nullable List<@NotNull DeniedPartyList> listedOn,
      @Schema(description = "The share of it that listed parties own", examples = "0")
          @DecimalMin("0")
          @DecimalMax("100")
          @Digits(integer = PERCENT_DIGITS, fraction = PERCENT_DECIMALS)
          @Nullable BigDecimal ownedByListedPercent,
      @Schema(
              description =
                  "The share of it that parties own whom OFAC has designated; absent for at most"
                      + " ownedByListedPercent",
              examples = "0")
          @DecimalMin("0")
          @DecimalMax("100")
          @Digits(integer = PERCENT_DIGITS, fraction = PERCENT_DECIMALS)
          @Nullable BigDecimal ownedBySdnPercent,
      @Schema(
              description =
                  "The share of it that parties on the Entity List, on the Military End-User List, or"
                      + " designated own; absent for ownedByListedPercent",
              examples = "0")
          @DecimalMin("0")
          @DecimalMax("100")
          @Digits(integer = PERCENT_DIGITS, fraction = PERCENT_DECIMALS)
          @Nullable BigDecimal ownedByBisListedPercent,
      @Schema(description = "Rules that it sets for itself") @Size(max = LISTS_MAX)
          @Nullable List<@NotNull TenantRule> ownRules) {

    TenantFacts toFacts() {
      return new TenantFacts(
          residence,
          ultimateParent,
          endUse,
          setOrNull(listedOn),
          figure(ownedByListedPercent),
          ownedBySdnPercent == null
              ? figure(ownedByListedPercent).upTo()
              : Figure.exact(ownedBySdnPercent),
          figure(ownedByBisListedPercent == null ? ownedByListedPercent : ownedByBisListedPercent),
          setOrNull(ownRules));
    }
  }

  /** A provider. */
  @Schema(
      name = "DescribedProvider",
      description = "A provider that need not exist; what is absent is unknown")
  record ProviderBody(
      @Schema(description = "Where it is registered, ISO 3166-1 alpha-2", examples = "DE")
          @CountryCode
          @Nullable String residence,
      @Schema(examples = "DE") @CountryCode @Nullable String ultimateParent,
      @Schema(description = "Denied-party lists that name it; absent for not screened")
          @Size(max = LISTS_MAX)
          @Nullable List<@NotNull DeniedPartyList> listedOn,
      @Schema(description = "The share of it that listed parties own", examples = "0")
          @DecimalMin("0")
          @DecimalMax("100")
          @Digits(integer = PERCENT_DIGITS, fraction = PERCENT_DECIMALS)
          @Nullable BigDecimal ownedByListedPercent,
      @Schema(
              description =
                  "The share of it that parties own whom OFAC has designated; absent for at most"
                      + " ownedByListedPercent",
              examples = "0")
          @DecimalMin("0")
          @DecimalMax("100")
          @Digits(integer = PERCENT_DIGITS, fraction = PERCENT_DECIMALS)
          @Nullable BigDecimal ownedBySdnPercent) {

    ProviderFacts toFacts() {
      return new ProviderFacts(
          residence,
          ultimateParent,
          setOrNull(listedOn),
          figure(ownedByListedPercent),
          ownedBySdnPercent == null
              ? figure(ownedByListedPercent).upTo()
              : Figure.exact(ownedBySdnPercent),
          figure(ownedByListedPercent));
    }
  }

  /** A node. */
  @Schema(
      name = "DescribedNode",
      description = "A node that need not exist; what is absent is unknown")
  record NodeBody(
      @Schema(examples = "DE") @CountryCode @Nullable String country,
      @Schema(description = "Whether the site is paid for by a state")
          @Nullable Boolean stateFunded,
      @Size(max = NodeFacts.AUTHORISATIONS_COUNT_MAX)
          @Nullable List<@NotNull @Valid AuthorisationBody> authorisations,
      @Schema(
              description = "Sovereign or residency zones that it lies in",
              examples = "[\"eu-sovereign\"]")
          @Size(max = LISTS_MAX)
          @Nullable List<@NotNull @PlainText(max = 63) String> zones) {

    NodeFacts toFacts() {
      if (authorisations == null) {
        return facts(null);
      }
      List<NodeFacts.Authorisation> attached = new ArrayList<>();
      for (int i = 0; i < authorisations.size(); i++) {
        AuthorisationBody body = authorisations.get(i);
        if (body.end() != null && !body.end().isAfter(body.start())) {
          throw ProblemException.unprocessable(
              "/node/authorisations/" + i + "/end", "An authorisation ends after it starts.");
        }
        attached.add(
            new NodeFacts.Authorisation(body.id(), body.start(), body.end(), body.regime()));
      }
      return facts(attached);
    }

    /** A node that is only described is for everybody. */
    private NodeFacts facts(@Nullable List<NodeFacts.Authorisation> attached) {
      return new NodeFacts(
          country, null, stateFunded, attached, false, true, setOrNull(zones), Set.of(), null);
    }
  }

  /** An authorisation. */
  @Schema(
      name = "DescribedAuthorisation",
      description = "An authorisation attached to a node that is described")
  record AuthorisationBody(
      @Schema(examples = "LIC-1") @NotNull @PlainText(max = 100) String id,
      @Schema(examples = "2026-02-01T00:00:00Z") @NotNull Instant start,
      @Schema(description = "The first moment at which it no longer holds; absent for no end")
          @Nullable Instant end,
      @Schema(description = "Which authority issued it; absent for unknown", examples = "US-BIS")
          @Nullable Regime regime) {}

  /** A period. */
  @Schema(
      name = "EnquiryPeriod",
      description =
          "What to judge for; past times are judged by the rules that held then, with the facts as"
              + " known now")
  record PeriodBody(
      @Schema(description = "Now where absent", examples = "2026-11-01T00:00:00Z")
          @Nullable Instant start,
      @Schema(description = "At most ten years later; instead of duration") @Nullable Instant end,
      @Schema(description = "ISO 8601; PT1H where end is absent, too", examples = "PT1H")
          @Nullable Duration duration) {

    private static final Duration DURATION_DEFAULT = Duration.ofHours(1);
    private static final Duration DURATION_MAX = Duration.ofDays(3653);
    private static final Instant END_MAX = Instant.parse("9999-12-31T00:00:00Z");

    Period at(Instant now) {
      if (end != null && duration != null) {
        throw ProblemException.unprocessable(
            "/period/duration", "Give either an end or a duration.");
      }
      String pointer = duration == null ? "/period/end" : "/period/duration";
      Instant first = start == null ? now : start;
      Instant last = end == null ? after(first) : end;
      if (!last.isAfter(first)) {
        throw ProblemException.unprocessable(pointer, "The period ends after it starts.");
      }
      if (Duration.between(first, last).compareTo(DURATION_MAX) > 0 || last.isAfter(END_MAX)) {
        throw ProblemException.unprocessable(
            pointer,
            "The period lasts at most " + DURATION_MAX.toDays() + " days and ends by 9999.");
      }
      return new Period(first, last);
    }

    private Instant after(Instant first) {
      try {
        return first
            .plus(duration == null ? DURATION_DEFAULT : duration)
            .truncatedTo(ChronoUnit.MICROS);
      } catch (DateTimeException | ArithmeticException e) {
        return Instant.MAX;
      }
    }
  }

  /** A use. */
  @Schema(name = "EnquiryUse", description = "What is absent is taken from the tenant's profile")
  record UseBody(
      @Nullable Mode mode,
      @Nullable Workload workload,
      @Nullable DataResidency dataResidency,
      @Schema(description = "Whether a US person or a site in the US takes part")
          @Nullable Boolean usNexus) {

    RequestFacts over(RequestFacts known) {
      return new RequestFacts(
          mode == null ? known.mode() : mode,
          workload == null ? known.workload() : workload,
          dataResidency == null ? known.dataResidency() : dataResidency,
          usNexus == null ? known.usNexus() : usNexus);
    }
  }

  private static Figure figure(@Nullable BigDecimal percent) {
    return percent == null ? Figure.unknown() : Figure.exact(percent);
  }

  private static <T> @Nullable Set<T> setOrNull(@Nullable Collection<T> values) {
    return values == null ? null : Set.copyOf(values);
  }
}
