package io.berth.identity.internal;

import com.fasterxml.jackson.databind.JsonNode;
import io.berth.identity.Caller;
import io.berth.identity.Organization;
import io.berth.identity.Organizations;
import io.berth.identity.Role;
import io.berth.identity.VerificationState;
import io.berth.identity.domain.Editor;
import io.berth.identity.domain.FactsChange;
import io.berth.identity.internal.OrganizationApi.Finding;
import io.berth.identity.internal.OrganizationApi.Statement;
import io.berth.identity.internal.OrganizationApi.View;
import io.berth.platform.MergePatch;
import io.berth.platform.OrganizationId;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.PlainText;
import io.berth.platform.Preconditions;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
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

/** Organizations over REST. */
@Path("/v1/organizations")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Organizations")
public class OrganizationResource {

  private final Organizations organizations;
  private final OrganizationChanges changes;
  private final MergePatch patches;
  private final Caller caller;

  OrganizationResource(
      Organizations organizations, OrganizationChanges changes, MergePatch patches, Caller caller) {
    this.organizations = organizations;
    this.changes = changes;
    this.patches = patches;
    this.caller = caller;
  }

  /** Enters an organization. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Role.OPERATOR)
  @ResponseStatus(201)
  @Operation(
      operationId = "createOrganization",
      summary = "Enter an organization",
      description =
          "For operators. Its id goes into the claim `organization` of its members' tokens. Nothing"
              + " about it is verified yet.")
  @RequestBody(
      content =
          @Content(
              schema = @Schema(implementation = Statement.class),
              examples =
                  @ExampleObject(name = "German tenant", value = OrganizationExamples.STATEMENT)))
  @APIResponse(
      responseCode = "201",
      description = "The organization, with its ETag and Location",
      content =
          @Content(
              schema = @Schema(implementation = View.class),
              examples = @ExampleObject(name = "created", value = OrganizationExamples.CREATED)))
  @APIResponse(
      responseCode = "422",
      description =
          "The owners' parts add up to more than 100, or listings are given by somebody who is no"
              + " compliance officer")
  public Uni<RestResponse<View>> create(@Valid @NotNull Statement body) {
    OrganizationChanges.Draft draft = body.toDraft();
    if (!draft.facts().listings().isEmpty() && !caller.has(Role.COMPLIANCE)) {
      OrganizationChanges.refuse(new TreeSet<>(Set.of(FactsChange.LISTINGS)));
    }
    return organizations
        .create(caller.scope(), draft.name(), draft.facts())
        .map(organization ->
            RestResponse.ResponseBuilder.create(RestResponse.Status.CREATED, View.of(organization))
                .location(URI.create("/v1/organizations/" + organization.id()))
                .header(HttpHeaders.ETAG, Preconditions.etag(organization.version()))
                .build());
  }

  /** Lists organizations. */
  @GET
  @RolesAllowed({Role.TENANT, Role.PROVIDER, Role.OPERATOR, Role.COMPLIANCE})
  @Operation(
      operationId = "listOrganizations",
      summary = "List organizations",
      description =
          "Operators and compliance officers see all, others their own. In the order of entry.")
  @APIResponse(
      responseCode = "200",
      description = "A page",
      content =
          @Content(
              schema = @Schema(implementation = OrganizationPage.class),
              examples = @ExampleObject(name = "one", value = OrganizationExamples.PAGE)))
  public Uni<Page<View>> list(
      @Parameter(description = "A part of the name, in any case", example = "nordlicht")
          @RestQuery
          @PlainText
          @Nullable String name,
      @Parameter(description = "State of verification as it counts now") @RestQuery
          @Nullable VerificationState verification,
      @Parameter(description = "Items a page; 50 where absent")
          @RestQuery
          @Min(1)
          @Max(PageRequest.SIZE_MAX)
          @Nullable Integer pageSize,
      @Parameter(description = "`nextPageToken` of the page before, with the same filters")
          @RestQuery
          @Nullable String pageToken) {
    PageRequest page = PageRequest.of(pageSize, pageToken, "organizations", name, verification);
    return changes
        .list(caller.scope(), page, name, verification)
        .map(organizations -> organizations.map(View::of));
  }

  /** Reads one. */
  @GET
  @Path("/{id}")
  @RolesAllowed({Role.TENANT, Role.PROVIDER, Role.OPERATOR, Role.COMPLIANCE})
  @Operation(
      operationId = "getOrganization",
      summary = "Read an organization",
      description = "Another organization's id answers 404, except to operators and compliance.")
  @APIResponse(
      responseCode = "200",
      description = "The organization, with its ETag",
      content =
          @Content(
              schema = @Schema(implementation = View.class),
              examples = @ExampleObject(name = "verified", value = OrganizationExamples.VERIFIED)))
  public Uni<RestResponse<View>> get(@RestPath OrganizationId id) {
    return organizations
        .get(caller.scope(), id)
        .map(organization -> answer(RestResponse.Status.OK, organization));
  }

  /** Changes name and facts. */
  @PATCH
  @Path("/{id}")
  @Consumes({MergePatch.MEDIA_TYPE, MediaType.APPLICATION_JSON})
  @RolesAllowed({Role.TENANT, Role.PROVIDER, Role.OPERATOR, Role.COMPLIANCE})
  @Operation(
      operationId = "changeOrganization",
      summary = "Change an organization's facts",
      description =
          "A JSON merge patch (RFC 7396): what is absent stays, null makes a fact unknown, lists are"
              + " replaced whole. For its own members and for operators; `listings` for compliance"
              + " officers of another organization. Any change but of `listings` and `ownRules`"
              + " takes the verification away.")
  @RequestBody(
      content = {
        @Content(
            mediaType = MergePatch.MEDIA_TYPE,
            schema = @Schema(implementation = Statement.class),
            examples =
                @ExampleObject(
                    name = "parent becomes unknown",
                    value = OrganizationExamples.PATCH)),
        @Content(
            mediaType = MediaType.APPLICATION_JSON,
            schema = @Schema(implementation = Statement.class),
            examples =
                @ExampleObject(name = "parent becomes unknown", value = OrganizationExamples.PATCH))
      })
  @APIResponse(
      responseCode = "200",
      description = "The organization after the change, with its ETag",
      content =
          @Content(
              schema = @Schema(implementation = View.class),
              examples = @ExampleObject(name = "changed", value = OrganizationExamples.CHANGED)))
  @APIResponse(
      responseCode = "422",
      description =
          "A field that this caller may not change, or owners' parts that add up to more than 100")
  public Uni<RestResponse<View>> change(
      @RestPath OrganizationId id,
      @Parameter(description = "The ETag that was read", example = "\"3\"") @RestHeader("If-Match")
          @Nullable String ifMatch,
      @NotNull JsonNode body) {
    return changes
        .change(
            caller.scope(),
            id,
            ifMatch,
            editor(id),
            organization ->
                patches.apply(Statement.of(organization), body, Statement.class).toDraft())
        .map(organization -> answer(RestResponse.Status.OK, organization));
  }

  /** Vouches for the facts. */
  @POST
  @Path("/{id}/verify")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Role.COMPLIANCE)
  @ResponseStatus(202)
  @Operation(
      operationId = "verifyOrganization",
      summary = "Verify an organization's facts",
      description =
          "For compliance officers of another organization who did not state the facts themselves."
              + " Lasts until the first piece of evidence expires or a fact changes.")
  @RequestBody(
      content =
          @Content(
              schema = @Schema(implementation = Finding.class),
              examples =
                  @ExampleObject(name = "register extract", value = OrganizationExamples.FINDING)))
  @APIResponse(
      responseCode = "202",
      description = "The organization, verified, with its ETag",
      content =
          @Content(
              schema = @Schema(implementation = View.class),
              examples = @ExampleObject(name = "verified", value = OrganizationExamples.VERIFIED)))
  @APIResponse(
      responseCode = "403",
      description = "Not a compliance officer, or the caller's own organization or own statement")
  @APIResponse(responseCode = "422", description = "No evidence, or evidence that has expired")
  public Uni<RestResponse<View>> verify(
      @RestPath OrganizationId id,
      @Parameter(description = "The ETag of the facts that were checked", example = "\"3\"")
          @RestHeader("If-Match")
          @Nullable String ifMatch,
      @Valid @NotNull Finding body) {
    return changes
        .verify(caller.scope(), id, ifMatch, body)
        .map(organization -> answer(RestResponse.Status.ACCEPTED, organization));
  }

  /** Finds that the facts do not hold. */
  @POST
  @Path("/{id}/reject")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Role.COMPLIANCE)
  @ResponseStatus(202)
  @Operation(
      operationId = "rejectOrganization",
      summary = "Reject an organization's facts",
      description =
          "For compliance officers of another organization who did not state the facts themselves."
              + " Lasts until a fact changes or the organization is verified.")
  @RequestBody(
      content =
          @Content(
              schema = @Schema(implementation = Finding.class),
              examples =
                  @ExampleObject(
                      name = "parent does not match",
                      value = OrganizationExamples.REJECTION)))
  @APIResponse(
      responseCode = "202",
      description = "The organization, rejected, with its ETag",
      content =
          @Content(
              schema = @Schema(implementation = View.class),
              examples = @ExampleObject(name = "rejected", value = OrganizationExamples.REJECTED)))
  @APIResponse(
      responseCode = "403",
      description = "Not a compliance officer, or the caller's own organization or own statement")
  public Uni<RestResponse<View>> reject(
      @RestPath OrganizationId id,
      @Parameter(description = "The ETag of the facts that were checked", example = "\"3\"")
          @RestHeader("If-Match")
          @Nullable String ifMatch,
      @Valid @NotNull Finding body) {
    return changes
        .reject(caller.scope(), id, ifMatch, body)
        .map(organization -> answer(RestResponse.Status.ACCEPTED, organization));
  }

  private Editor editor(OrganizationId id) {
    boolean isOwn = caller.organization().equals(id);
    return new Editor(
        caller.has(Role.OPERATOR)
            || (isOwn && (caller.has(Role.TENANT) || caller.has(Role.PROVIDER))),
        caller.has(Role.COMPLIANCE) && !isOwn);
  }

  private static RestResponse<View> answer(RestResponse.Status status, Organization organization) {
    return RestResponse.ResponseBuilder.create(status, View.of(organization))
        .header(HttpHeaders.ETAG, Preconditions.etag(organization.version()))
        .build();
  }

  /** Names the page in the contract. */
  @Schema(name = "OrganizationPage", description = "A page of organizations")
  record OrganizationPage(List<View> items, @Nullable String nextPageToken) {}
}
