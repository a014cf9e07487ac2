package io.berth.policy;

import io.berth.catalog.AcceleratorModel;
import io.berth.identity.LegalFacts;
import io.berth.identity.Organization;
import io.berth.identity.Owner;
import io.berth.identity.UseProfile;
import io.berth.identity.VerificationState;
import io.berth.inventory.FactSource;
import io.berth.inventory.Node;
import io.berth.platform.Figure;
import io.berth.platform.OrganizationId;
import io.berth.policy.NodeFacts.Authorisation;
import io.berth.policy.domain.Parties;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What other rooms know, as rules see it. What they do not know stays unknown here: null or {@link
 * Figure#unknown()}, never "none".
 */
public final class Facts {

  private static final BigDecimal WHOLE_PERCENT = BigDecimal.valueOf(100);

  private Facts() {}

  /** An organization as a tenant. */
  public static TenantFacts of(Organization organization) {
    LegalFacts facts = organization.facts();
    return new TenantFacts(
        facts.residenceCountry(),
        facts.ultimateParentCountry(),
        facts.endUseCountry(),
        listedOn(organization),
        ownedByListedPercent(facts),
        facts.ownRules().stream().map(Facts::tenantRule).collect(Collectors.toSet()));
  }

  /** An organization as a provider. */
  public static ProviderFacts providerOf(Organization organization) {
    return new ProviderFacts(organization.facts().ultimateParentCountry(), listedOn(organization));
  }

  /**
   * A node. An authorisation that nobody but the provider speaks of lifts no prohibition: whether
   * there is one is unknown until somebody has checked it. That there is none is taken at its word.
   *
   * @param tenantId who asks; null for one that is only described
   * @param tenant what is known of who asks
   */
  public static NodeFacts of(Node node, @Nullable OrganizationId tenantId, TenantFacts tenant) {
    List<io.berth.inventory.Authorisation> attached = node.flags().authorisations();
    boolean isEvidenced = attached.isEmpty() || node.flags().source() == FactSource.VERIFIED;
    return new NodeFacts(
        node.country(),
        node.flags().locationEvidenceUntil(),
        node.flags().stateFunded(),
        isEvidenced
            ? attached.stream()
                .map(held -> new Authorisation(held.id(), held.start(), held.end()))
                .toList()
            : null,
        Parties.excludes(node.flags(), tenantId, tenant),
        Parties.allows(node.flags(), tenantId, tenant),
        node.flags().zones());
  }

  /** A model of the catalogue. */
  public static AcceleratorFacts of(AcceleratorModel model) {
    return new AcceleratorFacts(
        model.id(),
        model.vendor(),
        model.vendorCountry(),
        model.dataCentre(),
        model.tpp(),
        model.performanceDensity(),
        model.dramGbPerSecond(),
        model.interconnectGbPerSecond());
  }

  /** Devices of which not even the model is known. */
  public static AcceleratorFacts unknownAccelerator() {
    return new AcceleratorFacts(
        null,
        null,
        null,
        null,
        Figure.unknown(),
        Figure.unknown(),
        Figure.unknown(),
        Figure.unknown());
  }

  /** How capacity is used. */
  public static RequestFacts of(UseProfile use) {
    return new RequestFacts(
        mode(use.mode()),
        workload(use.workload()),
        dataResidency(use.dataResidency()),
        use.usNexus());
  }

  /**
   * An organization that no officer stands behind has not been screened: that no list is entered
   * for it says nothing. A list that is entered counts whatever became of the verification.
   */
  private static @Nullable Set<DeniedPartyList> listedOn(Organization organization) {
    Set<String> listings = organization.facts().listings();
    if (listings.isEmpty() && organization.verification().state() != VerificationState.VERIFIED) {
      return null;
    }
    return listings.stream().map(Facts::deniedPartyList).collect(Collectors.toSet());
  }

  /**
   * At least what owners who are listed hold; at most that and what owners hold of whom it is not
   * known, or everything where not all owners are named: a listed party may stand behind any of the
   * others.
   */
  private static Figure ownedByListedPercent(LegalFacts facts) {
    BigDecimal listed = percent(facts.owners(), owner -> Boolean.TRUE.equals(owner.listed()));
    BigDecimal unknown = percent(facts.owners(), owner -> owner.listed() == null);
    return Figure.of(
        listed.min(WHOLE_PERCENT),
        facts.ownersComplete() ? listed.add(unknown).min(WHOLE_PERCENT) : WHOLE_PERCENT);
  }

  private static BigDecimal percent(List<Owner> owners, Predicate<Owner> which) {
    return owners.stream()
        .filter(which)
        .map(Owner::percent)
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  private static DeniedPartyList deniedPartyList(String listing) {
    return switch (listing) {
      case "SDN" -> DeniedPartyList.SDN;
      case "EL" -> DeniedPartyList.ENTITY_LIST;
      default -> throw unreadable("list", listing);
    };
  }

  private static TenantRule tenantRule(String rule) {
    return switch (rule) {
      case "eu-owned-only" -> TenantRule.EU_OWNED_ONLY;
      case "no-nvidia" -> TenantRule.NO_NVIDIA;
      case "eu-sovereign-only" -> TenantRule.EU_SOVEREIGN_ONLY;
      default -> throw unreadable("rule", rule);
    };
  }

  private static @Nullable Mode mode(@Nullable String mode) {
    return switch (mode) {
      case null -> null;
      case "remote" -> Mode.REMOTE;
      case "possession" -> Mode.POSSESSION;
      default -> throw unreadable("mode", mode);
    };
  }

  private static @Nullable Workload workload(@Nullable String workload) {
    return switch (workload) {
      case null -> null;
      case "training" -> Workload.TRAINING;
      case "inference" -> Workload.INFERENCE;
      default -> throw unreadable("workload", workload);
    };
  }

  private static @Nullable DataResidency dataResidency(@Nullable String residency) {
    return switch (residency) {
      case null -> null;
      case "none" -> DataResidency.ANYWHERE;
      case "eea-only" -> DataResidency.EEA_ONLY;
      default -> throw unreadable("data residency", residency);
    };
  }

  /** What policy cannot read must not be dropped: it may be the fact that forbids. */
  private static IllegalArgumentException unreadable(String kind, String value) {
    return new IllegalArgumentException("policy knows no " + kind + " '" + value + "'");
  }
}
