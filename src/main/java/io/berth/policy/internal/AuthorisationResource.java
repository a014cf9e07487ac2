package io.berth.policy.internal;

import io.berth.identity.Caller;
import io.berth.identity.Role;
import io.berth.platform.OrganizationId;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.Preconditions;
import io.berth.policy.Authorisation;
import io.berth.policy.AuthorisationId;
import io.berth.policy.AuthorisationState;
import io.berth.policy.internal.AuthorisationApi.AuthorisationPage;
import io.berth.policy.internal.AuthorisationApi.Entry;
import io.berth.policy.internal.AuthorisationApi.FindingBody;
import io.berth.policy.internal.AuthorisationApi.Use;
import io.berth.policy.internal.AuthorisationApi.UsePage;
import io.berth.policy.internal.AuthorisationApi.View;
import io.smallrye.mutiny.Uni;
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
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Authorisations over REST. */
@Path("/v1/authorisations")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Role.TENANT, Role.PROVIDER, Role.OPERATOR, Role.COMPLIANCE})
@Tag(name = "Authorisations")
public class AuthorisationResource {

  private final AuthorisationDesk desk;
  private final Caller caller;

  AuthorisationResource(AuthorisationDesk desk, Caller caller) {
    this.desk = desk;
    this.caller = caller;
  }

  /** Enters one. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @ResponseStatus(201)
  @Operation(
      operationId = "createAuthorisation",
      summary = "Enter an authorisation",
      description =
          "A licence or the like that the caller's organization holds; operators and compliance"
              + " officers may enter another's. It counts for nothing until another person has"
              + " verified it.")
  @RequestBody(
      content =
          @Content(
              schema = @Schema(implementation = Entry.class),
              examples = {
                @ExampleObject(name = "for models", value = AuthorisationExamples.ENTRY),
                @ExampleObject(name = "up to a ceiling", value = AuthorisationExamples.CEILING)
              }))
  @APIResponse(
      responseCode = "201",
      description = "The authorisation, entered, with its ETag and Location",
      content =
          @Content(
              schema = @Schema(implementation = View.class),
              examples = @ExampleObject(name = "entered", value = AuthorisationExamples.ENTERED)))
  @APIResponse(responseCode = "403", description = "Another organization's")
  @APIResponse(
      responseCode = "409",
      description = "The holder has one of this authority under this number, or too many")
  @APIResponse(
      responseCode = "422",
      description =
          "No such organization or accelerator; both or neither of models and tppPerDeviceMax; no"
              + " quantity; an end before the start")
  public Uni<RestResponse<View>> enter(@Valid @NotNull Entry body) {
    return desk.enter(caller.scope(), body)
        .map(entered ->
            RestResponse.ResponseBuilder.create(RestResponse.Status.CREATED, View.of(entered))
                .location(URI.create("/v1/authorisations/" + entered.id()))
                .header(HttpHeaders.ETAG, Preconditions.etag(entered.version()))
                .build());
  }

  /** Lists. */
  @GET
  @Operation(
      operationId = "listAuthorisations",
      summary = "List authorisations",
      description =
          "Operators and compliance officers see all, others their own organization's. In the order"
              + " of entry.")
  @APIResponse(
      responseCode = "200",
      description = "A page",
      content =
          @Content(
              schema = @Schema(implementation = AuthorisationPage.class),
              examples = @ExampleObject(name = "one", value = AuthorisationExamples.PAGE)))
  public Uni<Page<View>> list(
      @Parameter(description = "Only this organization's") @RestQuery
          @Nullable OrganizationId holder,
      @Parameter(description = "Only in this state, as it is now") @RestQuery
          @Nullable AuthorisationState state,
      @Parameter(description = "Items a page; 50 where absent")
          @RestQuery
          @Min(1)
          @Max(PageRequest.SIZE_MAX)
          @Nullable Integer pageSize,
      @Parameter(description = "`nextPageToken` of the page before, with the same filters")
          @RestQuery
          @Nullable String pageToken) {
    return desk.list(
            caller.scope(),
            PageRequest.of(pageSize, pageToken, "authorisations", holder, state),
            holder,
            state)
        .map(page -> page.map(View::of));
  }

  /** Reads one. */
  @GET
  @Path("/{id}")
  @Operation(
      operationId = "getAuthorisation",
      summary = "Read an authorisation",
      description = "With how much of it quotes and leases hold, and what is free.")
  @APIResponse(
      responseCode = "200",
      description = "The authorisation, with its ETag",
      content =
          @Content(
              schema = @Schema(implementation = View.class),
              examples = @ExampleObject(name = "verified", value = AuthorisationExamples.VERIFIED)))
  public Uni<RestResponse<View>> get(@RestPath AuthorisationId id) {
    return desk.get(caller.scope(), id).map(found -> answer(RestResponse.Status.OK, found));
  }

  /** Lists what is used of one. */
  @GET
  @Path("/{id}/uses")
  @Operation(
      operationId = "listAuthorisationUses",
      summary = "List what is used of an authorisation",
      description =
          "What each quote reserved, each lease holds, and what was given back. Oldest first.")
  @APIResponse(
      responseCode = "200",
      description = "A page",
      content =
          @Content(
              schema = @Schema(implementation = UsePage.class),
              examples = @ExampleObject(name = "committed", value = AuthorisationExamples.USES)))
  public Uni<Page<Use>> uses(
      @RestPath AuthorisationId id,
      @Parameter(description = "Items a page; 50 where absent")
          @RestQuery
          @Min(1)
          @Max(PageRequest.SIZE_MAX)
          @Nullable Integer pageSize,
      @Parameter(description = "`nextPageToken` of the page before") @RestQuery
          @Nullable String pageToken) {
    return desk.uses(caller.scope(), id, PageRequest.of(pageSize, pageToken, "uses", id))
        .map(page -> page.map(Use::of));
  }

  /** Vouches for one. */
  @POST
  @Path("/{id}/verify")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Role.COMPLIANCE)
  @ResponseStatus(202)
  @Operation(
      operationId = "verifyAuthorisation",
      summary = "Verify an authorisation",
      description =
          "For compliance officers of another organization than the holder who did not enter it. From"
              + " now on it permits what it covers.")
  @RequestBody(
      content =
          @Content(
              schema = @Schema(implementation = FindingBody.class),
              examples = @ExampleObject(name = "confirmed", value = AuthorisationExamples.FINDING)))
  @APIResponse(
      responseCode = "202",
      description = "The authorisation, verified, with its ETag",
      content =
          @Content(
              schema = @Schema(implementation = View.class),
              examples = @ExampleObject(name = "verified", value = AuthorisationExamples.VERIFIED)))
  @APIResponse(
      responseCode = "403",
      description = "Not a compliance officer, or the caller's own organization's or own entry")
  @APIResponse(
      responseCode = "409",
      description = "It was decided about before, or one with this number is verified already")
  @APIResponse(responseCode = "422", description = "No evidence, or it has expired")
  public Uni<RestResponse<View>> verify(
      @RestPath AuthorisationId id,
      @Parameter(description = "The ETag of what was checked", example = "\"0\"")
          @RestHeader("If-Match")
          @Nullable String ifMatch,
      @Valid @NotNull FindingBody body) {
    return desk.verify(caller.scope(), id, ifMatch, body)
        .map(found -> answer(RestResponse.Status.ACCEPTED, found));
  }

  /** Finds that one does not hold. */
  @POST
  @Path("/{id}/reject")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Role.COMPLIANCE)
  @ResponseStatus(202)
  @Operation(
      operationId = "rejectAuthorisation",
      summary = "Reject an authorisation",
      description =
          "For compliance officers of another organization than the holder who did not enter it. For"
              + " good; it may be entered anew.")
  @RequestBody(
      content =
          @Content(
              schema = @Schema(implementation = FindingBody.class),
              examples = @ExampleObject(name = "unknown", value = AuthorisationExamples.NO)))
  @APIResponse(
      responseCode = "202",
      description = "The authorisation, rejected, with its ETag",
      content =
          @Content(
              schema = @Schema(implementation = View.class),
              examples = @ExampleObject(name = "rejected", value = AuthorisationExamples.REJECTED)))
  @APIResponse(
      responseCode = "403",
      description = "Not a compliance officer, or the caller's own organization's or own entry")
  @APIResponse(responseCode = "409", description = "It was decided about before")
  public Uni<RestResponse<View>> reject(
      @RestPath AuthorisationId id,
      @Parameter(description = "The ETag of what was checked", example = "\"0\"")
          @RestHeader("If-Match")
          @Nullable String ifMatch,
      @Valid @NotNull FindingBody body) {
    return desk.reject(caller.scope(), id, ifMatch, body)
        .map(found -> answer(RestResponse.Status.ACCEPTED, found));
  }

  /** Takes one away. */
  @POST
  @Path("/{id}/revoke")
  @Consumes(MediaType.APPLICATION_JSON)
  @ResponseStatus(202)
  @Operation(
      operationId = "revokeAuthorisation",
      summary = "Revoke an authorisation",
      description =
          "By its holder's people, operators or compliance officers; one is enough to say no. It"
              + " permits nothing from now on: open quotes that count on it cannot be confirmed.")
  @RequestBody(
      content =
          @Content(
              schema = @Schema(implementation = FindingBody.class),
              examples = @ExampleObject(name = "withdrawn", value = AuthorisationExamples.NO)))
  @APIResponse(
      responseCode = "202",
      description = "The authorisation, revoked, with its ETag",
      content =
          @Content(
              schema = @Schema(implementation = View.class),
              examples = @ExampleObject(name = "revoked", value = AuthorisationExamples.REVOKED)))
  @APIResponse(responseCode = "409", description = "It does not count any more as it is")
  public Uni<RestResponse<View>> revoke(
      @RestPath AuthorisationId id,
      @Parameter(description = "The ETag that was read", example = "\"1\"") @RestHeader("If-Match")
          @Nullable String ifMatch,
      @Valid @NotNull FindingBody body) {
    return desk.revoke(caller.scope(), id, ifMatch, body)
        .map(found -> answer(RestResponse.Status.ACCEPTED, found));
  }

  private static RestResponse<View> answer(RestResponse.Status status, Authorisation found) {
    return RestResponse.ResponseBuilder.create(status, View.of(found))
        .header(HttpHeaders.ETAG, Preconditions.etag(found.version()))
        .build();
  }
}
