package io.berth.policy;

import io.berth.inventory.Regime;
import io.berth.platform.Figure;
import io.berth.platform.Period;
import io.berth.policy.NodeFacts.Authorisation;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Builds questions; starts from a US tenant with an H100 at home, which nobody objects to. */
final class Questions {

  @Nullable String residence = "US";
  @Nullable String parent = "US";
  @Nullable String endUse = "US";
  @Nullable Set<DeniedPartyList> listedOn = Set.of();
  Figure ownedByListedPercent = Figure.exact(BigDecimal.ZERO);
  Figure ownedBySdnPercent = Figure.exact(BigDecimal.ZERO);

  /** As much as listed parties own where null. */
  @Nullable Figure ownedByBisListedPercent;

  @Nullable Set<TenantRule> ownRules = Set.of();
  @Nullable Mode mode = Mode.REMOTE;
  @Nullable Workload workload = Workload.INFERENCE;
  @Nullable DataResidency dataResidency = DataResidency.ANYWHERE;
  @Nullable Boolean usNexus = false;
  @Nullable String providerResidence = "US";
  @Nullable String providerParent = "US";
  Figure providerOwnedByListedPercent = Figure.exact(BigDecimal.ZERO);
  Figure providerOwnedBySdnPercent = Figure.exact(BigDecimal.ZERO);
  Figure providerOwnedByBisListedPercent = Figure.exact(BigDecimal.ZERO);
  @Nullable Set<DeniedPartyList> providerListedOn = Set.of();
  @Nullable String nodeCountry = "US";
  @Nullable Instant nodeCountryEvidenceEnd;
  @Nullable Boolean stateFunded = false;
  @Nullable List<Authorisation> authorisations = List.of();
  Set<String> classifiedAs = Set.of();
  AcceleratorFacts accelerator = Accelerators.named("H100");
  Period period = hourFrom("2026-11-01");

  static Questions domestic() {
    return new Questions();
  }

  /** Asks the same, to be changed from there. */
  static Questions like(PolicyQuestion question) {
    Questions same = new Questions();
    same.residence = question.tenant().residence();
    same.parent = question.tenant().ultimateParent();
    same.endUse = question.tenant().endUse();
    same.listedOn = question.tenant().listedOn();
    same.ownedByListedPercent = question.tenant().ownedByListedPercent();
    same.ownedBySdnPercent = question.tenant().ownedBySdnPercent();
    same.ownedByBisListedPercent = question.tenant().ownedByBisListedPercent();
    same.ownRules = question.tenant().ownRules();
    same.mode = question.request().mode();
    same.workload = question.request().workload();
    same.dataResidency = question.request().dataResidency();
    same.usNexus = question.request().usNexus();
    same.providerResidence = question.provider().residence();
    same.providerOwnedByListedPercent = question.provider().ownedByListedPercent();
    same.providerOwnedBySdnPercent = question.provider().ownedBySdnPercent();
    same.providerOwnedByBisListedPercent = question.provider().ownedByBisListedPercent();
    same.providerParent = question.provider().ultimateParent();
    same.providerListedOn = question.provider().listedOn();
    same.nodeCountry = question.node().country();
    same.nodeCountryEvidenceEnd = question.node().countryEvidenceEnd();
    same.stateFunded = question.node().stateFunded();
    same.authorisations = question.node().authorisations();
    same.accelerator = question.accelerator();
    same.period = question.period();
    return same;
  }

  /** A tenant, its parent and its end use in one country. */
  Questions tenantIn(String country) {
    residence = country;
    parent = country;
    endUse = country;
    return this;
  }

  /** A node and its provider in one country. */
  Questions nodeIn(String country) {
    nodeCountry = country;
    providerResidence = country;
    providerParent = country;
    return this;
  }

  Questions with(String model) {
    accelerator = Accelerators.named(model);
    return this;
  }

  Questions training() {
    workload = Workload.TRAINING;
    return this;
  }

  Questions possession() {
    mode = Mode.POSSESSION;
    return this;
  }

  Questions remote() {
    mode = Mode.REMOTE;
    return this;
  }

  Questions authorisedFrom(String date) {
    authorisations = List.of(new Authorisation("LIC-1", moment(date), null, Regime.US_BIS));
    return this;
  }

  Questions on(String date) {
    period = hourFrom(date);
    return this;
  }

  Questions during(String start, String end) {
    period = new Period(moment(start), moment(end));
    return this;
  }

  PolicyQuestion ask() {
    return new PolicyQuestion(
        new TenantFacts(
            residence,
            parent,
            endUse,
            listedOn,
            ownedByListedPercent,
            ownedBySdnPercent,
            ownedByBisListedPercent == null ? ownedByListedPercent : ownedByBisListedPercent,
            ownRules),
        new RequestFacts(mode, workload, dataResidency, usNexus),
        new ProviderFacts(
            providerResidence,
            providerParent,
            providerListedOn,
            providerOwnedByListedPercent,
            providerOwnedBySdnPercent,
            providerOwnedByBisListedPercent),
        new NodeFacts(
            nodeCountry,
            nodeCountryEvidenceEnd,
            stateFunded,
            authorisations,
            false,
            true,
            null,
            classifiedAs,
            null),
        accelerator,
        period);
  }

  static Instant moment(String date) {
    return LocalDate.parse(date).atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  static Period hourFrom(String date) {
    return new Period(moment(date), moment(date).plus(Duration.ofHours(1)));
  }
}
