package io.berth.screening.internal;

import io.berth.identity.Caller;
import io.berth.identity.Role;
import io.berth.platform.Database;
import io.berth.platform.OrganizationId;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.ProblemException;
import io.berth.platform.Scope;
import io.berth.screening.ImportId;
import io.berth.screening.ListVersion;
import io.berth.screening.MatchSettings;
import io.berth.screening.ScreeningConfig;
import io.berth.screening.ScreeningLists;
import io.berth.screening.ScreeningLists.Loaded;
import io.berth.screening.SourceList;
import io.berth.screening.internal.ListImports.ReadFile;
import io.berth.screening.internal.ScreeningApi.Download;
import io.berth.screening.internal.ScreeningApi.HitView;
import io.berth.screening.internal.ScreeningApi.ImportView;
import io.berth.screening.internal.ScreeningApi.ListsView;
import io.berth.screening.internal.ScreeningApi.MatchView;
import io.berth.screening.internal.ScreeningApi.Result;
import io.berth.screening.internal.ScreeningApi.Search;
import io.berth.screening.internal.ScreeningApi.SourceView;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;
import java.net.URI;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** {@code /v1/screening}. */
@Path("/v1/screening")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Screening")
public class ScreeningResource {

  private final ListImports imports;
  private final ListDownloads downloads;
  private final ScreeningLists lists;
  private final MatchStore matches;
  private final Database database;
  private final ScreeningConfig config;
  private final Caller caller;

  ScreeningResource(
      ListImports imports,
      ListDownloads downloads,
      ScreeningLists lists,
      MatchStore matches,
      Database database,
      ScreeningConfig config,
      Caller caller) {
    this.imports = imports;
    this.downloads = downloads;
    this.lists = lists;
    this.matches = matches;
    this.database = database;
    this.config = config;
    this.caller = caller;
  }

  /** Lists the lists. */
  @GET
  @Path("/lists")
  @RolesAllowed({Role.OPERATOR, Role.COMPLIANCE})
  @Operation(
      operationId = "listScreeningLists",
      summary = "List the denied-party lists",
      description =
          "Every list that can be imported, with the version that organizations are screened"
              + " against.")
  @APIResponse(
      responseCode = "200",
      description = "All lists",
      content =
          @Content(
              schema = @Schema(implementation = ListsView.class),
              examples = @ExampleObject(name = "one of two", value = ScreeningExamples.LISTS)))
  public Uni<ListsView> lists() {
    return lists
        .refreshed()
        .map(loaded -> {
          Map<SourceList, ListVersion> active =
              loaded.versions().stream()
                  .collect(Collectors.toMap(ListVersion::list, Function.identity()));
          return new ListsView(
              Arrays.stream(SourceList.values()).map(list -> view(list, active.get(list))).toList(),
              loaded.hash(),
              lists.isComplete(loaded),
              loaded.index().size());
        });
  }

  private SourceView view(SourceList list, @Nullable ListVersion active) {
    boolean isRequired = config.requiredLists().contains(list);
    return active == null
        ? new SourceView(list, isRequired, null, null, null, null, null)
        : new SourceView(
            list,
            isRequired,
            active.id(),
            active.hash(),
            active.asOf(),
            active.entries(),
            active.activatedAt());
  }

  /** Imports a file. */
  @POST
  @Path("/lists/{list}/imports")
  @Consumes(MediaType.APPLICATION_OCTET_STREAM)
  @RolesAllowed(Role.COMPLIANCE)
  @Blocking
  @ResponseStatus(201)
  @Operation(
      operationId = "importScreeningList",
      summary = "Import a denied-party list from a file",
      description =
          "For compliance officers. The body is the file as its authority publishes it. It is read"
              + " whole before any of it counts; then it takes the place of the version before it,"
              + " and every organization is screened again. The same file again changes nothing.")
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = MediaType.APPLICATION_OCTET_STREAM,
              schema = @Schema(type = SchemaType.STRING, format = "binary"),
              examples = @ExampleObject(name = "UN list", value = ScreeningExamples.FILE)))
  @APIResponse(
      responseCode = "201",
      description = "The version, active now",
      content =
          @Content(
              schema = @Schema(implementation = ImportView.class),
              examples = @ExampleObject(name = "active", value = ScreeningExamples.IMPORT)))
  @APIResponse(
      responseCode = "409",
      description = "It lacks too many of the entries before it: `force` imports it nevertheless")
  @APIResponse(
      responseCode = "422",
      description =
          "Not such a list, broken, or over a limit: `errors` says where; nothing of it counts")
  @APIResponse(responseCode = "429", description = "Another list is being read")
  public RestResponse<ImportView> importFile(
      @RestPath SourceList list,
      @Parameter(description = "Whether it may drop more entries than usual; false where absent")
          @RestQuery
          @Nullable Boolean force,
      @Parameter(
              description = "The day on which it was made, where the file does not say",
              example = "2026-11-17")
          @RestQuery
          @Nullable String asOf,
      @NotNull InputStream body) {
    Scope scope = caller.scope();
    LocalDate made = date(asOf);
    ReadFile file = imports.read(list, body);
    return imports
        .activate(scope, list, file, made, Boolean.TRUE.equals(force))
        .map(version -> answer(RestResponse.Status.CREATED, version))
        .await()
        .atMost(config.downloadTimeout());
  }

  /** Lists imports. */
  @GET
  @Path("/lists/{list}/imports")
  @RolesAllowed({Role.OPERATOR, Role.COMPLIANCE})
  @Operation(
      operationId = "listScreeningListImports",
      summary = "List the imports of a denied-party list",
      description = "Every version that was brought in or tried, oldest first.")
  @APIResponse(
      responseCode = "200",
      description = "A page",
      content =
          @Content(
              schema = @Schema(implementation = ScreeningApi.ImportPage.class),
              examples = @ExampleObject(name = "one", value = ScreeningExamples.IMPORTS)))
  public Uni<Page<ImportView>> imports(
      @RestPath SourceList list,
      @Parameter(description = "Items a page; 50 where absent")
          @RestQuery
          @Min(1)
          @Max(PageRequest.SIZE_MAX)
          @Nullable Integer pageSize,
      @Parameter(description = "`nextPageToken` of the page before") @RestQuery
          @Nullable String pageToken) {
    return imports
        .list(caller.scope(), list, PageRequest.of(pageSize, pageToken, "screening-imports", list))
        .map(page -> page.map(ImportView::of));
  }

  /** Reads one import. */
  @GET
  @Path("/lists/{list}/imports/{id}")
  @RolesAllowed({Role.OPERATOR, Role.COMPLIANCE})
  @Operation(
      operationId = "getScreeningListImport",
      summary = "Read an import of a denied-party list",
      description = "Shows what became of a download.")
  @APIResponse(
      responseCode = "200",
      description = "The import",
      content =
          @Content(
              schema = @Schema(implementation = ImportView.class),
              examples = @ExampleObject(name = "active", value = ScreeningExamples.IMPORT)))
  public Uni<ImportView> getImport(@RestPath SourceList list, @RestPath ImportId id) {
    return imports.get(caller.scope(), list, id).map(ImportView::of);
  }

  /** Has a list fetched. */
  @POST
  @Path("/lists/{list}/downloads")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Role.COMPLIANCE)
  @ResponseStatus(202)
  @Operation(
      operationId = "downloadScreeningList",
      summary = "Import a denied-party list from an address",
      description =
          "For compliance officers. The service fetches the file in the background, from public"
              + " https addresses only, and imports it as if it had been uploaded; the import at"
              + " Location tells what became of it.")
  @RequestBody(
      content =
          @Content(
              schema = @Schema(implementation = Download.class),
              examples = @ExampleObject(name = "UN list", value = ScreeningExamples.DOWNLOAD)))
  @APIResponse(
      responseCode = "202",
      description = "The import, queued",
      content =
          @Content(
              schema = @Schema(implementation = ImportView.class),
              examples = @ExampleObject(name = "queued", value = ScreeningExamples.QUEUED)))
  @APIResponse(responseCode = "422", description = "An address that may not be called")
  public Uni<RestResponse<ImportView>> download(
      @RestPath SourceList list, @Valid @NotNull Download body) {
    Scope scope = caller.scope();
    URI address;
    try {
      address = URI.create(body.url());
    } catch (IllegalArgumentException e) {
      throw ProblemException.unprocessable("/url", "This is not an address.");
    }
    return Uni.createFrom()
        // Looking up names blocks.
        .item(() -> downloads.refusal(address))
        .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
        .invoke(refusal ->
            refusal.ifPresent(reason -> {
              throw ProblemException.unprocessable("/url", "The address " + reason + ".");
            }))
        .chain(() -> imports.queue(scope, list, body.url(), Boolean.TRUE.equals(body.force())))
        .map(made -> answer(RestResponse.Status.ACCEPTED, made));
  }

  /** Searches the lists. */
  @POST
  @Path("/searches")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Role.COMPLIANCE)
  @ResponseStatus(200)
  @Operation(
      operationId = "searchScreeningLists",
      summary = "Look somebody up in the denied-party lists",
      description = "Nothing is kept. Gives the hits that a screening would give, best first.")
  @RequestBody(
      content =
          @Content(
              schema = @Schema(implementation = Search.class),
              examples = @ExampleObject(name = "institute", value = ScreeningExamples.SEARCH)))
  @APIResponse(
      responseCode = "200",
      description = "The hits",
      content =
          @Content(
              schema = @Schema(implementation = Result.class),
              examples = @ExampleObject(name = "one", value = ScreeningExamples.RESULT)))
  public Uni<Result> search(@Valid @NotNull Search body) {
    return lists
        .refreshed()
        .map((Loaded loaded) ->
            new Result(
                loaded
                    .index()
                    .search(body.toQuery(), new MatchSettings(config.threshold(), config.hitsMax()))
                    .stream()
                    .map(HitView::of)
                    .toList(),
                loaded.hash()));
  }

  /** Lists matches. */
  @GET
  @Path("/matches")
  @RolesAllowed({Role.OPERATOR, Role.COMPLIANCE})
  @Operation(
      operationId = "listScreeningMatches",
      summary = "List whom denied-party lists may name",
      description =
          "Each match asks officers a question: approving its review case finds that it is another"
              + " party, which needs two of them and ends at a date; refusing it finds that it is"
              + " the same party, and sets the listing on the organization.")
  @APIResponse(
      responseCode = "200",
      description = "A page",
      content =
          @Content(
              schema = @Schema(implementation = ScreeningApi.MatchPage.class),
              examples = @ExampleObject(name = "one", value = ScreeningExamples.MATCHES)))
  public Uni<Page<MatchView>> matches(
      @Parameter(description = "About whom") @RestQuery @Nullable OrganizationId organizationId,
      @RestQuery @Nullable MatchState finding,
      @Parameter(description = "Items a page; 50 where absent")
          @RestQuery
          @Min(1)
          @Max(PageRequest.SIZE_MAX)
          @Nullable Integer pageSize,
      @Parameter(description = "`nextPageToken` of the page before, with the same filters")
          @RestQuery
          @Nullable String pageToken) {
    PageRequest page =
        PageRequest.of(pageSize, pageToken, "screening-matches", organizationId, finding);
    return database
        .sql(
            caller.scope(),
            connection ->
                matches.list(connection, new MatchStore.Filter(organizationId, finding), page))
        .map(found -> found.map(MatchView::of));
  }

  private static @Nullable LocalDate date(@Nullable String asOf) {
    try {
      return asOf == null ? null : LocalDate.parse(asOf);
    } catch (DateTimeParseException e) {
      throw ProblemException.malformed("?asOf", "asOf must be a date, such as 2026-11-17.");
    }
  }

  private static RestResponse<ImportView> answer(RestResponse.Status status, ListImport made) {
    return RestResponse.ResponseBuilder.create(status, ImportView.of(made))
        .location(URI.create("/v1/screening/lists/" + made.list().wire() + "/imports/" + made.id()))
        .build();
  }
}
