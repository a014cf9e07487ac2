package io.berth.policy.internal;

import io.berth.identity.Caller;
import io.berth.identity.Role;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.Preconditions;
import io.berth.platform.Problem;
import io.berth.policy.ActivePacks;
import io.berth.policy.PackLayer;
import io.berth.policy.PackState;
import io.berth.policy.PackVersionId;
import io.berth.policy.RulePack;
import io.berth.policy.internal.DecisionApi.PackText;
import io.berth.policy.internal.PackApi.VersionPage;
import io.berth.policy.internal.PackApi.View;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
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

/** Rule packs over REST: taking them in and reading them. */
@Path("/v1/rule-packs")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Role.TENANT, Role.PROVIDER, Role.OPERATOR, Role.COMPLIANCE})
@NonBlocking
@Tag(name = "Rule packs")
public class RulePackResource {

  static final String YAML = "application/yaml";

  private final ActivePacks active;
  private final PackDesk desk;
  private final Caller caller;

  RulePackResource(ActivePacks active, PackDesk desk, Caller caller) {
    this.active = active;
    this.desk = desk;
    this.caller = caller;
  }

  /** Takes a pack in. */
  @POST
  @Consumes(YAML)
  @ResponseStatus(201)
  @Operation(
      operationId = "uploadRulePack",
      summary = "Upload a version of a rule pack",
      description =
          "It begins as a draft, which judges nothing. Operators and compliance officers upload the"
              + " platform's packs (layers baseline and operator), providers and tenants their"
              + " own, whose rules can only object. Of every pack the strongest verdict wins. A"
              + " pack with anything wrong is refused whole.")
  @RequestBody(
      description = "The pack as written, YAML of at most 262144 characters",
      content =
          @Content(
              mediaType = YAML,
              schema = @Schema(implementation = String.class),
              examples = @ExampleObject(name = "a ban", value = PackExamples.TEXT)))
  @APIResponse(
      responseCode = "201",
      description = "The draft, with its Location",
      headers = @Header(name = "ETag", schema = @Schema(implementation = String.class)),
      content =
          @Content(
              schema = @Schema(implementation = View.class),
              examples = @ExampleObject(name = "draft", value = PackExamples.DRAFT)))
  @APIResponse(
      responseCode = "409",
      description = "The pack has a version of that name already, or there are too many versions")
  @APIResponse(
      responseCode = "422",
      description = "Something is wrong with it; errors give line and column",
      content =
          @Content(
              mediaType = Problem.MEDIA_TYPE,
              schema = @Schema(implementation = Problem.class),
              examples = @ExampleObject(name = "refused", value = PackExamples.REFUSED)))
  public Uni<RestResponse<View>> upload(
      @Parameter(description = "Whose rules it holds") @RestQuery @NotNull PackLayer layer,
      @NotNull String body) {
    PackRights rights = PackRights.of(caller);
    return desk.upload(rights, caller.scope(), layer, body)
        .map(row ->
            RestResponse.ResponseBuilder.create(RestResponse.Status.CREATED, View.of(row, rights))
                .location(URI.create("/v1/rule-packs/" + row.id()))
                .header(HttpHeaders.ETAG, Preconditions.etag(row.version()))
                .build());
  }

  /** Lists versions of packs. */
  @GET
  @Operation(
      operationId = "listRulePacks",
      summary = "List versions of rule packs",
      description =
          "Operators and compliance officers see all; others their own and the platform's that are,"
              + " were or are to come into force. Oldest first.")
  @APIResponse(
      responseCode = "200",
      description = "A page",
      content =
          @Content(
              schema = @Schema(implementation = VersionPage.class),
              examples = @ExampleObject(name = "one", value = PackExamples.PAGE)))
  public Uni<Page<View>> list(
      @Parameter(description = "Only of this layer") @RestQuery @Nullable PackLayer layer,
      @Parameter(description = "Only in this state") @RestQuery @Nullable PackState state,
      @Parameter(description = "Only of the pack of this name") @RestQuery @Nullable String pack,
      @Parameter(description = "Items a page; 50 where absent")
          @RestQuery
          @Min(1)
          @Max(PageRequest.SIZE_MAX)
          @Nullable Integer pageSize,
      @Parameter(description = "`nextPageToken` of the page before, with the same filters")
          @RestQuery
          @Nullable String pageToken) {
    PackRights rights = PackRights.of(caller);
    PageRequest page = PageRequest.of(pageSize, pageToken, layer, state, pack);
    return desk.list(caller.scope(), page, layer, state, pack)
        .map(found -> found.map(row -> View.of(row, rights)));
  }

  /** Reads the baseline in force. */
  @GET
  @Path("/active")
  @Operation(
      operationId = "getActiveRulePack",
      summary = "Get the baseline in force",
      description =
          "Its text as written, so that anybody can see by which rules decisions are made; `GET"
              + " /v1/rule-packs?state=active` lists what else is in force for the caller.")
  @APIResponse(
      responseCode = "200",
      description = "The pack with its text",
      content =
          @Content(
              schema = @Schema(implementation = PackText.class),
              examples = @ExampleObject(name = "baseline", value = DecisionExamples.PACK)))
  public PackText active() {
    RulePack pack = active.current().baseline();
    return new PackText(pack.id(), pack.version(), pack.hash(), pack.title(), pack.text());
  }

  /** Reads a version. */
  @GET
  @Path("/{id}")
  @Operation(operationId = "getRulePack", summary = "Read a version of a rule pack")
  @APIResponse(
      responseCode = "200",
      description = "The version without its text",
      headers = @Header(name = "ETag", schema = @Schema(implementation = String.class)),
      content =
          @Content(
              schema = @Schema(implementation = View.class),
              examples = @ExampleObject(name = "scheduled", value = PackExamples.SCHEDULED)))
  public Uni<RestResponse<View>> get(@RestPath PackVersionId id) {
    PackRights rights = PackRights.of(caller);
    return desk.get(rights, caller.scope(), id)
        .map(row -> PackLifeResource.answer(RestResponse.Status.OK, row, rights));
  }

  /** Reads a version's text. */
  @GET
  @Path("/{id}/text")
  @Produces(YAML)
  @Operation(
      operationId = "getRulePackText",
      summary = "Read the text of a version of a rule pack",
      description = "As it was uploaded, byte for byte.")
  @APIResponse(
      responseCode = "200",
      description = "The text",
      content =
          @Content(
              mediaType = YAML,
              schema = @Schema(implementation = String.class),
              examples = @ExampleObject(name = "a ban", value = PackExamples.TEXT)))
  public Uni<String> text(@RestPath PackVersionId id) {
    return desk.text(PackRights.of(caller), caller.scope(), id);
  }
}
