package io.berth.policy.internal;

import io.berth.identity.Caller;
import io.berth.identity.Role;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.ProblemException;
import io.berth.platform.ProblemType;
import io.berth.policy.DecisionId;
import io.berth.policy.DecisionPurpose;
import io.berth.policy.Verdict;
import io.berth.policy.internal.DecisionApi.DecisionPage;
import io.berth.policy.internal.DecisionApi.Summary;
import io.berth.policy.internal.DecisionApi.View;
import io.berth.policy.internal.EnquiryApi.Enquiry;
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
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Decisions over REST. */
@Path("/v1/decisions")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Role.TENANT, Role.PROVIDER, Role.OPERATOR, Role.COMPLIANCE})
@Tag(name = "Decisions")
public class DecisionResource {

  private final DecisionDesk desk;
  private final ReplayDesk replays;
  private final Caller caller;

  DecisionResource(DecisionDesk desk, ReplayDesk replays, Caller caller) {
    this.desk = desk;
    this.replays = replays;
    this.caller = caller;
  }

  /** Judges without booking. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @ResponseStatus(201)
  @Operation(
      operationId = "createDecision",
      summary = "Judge without booking",
      description =
          "Says whether a tenant may use an accelerator on a node over a period, and why. The"
              + " decision is kept; nothing else follows from it. What is not told is unknown, and"
              + " where an unknown fact could change the answer the answer is HOLD_EVIDENCE.")
  @RequestBody(
      content =
          @Content(
              schema = @Schema(implementation = Enquiry.class),
              examples = {
                @ExampleObject(
                    name = "for the caller's organization",
                    value = DecisionExamples.TENANTS_OWN),
                @ExampleObject(
                    name = "for a tenant that is described, by old rules",
                    value = DecisionExamples.WHAT_IF)
              }))
  @APIResponse(
      responseCode = "201",
      description = "The decision, with its Location",
      content =
          @Content(
              schema = @Schema(implementation = View.class),
              examples = @ExampleObject(name = "denied", value = DecisionExamples.DENIED)))
  @APIResponse(
      responseCode = "403",
      description = "A tenant is described by somebody who is no operator or compliance officer")
  @APIResponse(
      responseCode = "404",
      description = "There is no such tenant, provider or node, or it is not the caller's to ask")
  @APIResponse(
      responseCode = "422",
      description =
          "No such accelerator, a period that does not end after it starts, or two ways to say the"
              + " same thing")
  public Uni<RestResponse<View>> create(@Valid @NotNull Enquiry body) {
    return desk.judge(caller.scope(), body)
        .map(row ->
            RestResponse.ResponseBuilder.create(RestResponse.Status.CREATED, View.of(row))
                .location(URI.create("/v1/decisions/" + row.id()))
                .build());
  }

  /** Lists decisions. */
  @GET
  @Operation(
      operationId = "listDecisions",
      summary = "List decisions",
      description =
          "Operators and compliance officers see all, others their own organization's. Oldest"
              + " first.")
  @APIResponse(
      responseCode = "200",
      description = "A page",
      content =
          @Content(
              schema = @Schema(implementation = DecisionPage.class),
              examples = @ExampleObject(name = "one", value = DecisionExamples.PAGE)))
  public Uni<Page<Summary>> list(
      @Parameter(description = "Only with this verdict") @RestQuery @Nullable Verdict verdict,
      @Parameter(description = "Only made for this") @RestQuery @Nullable DecisionPurpose purpose,
      @Parameter(description = "Items a page; 50 where absent")
          @RestQuery
          @Min(1)
          @Max(PageRequest.SIZE_MAX)
          @Nullable Integer pageSize,
      @Parameter(description = "`nextPageToken` of the page before, with the same filters")
          @RestQuery
          @Nullable String pageToken) {
    return desk.list(
            caller.scope(), PageRequest.of(pageSize, pageToken, verdict, purpose), verdict, purpose)
        .map(page -> page.map(Summary::of));
  }

  /** Reads a decision. */
  @GET
  @Path("/{id}")
  @Operation(
      operationId = "getDecision",
      summary = "Read a decision back",
      description = "Any that was made for the organization, whether asked for or in a booking.")
  @APIResponse(
      responseCode = "200",
      description = "The decision as it was made",
      content =
          @Content(
              schema = @Schema(implementation = View.class),
              examples = @ExampleObject(name = "denied", value = DecisionExamples.DENIED)))
  public Uni<View> get(@RestPath DecisionId id) {
    return desk.get(caller.scope(), id).map(View::of);
  }

  /** Judges again. */
  @POST
  @Path("/{id}/replay")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "replayDecision",
      summary = "Judge a decision again",
      description =
          "Judges what the decision saw by the packs that judged then, over the same period, and says"
              + " whether everything is as it was: the stored facts and answer against the audit"
              + " trail, the packs against their hashes, the answer node by node. Nothing is changed"
              + " by it. A compliance officer may ask what the packs in force now would say of the"
              + " same facts.")
  @RequestBody(
      content =
          @Content(
              schema = @Schema(implementation = ReplayApi.Request.class),
              examples = {
                @ExampleObject(name = "as it was judged", value = "{}"),
                @ExampleObject(name = "by today's packs", value = "{\"packs\": \"current\"}")
              }))
  @APIResponse(
      responseCode = "200",
      description = "What came out",
      content =
          @Content(
              schema = @Schema(implementation = ReplayApi.View.class),
              examples = {
                @ExampleObject(name = "the same", value = DecisionExamples.REPLAY_SAME),
                @ExampleObject(name = "altered", value = DecisionExamples.REPLAY_ALTERED)
              }))
  @APIResponse(
      responseCode = "403",
      description = "Today's packs are asked for by somebody who is no compliance officer")
  @APIResponse(responseCode = "404", description = "No such decision of the caller's")
  public Uni<ReplayApi.View> replay(
      @RestPath DecisionId id, @Valid @NotNull ReplayApi.Request body) {
    ReplayApi.Packs by = body.packs() == null ? ReplayApi.Packs.STORED : body.packs();
    if (by == ReplayApi.Packs.CURRENT && !caller.has(Role.COMPLIANCE)) {
      throw new ProblemException(
              ProblemType.FORBIDDEN, "Only compliance officers may ask what today's packs say.")
          .at("/packs", "Leave it out to judge by the packs that judged then.");
    }
    return replays.replay(caller.scope(), id, by);
  }
}
