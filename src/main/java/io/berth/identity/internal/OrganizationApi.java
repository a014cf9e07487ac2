package io.berth.identity.internal;

import io.berth.identity.LegalFacts;
import io.berth.identity.Organization;
import io.berth.identity.Screening;
import io.berth.identity.ScreeningState;
import io.berth.identity.Verification;
import io.berth.identity.VerificationState;
import io.berth.platform.CountryCode;
import io.berth.platform.OrganizationId;
import io.berth.platform.PlainText;
import io.berth.platform.ProblemException;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What organizations look like on the wire. */
public final class OrganizationApi {

  private static final int LISTS_MAX = 10;
  private static final String LISTINGS = "SDN|EL|DPL|MEU|UVL|CSL|EU_FSF|UN_SC|UK_SL";
  private static final int REGISTRATION_NUMBER_MAX = 100;
  private static final int EVIDENCE_MAX = 50;
  private static final int PERCENT_DIGITS = 3;
  private static final int PERCENT_DECIMALS = 6;
  private static final BigDecimal WHOLE = BigDecimal.valueOf(100);

  private OrganizationApi() {}

  /**
   * What may be said about an organization: the body that creates one, and what a patch changes.
   */
  @Schema(name = "OrganizationStatement", description = "What is said about an organization")
  public record Statement(
      @Schema(description = "The registered name", examples = "Nordlicht Rechenzentrum GmbH")
          @NotNull
          @PlainText
          String name,
      @Valid @Nullable Facts facts) {

    static Statement of(Organization organization) {
      return new Statement(organization.name(), Facts.of(organization.facts()));
    }

    OrganizationChanges.Draft toDraft() {
      return new OrganizationChanges.Draft(
          name, facts == null ? LegalFacts.UNKNOWN : facts.toFacts());
    }
  }

  /** Legal facts; an absent one is unknown. */
  @Schema(name = "LegalFacts", description = "Legal facts; an absent one is unknown")
  public record Facts(
      @Schema(description = "Where it is registered, ISO 3166-1 alpha-2", examples = "DE")
          @CountryCode
          @Nullable String residenceCountry,
      @Schema(
              description = "Where the headquarters of its ultimate parent are, ISO 3166-1 alpha-2",
              examples = "DE")
          @CountryCode
          @Nullable String ultimateParentCountry,
      @Schema(
              description = "Where what it makes with the capacity is used, ISO 3166-1 alpha-2",
              examples = "DE")
          @CountryCode
          @Nullable String endUseCountry,
      @Schema(description = "Who owns parts of it") @Size(max = LegalFacts.OWNERS_MAX)
          @Nullable List<@NotNull @Valid Owner> owners,
      @Schema(description = "Whether the owners are all there are; else the rest is unknown")
          @Nullable Boolean ownersComplete,
      @Schema(
              description =
                  "Denied-party lists that name it: SDN (OFAC), EL (Entity List), DPL (Denied"
                      + " Persons), MEU (Military End-Users), UVL (Unverified), CSL (another list of"
                      + " the US Consolidated Screening List), EU_FSF, UN_SC, UK_SL; changed by"
                      + " compliance officers only, here or by their findings about screening hits")
          @Size(max = LISTS_MAX)
          @Nullable
              List<
                  @NotNull
                  @Pattern(
                      regexp = LISTINGS,
                      message =
                          "must be one of SDN, EL, DPL, MEU, UVL, CSL, EU_FSF, UN_SC and UK_SL")
                  String>
              listings,
      @Schema(description = "Rules that the organization sets for itself") @Size(max = LISTS_MAX)
          @Nullable
              List<
                  @NotNull
                  @Pattern(
                      regexp = "eu-owned-only|no-nvidia|eu-sovereign-only",
                      message = "must be eu-owned-only, no-nvidia or eu-sovereign-only")
                  String>
              ownRules,
      @Valid @Nullable UseProfile profile,
      @Schema(description = "Its number in the register of its residence", examples = "HRB 204415")
          @PlainText(max = REGISTRATION_NUMBER_MAX)
          @Nullable String registrationNumber) {

    static Facts of(LegalFacts facts) {
      return new Facts(
          facts.residenceCountry(),
          facts.ultimateParentCountry(),
          facts.endUseCountry(),
          facts.owners().stream().map(Owner::of).toList(),
          facts.ownersComplete(),
          List.copyOf(facts.listings()),
          List.copyOf(facts.ownRules()),
          UseProfile.of(facts.profile()),
          facts.registrationNumber());
    }

    LegalFacts toFacts() {
      requireSensible("/facts/owners", orEmpty(owners), 1);
      if (count(orEmpty(owners)) > LegalFacts.OWNERS_MAX) {
        throw ProblemException.unprocessable(
            "/facts/owners",
            "At most "
                + LegalFacts.OWNERS_MAX
                + " owners can be named, owners of owners included.");
      }
      List<io.berth.identity.Owner> named = orEmpty(owners).stream().map(Owner::toOwner).toList();
      return new LegalFacts(
          residenceCountry,
          ultimateParentCountry,
          endUseCountry,
          named,
          Boolean.TRUE.equals(ownersComplete),
          Set.copyOf(orEmpty(listings)),
          Set.copyOf(orEmpty(ownRules)),
          profile == null ? io.berth.identity.UseProfile.UNKNOWN : profile.toProfile(),
          registrationNumber);
    }

    private static void requireSensible(String pointer, List<Owner> owners, int depth) {
      if (depth > LegalFacts.OWNERS_DEPTH_MAX && !owners.isEmpty()) {
        throw ProblemException.unprocessable(
            pointer,
            "Owners of owners can be named "
                + LegalFacts.OWNERS_DEPTH_MAX
                + " steps deep at most.");
      }
      BigDecimal sum = owners.stream().map(Owner::percent).reduce(BigDecimal.ZERO, BigDecimal::add);
      if (sum.compareTo(WHOLE) > 0) {
        throw ProblemException.unprocessable(
            pointer, "The owners' parts add up to " + sum + ", which is more than 100.");
      }
      for (int i = 0; i < owners.size(); i++) {
        if (Boolean.FALSE.equals(owners.get(i).listed())
            && !orEmpty(owners.get(i).listings()).isEmpty()) {
          throw ProblemException.unprocessable(
              pointer + "/" + i + "/listed", "Whom a list names is listed: leave it out.");
        }
        requireSensible(pointer + "/" + i + "/owners", orEmpty(owners.get(i).owners()), depth + 1);
      }
    }

    private static int count(List<Owner> owners) {
      return owners.size()
          + owners.stream().mapToInt(owner -> count(orEmpty(owner.owners()))).sum();
    }
  }

  /** An owner of a part. */
  @Schema(name = "Owner", description = "An owner of a part")
  public record Owner(
      @Schema(examples = "Hanseatische Beteiligungs AG") @NotNull @PlainText String name,
      @Schema(description = "ISO 3166-1 alpha-2; absent for unknown", examples = "DE") @CountryCode
          @Nullable String country,
      @Schema(description = "The part owned, from 0 to 100", examples = "62.5")
          @NotNull
          @DecimalMin("0")
          @DecimalMax("100")
          @Digits(integer = PERCENT_DIGITS, fraction = PERCENT_DECIMALS)
          BigDecimal percent,
      @Schema(description = "Whether a denied-party list names the owner; absent for unknown")
          @Nullable Boolean listed,
      @Schema(
              description =
                  "Which lists name it, of SDN, EL, DPL, MEU, UVL, CSL, EU_FSF, UN_SC and UK_SL; absent"
                      + " where nobody says")
          @Size(max = LISTS_MAX)
          @Nullable
              List<
                  @NotNull
                  @Pattern(
                      regexp = LISTINGS,
                      message =
                          "must be one of SDN, EL, DPL, MEU, UVL, CSL, EU_FSF, UN_SC and UK_SL")
                  String>
              listings,
      @Schema(
              description =
                  "Who owns the owner; absent where nothing is said about that, as with a human"
                      + " being")
          @Size(max = LegalFacts.OWNERS_MAX)
          @Nullable List<@NotNull @Valid Owner> owners,
      @Schema(description = "Whether these are all; where absent the rest is unknown")
          @Nullable Boolean ownersComplete) {

    static Owner of(io.berth.identity.Owner owner) {
      List<io.berth.identity.Owner> above = owner.owners();
      return new Owner(
          owner.name(),
          owner.country(),
          owner.percent(),
          owner.listed(),
          owner.listings() == null ? null : List.copyOf(owner.listings()),
          above == null ? null : above.stream().map(Owner::of).toList(),
          above == null ? null : owner.ownersComplete());
    }

    io.berth.identity.Owner toOwner() {
      return new io.berth.identity.Owner(
          name,
          country,
          percent,
          listed,
          listings == null ? null : Set.copyOf(listings),
          owners == null ? null : owners.stream().map(Owner::toOwner).toList(),
          Boolean.TRUE.equals(ownersComplete));
    }
  }

  /** How it uses capacity where a request does not say. */
  @Schema(name = "UsualUse", description = "How it uses capacity where a request does not say")
  public record UseProfile(
      @Schema(
              description = "How it gets at devices",
              enumeration = {"remote", "possession"})
          @Pattern(regexp = "remote|possession", message = "must be remote or possession")
          @Nullable String mode,
      @Schema(
              description = "What for",
              enumeration = {"training", "inference"})
          @Pattern(regexp = "training|inference", message = "must be training or inference")
          @Nullable String workload,
      @Schema(
              description = "Where its data may lie",
              enumeration = {"none", "eea-only"})
          @Pattern(regexp = "none|eea-only", message = "must be none or eea-only")
          @Nullable String dataResidency,
      @Schema(description = "Whether a US person or technology takes part beyond the device")
          @Nullable Boolean usNexus) {

    static @Nullable UseProfile of(io.berth.identity.UseProfile profile) {
      return profile.equals(io.berth.identity.UseProfile.UNKNOWN)
          ? null
          : new UseProfile(
              profile.mode(), profile.workload(), profile.dataResidency(), profile.usNexus());
    }

    io.berth.identity.UseProfile toProfile() {
      return new io.berth.identity.UseProfile(mode, workload, dataResidency, usNexus);
    }
  }

  /** What a compliance officer found. */
  @Schema(name = "OrganizationFinding", description = "What a compliance officer found")
  public record Finding(
      @Schema(
              description = "Why",
              examples = "Register extract and shareholder list agree with the facts.")
          @NotNull
          @PlainText(max = 2000, lines = true)
          String reason,
      @Schema(description = "What it rests on; a verification needs some, and lasts as long as it")
          @Size(max = EVIDENCE_MAX)
          @Nullable List<@NotNull @Valid Evidence> evidence) {

    List<io.berth.identity.Evidence> toEvidence() {
      return orEmpty(evidence).stream().map(Evidence::toEvidence).toList();
    }

    /** Refuses a verification without evidence, and one whose evidence has expired. */
    void requireEvidenceAt(Instant now) {
      List<Evidence> given = orEmpty(evidence);
      if (given.isEmpty()) {
        throw ProblemException.unprocessable(
            "/evidence", "A verification needs at least one piece of evidence.");
      }
      for (int i = 0; i < given.size(); i++) {
        Instant expiresAt = given.get(i).expiresAt();
        if (expiresAt != null && !expiresAt.isAfter(now)) {
          throw ProblemException.unprocessable(
              "/evidence/" + i + "/expiresAt", "This evidence has expired already.");
        }
      }
    }
  }

  /** A piece of evidence. */
  @Schema(name = "Evidence", description = "A piece of evidence")
  public record Evidence(
      @Schema(description = "What it is", examples = "register-extract")
          @NotNull
          @PlainText(max = 100)
          String kind,
      @Schema(description = "Where it can be found again", examples = "HRB 204415, Hamburg")
          @NotNull
          @PlainText(max = 500)
          String reference,
      @Schema(
              description = "From when it no longer counts; absent where it does not expire",
              examples = "2027-11-01T00:00:00Z")
          @Nullable Instant expiresAt) {

    static Evidence of(io.berth.identity.Evidence evidence) {
      return new Evidence(evidence.kind(), evidence.reference(), evidence.expiresAt());
    }

    io.berth.identity.Evidence toEvidence() {
      return new io.berth.identity.Evidence(kind, reference, expiresAt);
    }
  }

  /** The last finding about the facts. */
  @Schema(name = "Verification", description = "The last finding about the facts")
  public record VerificationView(
      @Schema(description = "As it counts now: one that has expired is unverified")
          VerificationState state,
      @Schema(description = "The compliance officer; absent before any finding")
          @Nullable String by,
      @Schema(description = "When") @Nullable Instant at,
      @Schema(description = "Why") @Nullable String reason,
      @Schema(description = "What it rests on") List<Evidence> evidence,
      @Schema(description = "The first expiry of the evidence; absent where none expires")
          @Nullable Instant expiresAt) {

    static VerificationView of(Verification verification) {
      return new VerificationView(
          verification.state(),
          verification.by(),
          verification.at(),
          verification.reason(),
          verification.evidence().stream().map(Evidence::of).toList(),
          verification.expiresAt());
    }
  }

  /** The last screening. */
  @Schema(
      name = "Screening",
      description = "How the organization and its owners came out against denied-party lists")
  public record ScreeningView(
      ScreeningState state,
      @Schema(description = "When; absent before the first") @Nullable Instant at,
      @Schema(
              description = "Which lists were searched: hash over their versions",
              examples = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")
          @Nullable String listsHash) {

    static ScreeningView of(Screening screening) {
      return new ScreeningView(screening.state(), screening.at(), screening.listsHash());
    }
  }

  /** An organization. */
  @Schema(name = "Organization", description = "A legal entity: tenant, provider or both")
  public record View(
      OrganizationId id,
      @Schema(description = "The registered name", examples = "Nordlicht Rechenzentrum GmbH")
          String name,
      Facts facts,
      VerificationView verification,
      ScreeningView screening,
      Instant createdAt) {

    static View of(Organization organization) {
      return new View(
          organization.id(),
          organization.name(),
          Facts.of(organization.facts()),
          VerificationView.of(organization.verification()),
          ScreeningView.of(organization.screening()),
          organization.createdAt());
    }
  }

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return Objects.requireNonNullElse(list, List.of());
  }
}
