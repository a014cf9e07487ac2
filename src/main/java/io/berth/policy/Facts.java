package io.berth.policy;

import io.berth.catalog.AcceleratorModel;
import io.berth.catalog.ExportClass;
import io.berth.identity.LegalFacts;
import io.berth.identity.Organization;
import io.berth.identity.UseProfile;
import io.berth.identity.VerificationState;
import io.berth.inventory.FactSource;
import io.berth.inventory.Node;
import io.berth.inventory.NodeFlags;
import io.berth.platform.Figure;
import io.berth.platform.OrganizationId;
import io.berth.policy.NodeFacts.Authorisation;
import io.berth.policy.domain.ListedOwnership;
import io.berth.policy.domain.Parties;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What other rooms know, as rules see it. What they do not know stays unknown here: null or {@link
 * Figure#unknown()}, never "none".
 */
public final class Facts {

  private Facts() {}

  /** An organization as a tenant. */
  public static TenantFacts of(Organization organization) {
    LegalFacts facts = organization.facts();
    return new TenantFacts(
        facts.residenceCountry(),
        facts.ultimateParentCountry(),
        facts.endUseCountry(),
        listedOn(organization),
        owned(organization, ListedOwnership.ANY),
        owned(organization, ListedOwnership.BLOCKED),
        owned(organization, ListedOwnership.AFFILIATING),
        facts.ownRules().stream().map(Facts::tenantRule).collect(Collectors.toSet()));
  }

  /** An organization as a provider. */
  public static ProviderFacts providerOf(Organization organization) {
    LegalFacts facts = organization.facts();
    return new ProviderFacts(
        facts.residenceCountry(),
        facts.ultimateParentCountry(),
        listedOn(organization),
        owned(organization, ListedOwnership.ANY),
        owned(organization, ListedOwnership.BLOCKED),
        owned(organization, ListedOwnership.AFFILIATING));
  }

  private static Figure owned(Organization organization, Set<DeniedPartyList> lists) {
    LegalFacts facts = organization.facts();
    return ListedOwnership.share(
        facts.owners(), facts.ownersComplete(), organization.screening().state(), lists);
  }

  /**
   * A node. An authorisation that nobody but the provider speaks of lifts no prohibition: whether
   * there is one is unknown until somebody has checked it. That there is none is taken at its word.
   *
   * @param tenantId who asks; null for one that is only described
   * @param tenant what is known of who asks
   * @param request what is known of the use
   */
  public static NodeFacts of(
      Node node, @Nullable OrganizationId tenantId, TenantFacts tenant, RequestFacts request) {
    List<io.berth.inventory.Authorisation> attached = node.flags().authorisations();
    boolean isEvidenced = attached.isEmpty() || node.flags().source() == FactSource.VERIFIED;
    return new NodeFacts(
        node.country(),
        node.flags().locationEvidenceUntil(),
        node.flags().stateFunded(),
        isEvidenced
            ? attached.stream()
                .map(held ->
                    new Authorisation(
                        held.id(),
                        held.start(),
                        held.end(),
                        held.regime(),
                        true,
                        staysAt(node.country(), tenant, request)))
                .toList()
            : null,
        Parties.excludes(node.flags(), tenantId, tenant),
        Parties.allows(node.flags(), tenantId, tenant),
        zones(node.flags()),
        classifiedAs(node.flags()),
        isVerified(node.flags(), "zones")
                || (Boolean.FALSE.equals(node.flags().stateFunded())
                    && isVerified(node.flags(), "stateFunded"))
            ? node.flags().evidenceUntil()
            : null);
  }

  /**
   * A zone that only the provider declares is no evidence for who needs one. That it lies in none
   * is taken at its word.
   */
  private static @Nullable Set<String> zones(NodeFlags flags) {
    Set<String> zones = flags.zones();
    return zones == null || zones.isEmpty() || flags.sources().get("zones") != FactSource.DECLARED
        ? zones
        : null;
  }

  private static boolean isVerified(NodeFlags flags, String name) {
    return flags.sources().get(name) == FactSource.VERIFIED;
  }

  private static Set<String> classifiedAs(NodeFlags flags) {
    return Optional.ofNullable(flags.exportClassification())
        .flatMap(ExportClass::namedIn)
        .flatMap(ExportClass::eccn)
        .map(Set::of)
        .orElseGet(Set::of);
  }

  /**
   * What is attached to a node is for where it stands. Whether the device may go elsewhere with it,
   * nobody says.
   */
  private static @Nullable Boolean staysAt(
      @Nullable String country, TenantFacts tenant, RequestFacts request) {
    return request.mode() == Mode.REMOTE || (country != null && country.equals(tenant.endUse()))
        ? true
        : null;
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
   * Lists that lead to a review, which can be passed. Where one of these is all that is known while
   * a hit on another list is open, nothing is known: the open hit may be what forbids.
   */
  private static final Set<DeniedPartyList> PASSABLE =
      EnumSet.of(DeniedPartyList.UNVERIFIED, DeniedPartyList.CSL_OTHER);

  /**
   * An organization that no officer stands behind may be on any list: that none is entered for it
   * says nothing, and neither does it that its name, as it gives it, was found on none. Nor does it
   * while a hit is open. A list that is entered counts whatever became of verification and
   * screening.
   */
  private static @Nullable Set<DeniedPartyList> listedOn(Organization organization) {
    Set<DeniedPartyList> listings =
        organization.facts().listings().stream()
            .map(Facts::deniedPartyList)
            .collect(Collectors.toSet());
    boolean isKnown =
        switch (organization.screening().state()) {
          case CLEAR, NOT_SCREENED, LISTED ->
              !listings.isEmpty()
                  || organization.verification().state() == VerificationState.VERIFIED;
          case HIT -> !PASSABLE.containsAll(listings);
        };
    return isKnown ? listings : null;
  }

  private static DeniedPartyList deniedPartyList(String listing) {
    for (DeniedPartyList list : DeniedPartyList.values()) {
      if (list.listing().equals(listing)) {
        return list;
      }
    }
    throw unreadable("list", listing);
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
