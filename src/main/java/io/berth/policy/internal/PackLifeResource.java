package io.berth.policy.internal;

import io.berth.identity.Caller;
import io.berth.identity.Role;
import io.berth.platform.Preconditions;
import io.berth.policy.PackVersionId;
import io.berth.policy.internal.PackApi.Schedule;
import io.berth.policy.internal.PackApi.View;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** The lives of rule packs over REST. */
@Path("/v1/rule-packs")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Role.TENANT, Role.PROVIDER, Role.OPERATOR, Role.COMPLIANCE})
@Tag(name = "Rule packs")
public class PackLifeResource {

  private final PackDesk desk;
  private final Caller caller;

  PackLifeResource(PackDesk desk, Caller caller) {
    this.desk = desk;
    this.caller = caller;
  }

  /** Approves. */
  @POST
  @Path("/{id}/approve")
  @Operation(
      operationId = "approveRulePack",
      summary = "Agree to a version as the second person",
      description =
          "Never its author. The platform's packs take a compliance officer, a provider's or"
              + " tenant's another of its people or a compliance officer.")
  @APIResponse(
      responseCode = "202",
      description = "The version, approved",
      headers = @Header(name = "ETag", schema = @Schema(implementation = String.class)),
      content =
          @Content(
              schema = @Schema(implementation = View.class),
              examples = @ExampleObject(name = "approved", value = PackExamples.APPROVED)))
  @APIResponse(
      responseCode = "409",
      description = "The version is approved, scheduled, active or retired already")
  public Uni<RestResponse<View>> approve(
      @RestPath PackVersionId id,
      @Parameter(description = "The ETag of the version as it was read")
          @RestHeader(HttpHeaders.IF_MATCH)
          @Nullable String ifMatch) {
    PackRights rights = PackRights.of(caller);
    return desk.approve(rights, caller.scope(), id, ifMatch).map(row -> accepted(row, rights));
  }

  /** Starts the shadow. */
  @POST
  @Path("/{id}/shadow")
  @Operation(
      operationId = "shadowRulePack",
      summary = "Evaluate a draft beside what is in force",
      description =
          "What it would have decided otherwise is recorded from now on; it changes nothing.")
  @APIResponse(
      responseCode = "202",
      description = "The version, in shadow",
      headers = @Header(name = "ETag", schema = @Schema(implementation = String.class)),
      content =
          @Content(
              schema = @Schema(implementation = View.class),
              examples = @ExampleObject(name = "shadow", value = PackExamples.SHADOW)))
  @APIResponse(responseCode = "409", description = "The version is no draft")
  public Uni<RestResponse<View>> shadow(
      @RestPath PackVersionId id,
      @Parameter(description = "The ETag of the version as it was read")
          @RestHeader(HttpHeaders.IF_MATCH)
          @Nullable String ifMatch) {
    PackRights rights = PackRights.of(caller);
    return desk.shadow(rights, caller.scope(), id, ifMatch).map(row -> accepted(row, rights));
  }

  /** Schedules or activates. */
  @POST
  @Path("/{id}/schedule")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "scheduleRulePack",
      summary = "Let an approved version come into force, at a date or now",
      description =
          "Everything that is decided from then on is decided by it, on every replica at once; the"
              + " version before it is retired in the same moment. Before its date a scheduled"
              + " version counts for the part of a period that lies after it.")
  @RequestBody(
      content =
          @Content(
              schema = @Schema(implementation = Schedule.class),
              examples = {
                @ExampleObject(name = "at a date", value = PackExamples.SCHEDULE),
                @ExampleObject(name = "now", value = PackExamples.NOW)
              }))
  @APIResponse(
      responseCode = "202",
      description = "The version, scheduled or active",
      headers = @Header(name = "ETag", schema = @Schema(implementation = String.class)),
      content =
          @Content(
              schema = @Schema(implementation = View.class),
              examples = @ExampleObject(name = "scheduled", value = PackExamples.SCHEDULED)))
  @APIResponse(
      responseCode = "409",
      description =
          "Nobody has approved it, it is active or retired already, or another version of the pack"
              + " is scheduled for the same moment")
  @APIResponse(responseCode = "422", description = "The date is past")
  public Uni<RestResponse<View>> schedule(
      @RestPath PackVersionId id,
      @Parameter(description = "The ETag of the version as it was read")
          @RestHeader(HttpHeaders.IF_MATCH)
          @Nullable String ifMatch,
      @Valid @NotNull Schedule body) {
    PackRights rights = PackRights.of(caller);
    return desk.schedule(rights, caller.scope(), id, ifMatch, body.at())
        .map(row -> accepted(row, rights));
  }

  /** Retires. */
  @POST
  @Path("/{id}/retire")
  @Operation(
      operationId = "retireRulePack",
      summary = "Take a version out for good",
      description =
          "One that is in force or scheduled takes somebody who may approve it and is not its"
              + " author, since that permits what it forbade. The last baseline in force stays.")
  @APIResponse(
      responseCode = "202",
      description = "The version, retired",
      headers = @Header(name = "ETag", schema = @Schema(implementation = String.class)),
      content =
          @Content(
              schema = @Schema(implementation = View.class),
              examples = @ExampleObject(name = "retired", value = PackExamples.RETIRED)))
  @APIResponse(
      responseCode = "409",
      description = "The version is retired already, or is the last baseline in force")
  public Uni<RestResponse<View>> retire(
      @RestPath PackVersionId id,
      @Parameter(description = "The ETag of the version as it was read")
          @RestHeader(HttpHeaders.IF_MATCH)
          @Nullable String ifMatch) {
    PackRights rights = PackRights.of(caller);
    return desk.retire(rights, caller.scope(), id, ifMatch).map(row -> accepted(row, rights));
  }

  private static RestResponse<View> accepted(PackRow row, PackRights rights) {
    return answer(RestResponse.Status.ACCEPTED, row, rights);
  }

  static RestResponse<View> answer(RestResponse.Status status, PackRow row, PackRights rights) {
    return RestResponse.ResponseBuilder.create(status, View.of(row, rights))
        .header(HttpHeaders.ETAG, Preconditions.etag(row.version()))
        .build();
  }
}
