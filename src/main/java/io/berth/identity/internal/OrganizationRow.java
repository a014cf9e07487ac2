package io.berth.identity.internal;

import io.berth.identity.Evidence;
import io.berth.identity.LegalFacts;
import io.berth.identity.Organization;
import io.berth.identity.Owner;
import io.berth.identity.Screening;
import io.berth.identity.ScreeningState;
import io.berth.identity.UseProfile;
import io.berth.identity.Verification;
import io.berth.identity.VerificationState;
import io.berth.platform.OrganizationId;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An organization as it is stored. */
@Entity
@Table(name = "organization")
public class OrganizationRow {

  /** The columns' type, which the check of the schema at start-up would else take for varchar. */
  private static final String TEXT = "text";

  /** What {@link #of} reads. */
  static final String COLUMNS =
      "id, name, residence_country, ultimate_parent_country, end_use_country, owners,"
          + " owners_complete, listings, own_rules, profile_mode, profile_workload,"
          + " profile_data_residency, profile_us_nexus, facts_changed_by, verification_state,"
          + " verification_by, verification_at, verification_reason, verification_evidence,"
          + " verification_expires_at, registration_number, screening_state, screening_at,"
          + " screening_lists_hash, version, created_at";

  private static final JsonColumn.Owners OWNERS = new JsonColumn.Owners();
  private static final JsonColumn.Names NAMES = new JsonColumn.Names();
  private static final JsonColumn.EvidenceList EVIDENCE = new JsonColumn.EvidenceList();

  @Id
  @Column(name = "id")
  UUID id;

  @Column(name = "name", columnDefinition = TEXT)
  String name;

  @Column(name = "residence_country", columnDefinition = TEXT)
  @Nullable String residenceCountry;

  @Column(name = "ultimate_parent_country", columnDefinition = TEXT)
  @Nullable String ultimateParentCountry;

  @Column(name = "end_use_country", columnDefinition = TEXT)
  @Nullable String endUseCountry;

  @Column(name = "owners", columnDefinition = TEXT)
  @Convert(converter = JsonColumn.Owners.class)
  List<Owner> owners;

  @Column(name = "owners_complete")
  boolean ownersComplete;

  @Column(name = "listings", columnDefinition = TEXT)
  @Convert(converter = JsonColumn.Names.class)
  List<String> listings;

  @Column(name = "own_rules", columnDefinition = TEXT)
  @Convert(converter = JsonColumn.Names.class)
  List<String> ownRules;

  @Column(name = "profile_mode", columnDefinition = TEXT)
  @Nullable String profileMode;

  @Column(name = "profile_workload", columnDefinition = TEXT)
  @Nullable String profileWorkload;

  @Column(name = "profile_data_residency", columnDefinition = TEXT)
  @Nullable String profileDataResidency;

  @Column(name = "profile_us_nexus")
  @Nullable Boolean profileUsNexus;

  @Column(name = "facts_changed_by", columnDefinition = TEXT)
  String factsChangedBy;

  @Column(name = "verification_state", columnDefinition = TEXT)
  @Enumerated(EnumType.STRING)
  VerificationState verificationState;

  @Column(name = "verification_by", columnDefinition = TEXT)
  @Nullable String verificationBy;

  @Column(name = "verification_at")
  @Nullable Instant verificationAt;

  @Column(name = "verification_reason", columnDefinition = TEXT)
  @Nullable String verificationReason;

  @Column(name = "verification_evidence", columnDefinition = TEXT)
  @Convert(converter = JsonColumn.EvidenceList.class)
  List<Evidence> verificationEvidence;

  @Column(name = "verification_expires_at")
  @Nullable Instant verificationExpiresAt;

  @Column(name = "registration_number", columnDefinition = TEXT)
  @Nullable String registrationNumber;

  @Column(name = "screening_state", columnDefinition = TEXT)
  @Enumerated(EnumType.STRING)
  ScreeningState screeningState;

  @Column(name = "screening_at")
  @Nullable Instant screeningAt;

  @Column(name = "screening_lists_hash", columnDefinition = TEXT)
  @Nullable String screeningListsHash;

  @Version
  @Column(name = "version")
  long version;

  @Column(name = "created_at")
  Instant createdAt;

  /** For Hibernate. */
  protected OrganizationRow() {}

  /** An organization about which nothing is verified. */
  public OrganizationRow(
      OrganizationId id, String name, LegalFacts facts, String createdBy, Instant createdAt) {
    this.id = id.value();
    this.createdAt = createdAt;
    change(name, facts, createdBy);
    found(Verification.NONE);
    screeningState = ScreeningState.NOT_SCREENED;
  }

  /** One read with the SQL client, by {@link #COLUMNS}. */
  static OrganizationRow of(Row row) {
    OrganizationRow read = new OrganizationRow();
    read.id = row.getUUID("id");
    read.name = row.getString("name");
    read.residenceCountry = row.getString("residence_country");
    read.ultimateParentCountry = row.getString("ultimate_parent_country");
    read.endUseCountry = row.getString("end_use_country");
    read.owners = OWNERS.convertToEntityAttribute(row.getString("owners"));
    read.ownersComplete = row.getBoolean("owners_complete");
    read.listings = NAMES.convertToEntityAttribute(row.getString("listings"));
    read.ownRules = NAMES.convertToEntityAttribute(row.getString("own_rules"));
    read.profileMode = row.getString("profile_mode");
    read.profileWorkload = row.getString("profile_workload");
    read.profileDataResidency = row.getString("profile_data_residency");
    read.profileUsNexus = row.getBoolean("profile_us_nexus");
    read.factsChangedBy = row.getString("facts_changed_by");
    read.verificationState = VerificationState.valueOf(row.getString("verification_state"));
    read.verificationBy = row.getString("verification_by");
    read.verificationAt = instant(row, "verification_at");
    read.verificationReason = row.getString("verification_reason");
    read.verificationEvidence =
        EVIDENCE.convertToEntityAttribute(row.getString("verification_evidence"));
    read.verificationExpiresAt = instant(row, "verification_expires_at");
    read.registrationNumber = row.getString("registration_number");
    read.screeningState = ScreeningState.valueOf(row.getString("screening_state"));
    read.screeningAt = instant(row, "screening_at");
    read.screeningListsHash = row.getString("screening_lists_hash");
    read.version = row.getLong("version");
    read.createdAt = row.getOffsetDateTime("created_at").toInstant();
    return read;
  }

  private static @Nullable Instant instant(Row row, String column) {
    OffsetDateTime moment = row.getOffsetDateTime(column);
    return moment == null ? null : moment.toInstant();
  }

  final void change(String name, LegalFacts facts, String by) {
    this.name = name;
    residenceCountry = facts.residenceCountry();
    ultimateParentCountry = facts.ultimateParentCountry();
    endUseCountry = facts.endUseCountry();
    owners = facts.owners();
    ownersComplete = facts.ownersComplete();
    listings = List.copyOf(facts.listings());
    ownRules = List.copyOf(facts.ownRules());
    profileMode = facts.profile().mode();
    profileWorkload = facts.profile().workload();
    profileDataResidency = facts.profile().dataResidency();
    profileUsNexus = facts.profile().usNexus();
    registrationNumber = facts.registrationNumber();
    factsChangedBy = by;
  }

  final void found(Verification finding) {
    verificationState = finding.state();
    verificationBy = finding.by();
    verificationAt = finding.at();
    verificationReason = finding.reason();
    verificationEvidence = finding.evidence();
    verificationExpiresAt = finding.expiresAt();
  }

  /** Counts its changes. */
  public long version() {
    return version;
  }

  OrganizationId organizationId() {
    return new OrganizationId(id);
  }

  LegalFacts facts() {
    return new LegalFacts(
        residenceCountry,
        ultimateParentCountry,
        endUseCountry,
        owners,
        ownersComplete,
        Set.copyOf(listings),
        Set.copyOf(ownRules),
        new UseProfile(profileMode, profileWorkload, profileDataResidency, profileUsNexus),
        registrationNumber);
  }

  /** The organization with its verification as it counts at that moment. */
  public Organization asOf(Instant now) {
    Verification finding =
        new Verification(
            verificationState,
            verificationBy,
            verificationAt,
            verificationReason,
            verificationEvidence,
            verificationExpiresAt);
    return new Organization(
        organizationId(),
        name,
        facts(),
        finding.asOf(now),
        new Screening(screeningState, screeningAt, screeningListsHash),
        version,
        createdAt);
  }
}
