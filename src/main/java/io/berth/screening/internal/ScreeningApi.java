package io.berth.screening.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.berth.platform.CountryCode;
import io.berth.platform.OrganizationId;
import io.berth.platform.PlainText;
import io.berth.review.CaseId;
import io.berth.screening.ImportId;
import io.berth.screening.ListedName;
import io.berth.screening.ListedParty;
import io.berth.screening.MatchId;
import io.berth.screening.PartyIdentifier;
import io.berth.screening.PartyType;
import io.berth.screening.ScorePart;
import io.berth.screening.ScreeningHit;
import io.berth.screening.ScreeningQuery;
import io.berth.screening.SourceList;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The wire forms of screening. */
final class ScreeningApi {

  private static final int URL_LENGTH_MAX = 2_000;
  private static final int COUNTRIES_MAX = 20;
  private static final int IDENTIFIERS_MAX = 20;

  /** What a party is shown with at most: some have hundreds of names. */
  private static final int PIECES_MAX = 50;

  private ScreeningApi() {}

  /** Where to fetch a list from. */
  @Schema(name = "ListDownload", description = "Where to fetch a list from")
  record Download(
      @Schema(
              description = "A public https:// address; a query may follow it",
              examples = "https://scsanctions.un.org/resources/xml/en/consolidated.xml")
          @NotNull
          @PlainText(max = URL_LENGTH_MAX)
          String url,
      @Schema(description = "Whether it may drop more entries than usual; false where absent")
          @Nullable Boolean force) {}

  /** An import. */
  @Schema(
      name = "ListImport",
      description = "A version of a denied-party list, or a try to bring one in")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record ImportView(
      ImportId id,
      SourceList list,
      ImportState state,
      @Schema(description = "Where it comes from; absent where it was uploaded")
          @Nullable String url,
      @Schema(description = "Whether it might drop more entries than usual") boolean force,
      @Schema(
              description = "SHA-256 of the file",
              examples = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")
          @Nullable String hash,
      @Schema(
              description =
                  "The day on which its authority made it, as far as it says, else of the import")
          @Nullable LocalDate asOf,
      @Schema(description = "How many parties it names", examples = "5187")
          @Nullable Integer entries,
      @Schema(description = "Who asked for it") String importedBy,
      Instant createdAt,
      @Nullable Instant activatedAt,
      @Schema(description = "Why it failed") @Nullable String failure) {

    static ImportView of(ListImport made) {
      return new ImportView(
          made.id(),
          made.list(),
          made.state(),
          made.url(),
          made.force(),
          made.hash(),
          made.asOf(),
          made.entries(),
          made.importedBy(),
          made.createdAt(),
          made.activatedAt(),
          made.failure());
    }
  }

  /** Names the page in the contract. */
  @Schema(name = "ListImportPage", description = "A page of imports")
  record ImportPage(List<ImportView> items, @Nullable String nextPageToken) {}

  /** A list. */
  @Schema(name = "DeniedPartySource", description = "A published list and its active version")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record SourceView(
      SourceList list,
      @Schema(description = "Whether nobody is clear without it") boolean required,
      @Schema(description = "The import that is searched; absent where there is none")
          @Nullable ImportId importId,
      @Schema(description = "SHA-256 of its file") @Nullable String hash,
      @Schema(description = "The day on which its authority made it") @Nullable LocalDate asOf,
      @Schema(description = "How many parties it names") @Nullable Integer entries,
      @Nullable Instant activatedAt) {}

  /** All lists. */
  @Schema(name = "ScreeningLists", description = "What organizations are screened against")
  record ListsView(
      List<SourceView> items,
      @Schema(description = "Hash over the active versions, as screenings and decisions keep it")
          String listsHash,
      @Schema(description = "Whether every list is there without which nobody is clear")
          boolean complete,
      @Schema(description = "How many parties can be found") int parties) {}

  /** Whom to look for. */
  @Schema(name = "ScreeningSearch", description = "Whom to look for")
  record Search(
      @Schema(examples = "Quelbrunn Photonik Ltd") @NotNull @PlainText String name,
      @Schema(description = "Countries that it is connected with, ISO 3166-1 alpha-2")
          @Size(max = COUNTRIES_MAX)
          @Nullable List<@NotNull @CountryCode String> countries,
      @Schema(description = "Numbers that identify it, such as its registration number")
          @Size(max = IDENTIFIERS_MAX)
          @Nullable List<@NotNull @PlainText(max = 100) String> identifiers) {

    ScreeningQuery toQuery() {
      return new ScreeningQuery(
          name,
          PartyType.UNKNOWN,
          Set.copyOf(Objects.requireNonNullElse(countries, List.of())),
          Objects.requireNonNullElse(identifiers, List.of()));
    }
  }

  /** What was found. */
  @Schema(name = "ScreeningResult", description = "Who may be the one looked for, best first")
  record Result(
      List<HitView> items,
      @Schema(description = "Hash over the versions that were searched") String listsHash) {}

  /** A party that may be the one looked for. */
  @Schema(name = "ScreeningHit", description = "A listed party that may be the one looked for")
  record HitView(
      @Schema(description = "The list and its number for the party", examples = "EL/1a7e5b0a4c")
          String entry,
      @Schema(description = "The name that is near", examples = "Quellbrunn Photonik Institute")
          String name,
      @Schema(description = "primary, strong or weak", examples = "primary") String strength,
      @Schema(description = "From 0 to 1", examples = "0.97") double score,
      @Schema(description = "What the score is made of") List<PartView> parts,
      PartyView party) {

    private static final double ROUNDING = 10_000;

    static HitView of(ScreeningHit hit) {
      return new HitView(
          hit.party().key(),
          hit.name().text(),
          lower(hit.name().strength()),
          rounded(hit.score()),
          hit.parts().stream().map(PartView::of).toList(),
          PartyView.of(hit.party()));
    }

    private static double rounded(double value) {
      return Math.round(value * ROUNDING) / ROUNDING;
    }
  }

  /** A part of a score. */
  @Schema(name = "ScorePart", description = "A part of a score")
  record PartView(
      @Schema(description = "name, weakAlias, country, type or identifier", examples = "name")
          String kind,
      @Schema(description = "What it adds", examples = "0.95") double points,
      @Schema(examples = "Agree: photonik, quelbrunn ~ quellbrunn (0.98).") String detail) {

    static PartView of(ScorePart part) {
      return new PartView(part.kind(), HitView.rounded(part.points()), part.detail());
    }
  }

  /** A listed party. */
  @Schema(name = "ListedParty", description = "A listed party, as its list prints it")
  record PartyView(
      @Schema(description = "The denied-party list", examples = "EL") String listing,
      @Schema(examples = "1a7e5b0a4c") String uid,
      @Schema(description = "person, entity, vessel, aircraft or unknown", examples = "entity")
          String type,
      @Schema(description = "The first is the one under which it is listed") List<String> names,
      List<String> countries,
      List<String> identifiers,
      @Schema(description = "Of birth or foundation") List<String> dates,
      List<String> programmes,
      List<String> addresses) {

    static PartyView of(ListedParty party) {
      return new PartyView(
          party.listing(),
          party.uid(),
          lower(party.type()),
          first(party.names().stream().map(ListedName::text).toList()),
          List.copyOf(party.countries()),
          first(party.identifiers().stream().map(PartyView::printed).toList()),
          first(party.dates()),
          first(party.programmes()),
          first(party.addresses()));
    }

    private static String printed(PartyIdentifier identifier) {
      return identifier.type()
          + " "
          + identifier.number()
          + (identifier.country() == null ? "" : " (" + identifier.country() + ")");
    }

    private static List<String> first(List<String> pieces) {
      return pieces.stream().limit(PIECES_MAX).toList();
    }
  }

  /** A match. */
  @Schema(
      name = "ScreeningMatch",
      description = "An entry that may name an organization or one of its owners")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record MatchView(
      MatchId id,
      OrganizationId organizationId,
      @Schema(description = "The owner who is meant; absent for the organization itself")
          @Nullable String owner,
      MatchState finding,
      @Schema(
              description =
                  "Where officers answer: to approve says that it is another party, to refuse that"
                      + " it is the same")
          CaseId caseId,
      HitView hit,
      Instant foundAt) {

    static MatchView of(Match match) {
      return new MatchView(
          match.id(),
          match.organization(),
          match.owner().isEmpty() ? null : match.owner(),
          match.state(),
          match.caseId(),
          match.hit(),
          match.foundAt());
    }
  }

  /** Names the page in the contract. */
  @Schema(name = "ScreeningMatchPage", description = "A page of matches")
  record MatchPage(List<MatchView> items, @Nullable String nextPageToken) {}

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
