package io.berth.review.internal;

import io.berth.identity.Caller;
import io.berth.identity.Role;
import io.berth.platform.OrganizationId;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.Preconditions;
import io.berth.platform.Scope;
import io.berth.review.CaseId;
import io.berth.review.CaseKind;
import io.berth.review.CaseState;
import io.berth.review.internal.CaseApi.Approval;
import io.berth.review.internal.CaseApi.CaseView;
import io.berth.review.internal.CaseApi.EvidenceEntry;
import io.berth.review.internal.CaseApi.Finding;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
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

/** {@code /v1/review-cases}. */
@Path("/v1/review-cases")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Review cases")
public class CaseResource {

  private final CaseDesk desk;
  private final Caller caller;

  CaseResource(CaseDesk desk, Caller caller) {
    this.desk = desk;
    this.caller = caller;
  }

  /** Lists. */
  @GET
  @RolesAllowed({Role.TENANT, Role.PROVIDER, Role.OPERATOR, Role.COMPLIANCE})
  @Operation(
      operationId = "listReviewCases",
      summary = "List review cases",
      description =
          "Operators and compliance officers see all, others those about their organization. Oldest"
              + " first.")
  @APIResponse(
      responseCode = "200",
      description = "A page of cases, without their evidence.",
      content =
          @Content(
              schema = @Schema(implementation = CaseApi.CasePage.class),
              examples = @ExampleObject(name = "one", value = CaseExamples.PAGE)))
  public Uni<Page<CaseView>> list(
      @RestQuery @Nullable CaseState state,
      @RestQuery @Nullable CaseKind kind,
      @Parameter(description = "About whom") @RestQuery @Nullable OrganizationId organizationId,
      @RestQuery @Nullable Integer pageSize,
      @RestQuery @Nullable String pageToken) {
    Scope scope = caller.scope();
    return desk.list(
            scope,
            new CaseStore.Filter(state, kind, organizationId),
            PageRequest.of(pageSize, pageToken, "review-cases", state, kind, organizationId))
        .map(page -> page.map(found -> CaseView.of(found, null, scope)));
  }

  /** Reads one. */
  @GET
  @Path("/{id}")
  @RolesAllowed({Role.TENANT, Role.PROVIDER, Role.OPERATOR, Role.COMPLIANCE})
  @Operation(
      operationId = "getReviewCase",
      summary = "Read a review case",
      description = "Another organization's case answers 404, except to operators and compliance.")
  @APIResponse(
      responseCode = "200",
      description = "The case with its evidence and its ETag.",
      content =
          @Content(
              schema = @Schema(implementation = CaseView.class),
              examples = @ExampleObject(name = "open", value = CaseExamples.OPEN)))
  @APIResponse(responseCode = "404", description = "No such case that the caller sees.")
  public Uni<RestResponse<CaseView>> get(@RestPath CaseId id) {
    return desk.get(caller.scope(), id).map(file -> answer(RestResponse.Status.OK, file));
  }

  /** Attaches evidence. */
  @POST
  @Path("/{id}/evidence")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed({Role.TENANT, Role.PROVIDER, Role.COMPLIANCE})
  @ResponseStatus(202)
  @Operation(
      operationId = "attachCaseEvidence",
      summary = "Attach evidence to a review case",
      description =
          "For the organization itself and for compliance officers, while the case waits for its"
              + " answer. What is attached stays.")
  @RequestBody(
      content =
          @Content(
              schema = @Schema(implementation = EvidenceEntry.class),
              examples = @ExampleObject(name = "end-use statement", value = CaseExamples.EVIDENCE)))
  @APIResponse(
      responseCode = "202",
      description = "The case with its evidence and its new ETag.",
      content =
          @Content(
              schema = @Schema(implementation = CaseView.class),
              examples = @ExampleObject(name = "open", value = CaseExamples.OPEN)))
  @APIResponse(responseCode = "404", description = "No such case that the caller sees.")
  @APIResponse(
      responseCode = "409",
      description = "The case is answered, or has as much evidence as it may have.")
  public Uni<RestResponse<CaseView>> attach(
      @RestPath CaseId id, @Valid @NotNull EvidenceEntry body) {
    return desk.attach(caller.scope(), id, body).map(this::accepted);
  }

  /** Propose to approve a case. */
  @POST
  @Path("/{id}/approve")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Role.COMPLIANCE)
  @ResponseStatus(202)
  @Operation(
      operationId = "proposeCaseApproval",
      summary = "Propose to approve a case",
      description =
          "For compliance officers of another organization. Another officer must confirm it; a new proposal takes the place of one that waits.")
  @RequestBody(
      content =
          @Content(
              schema = @Schema(implementation = Approval.class),
              examples = @ExampleObject(name = "end-use statement", value = CaseExamples.APPROVAL)))
  @APIResponse(
      responseCode = "202",
      description = "The case, proposed, with its ETag",
      content =
          @Content(
              schema = @Schema(implementation = CaseView.class),
              examples = @ExampleObject(name = "proposed", value = CaseExamples.PROPOSED)))
  @APIResponse(
      responseCode = "403",
      description = "Not a compliance officer, or the caller's own organization")
  @APIResponse(responseCode = "409", description = "The case's state does not allow it")
  @APIResponse(
      responseCode = "422",
      description = "The date is not in the future, or more than 366 days ahead")
  public Uni<RestResponse<CaseView>> approve(
      @RestPath CaseId id,
      @Parameter(description = "The ETag that was read", example = "\"3\"") @RestHeader("If-Match")
          @Nullable String ifMatch,
      @Valid @NotNull Approval body) {
    return desk.approve(caller.scope(), id, ifMatch, body).map(this::accepted);
  }

  /** Confirm a proposed approval. */
  @POST
  @Path("/{id}/confirm")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Role.COMPLIANCE)
  @ResponseStatus(202)
  @Operation(
      operationId = "confirmCaseApproval",
      summary = "Confirm a proposed approval",
      description =
          "For a compliance officer who neither proposed it nor attached all of its evidence. What waits for the case goes on.")
  @RequestBody(
      content =
          @Content(
              schema = @Schema(implementation = Finding.class),
              examples = @ExampleObject(name = "agreed", value = CaseExamples.CONFIRMATION)))
  @APIResponse(
      responseCode = "202",
      description = "The case, approved, with its ETag",
      content =
          @Content(
              schema = @Schema(implementation = CaseView.class),
              examples = @ExampleObject(name = "approved", value = CaseExamples.APPROVED)))
  @APIResponse(
      responseCode = "403",
      description =
          "Not a compliance officer, or the caller's own organization, proposal or evidence")
  @APIResponse(responseCode = "409", description = "The case's state does not allow it")
  public Uni<RestResponse<CaseView>> confirm(
      @RestPath CaseId id,
      @Parameter(description = "The ETag that was read", example = "\"3\"") @RestHeader("If-Match")
          @Nullable String ifMatch,
      @Valid @NotNull Finding body) {
    return desk.confirm(caller.scope(), id, ifMatch, body).map(this::accepted);
  }

  /** Refuse a case. */
  @POST
  @Path("/{id}/refuse")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Role.COMPLIANCE)
  @ResponseStatus(202)
  @Operation(
      operationId = "refuseCase",
      summary = "Refuse a case",
      description = "One officer is enough to say no. What waits for the case is refused.")
  @RequestBody(
      content =
          @Content(
              schema = @Schema(implementation = Finding.class),
              examples = @ExampleObject(name = "unnamed end user", value = CaseExamples.REFUSAL)))
  @APIResponse(
      responseCode = "202",
      description = "The case, refused, with its ETag",
      content =
          @Content(
              schema = @Schema(implementation = CaseView.class),
              examples = @ExampleObject(name = "refused", value = CaseExamples.REFUSED)))
  @APIResponse(
      responseCode = "403",
      description = "Not a compliance officer, or the caller's own organization")
  @APIResponse(responseCode = "409", description = "The case's state does not allow it")
  public Uni<RestResponse<CaseView>> refuse(
      @RestPath CaseId id,
      @Parameter(description = "The ETag that was read", example = "\"3\"") @RestHeader("If-Match")
          @Nullable String ifMatch,
      @Valid @NotNull Finding body) {
    return desk.refuse(caller.scope(), id, ifMatch, body).map(this::accepted);
  }

  /** Withdraw a case or an approval. */
  @POST
  @Path("/{id}/withdraw")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Role.COMPLIANCE)
  @ResponseStatus(202)
  @Operation(
      operationId = "withdrawCase",
      summary = "Withdraw a case or an approval",
      description =
          "The question is no longer asked, or its approval no longer holds: from then on nothing rests on it.")
  @RequestBody(
      content =
          @Content(
              schema = @Schema(implementation = Finding.class),
              examples = @ExampleObject(name = "parent sold", value = CaseExamples.WITHDRAWAL)))
  @APIResponse(
      responseCode = "202",
      description = "The case, withdrawn, with its ETag",
      content =
          @Content(
              schema = @Schema(implementation = CaseView.class),
              examples = @ExampleObject(name = "withdrawn", value = CaseExamples.WITHDRAWN)))
  @APIResponse(
      responseCode = "403",
      description = "Not a compliance officer, or the caller's own organization")
  @APIResponse(responseCode = "409", description = "The case's state does not allow it")
  public Uni<RestResponse<CaseView>> withdraw(
      @RestPath CaseId id,
      @Parameter(description = "The ETag that was read", example = "\"3\"") @RestHeader("If-Match")
          @Nullable String ifMatch,
      @Valid @NotNull Finding body) {
    return desk.withdraw(caller.scope(), id, ifMatch, body).map(this::accepted);
  }

  private RestResponse<CaseView> accepted(CaseDesk.File file) {
    return answer(RestResponse.Status.ACCEPTED, file);
  }

  private RestResponse<CaseView> answer(RestResponse.Status status, CaseDesk.File file) {
    return RestResponse.ResponseBuilder.create(
            status, CaseView.of(file.review(), file.evidence(), caller.scope()))
        .header(HttpHeaders.ETAG, Preconditions.etag(file.review().version()))
        .build();
  }
}
