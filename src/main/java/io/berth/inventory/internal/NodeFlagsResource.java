package io.berth.inventory.internal;

import io.berth.identity.Caller;
import io.berth.identity.Role;
import io.berth.inventory.NodeId;
import io.berth.inventory.internal.NodeFlagsApi.Body;
import io.berth.inventory.internal.NodeFlagsApi.FindingBody;
import io.berth.inventory.internal.NodeFlagsApi.View;
import io.berth.platform.Preconditions;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
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
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** What is said about single nodes, over REST. */
@Path("/v1/nodes/{id}")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
@Tag(name = "Clusters")
class NodeFlagsResource {

  private static final String DECLARATION =
      """
      {"exportClassification": "3A090.a, supplier's statement of 2026-03-01", "stateFunded": false,
       "excludedParties": ["RU"], "zones": ["eu-sovereign"]}
      """;
  private static final String FINDING =
      """
      {"flags": {"country": "DE", "zones": ["eu-sovereign"]},
       "reason": "Visited the site; the lease of the hall agrees.",
       "evidence": [{"kind": "site-visit", "reference": "Report 2026-117", "expiresAt": "2027-11-01T00:00:00Z"}]}
      """;
  private static final String VIEW =
      """
      {"id": "node_agn4w6nehp2axgwk4r3x6cq3ra",
       "jurisdiction": {"country": "DE", "source": "verified", "discovered": "DE", "verified": "DE"},
       "flags": {"stateFunded": false, "authorisations": [], "source": "declared",
        "locationEvidenceUntil": "2027-11-01T00:00:00Z",
        "exportClassification": "3A090.a, supplier's statement of 2026-03-01",
        "excludedParties": ["RU"], "zones": ["eu-sovereign"],
        "sources": {"excludedParties": "declared", "exportClassification": "declared", "stateFunded": "declared",
         "zones": "verified"}},
       "declared": {"flags": {"exportClassification": "3A090.a, supplier's statement of 2026-03-01",
         "stateFunded": false, "excludedParties": ["RU"], "zones": ["eu-sovereign"]},
        "by": "ops-1", "at": "2026-11-01T10:00:00Z", "evidence": []},
       "verified": {"flags": {"country": "DE", "zones": ["eu-sovereign"]}, "by": "officer-1",
        "at": "2026-11-02T10:00:00Z", "reason": "Visited the site; the lease of the hall agrees.",
        "evidence": [{"kind": "site-visit", "reference": "Report 2026-117", "expiresAt": "2027-11-01T00:00:00Z"}]}}
      """;

  private final NodeStatements statements;
  private final StoredJson json;
  private final Caller caller;
  private final Clock clock;

  NodeFlagsResource(NodeStatements statements, StoredJson json, Caller caller, Clock clock) {
    this.statements = statements;
    this.json = json;
    this.caller = caller;
    this.clock = clock;
  }

  @GET
  @Path("/flags")
  @RolesAllowed({Role.PROVIDER, Role.OPERATOR, Role.COMPLIANCE})
  @Operation(
      operationId = "getNodeFlags",
      summary = "Read a node's flags",
      description =
          "What counts of the node, where each comes from, and what sources disagree about.")
  @APIResponse(
      responseCode = "200",
      description = "The flags, with the node's ETag.",
      content =
          @Content(
              schema = @Schema(implementation = View.class),
              examples = @ExampleObject(name = "verified", value = VIEW)))
  public Uni<RestResponse<View>> flags(@RestPath NodeId id) {
    return statements.get(caller.scope(), id).map(row -> answer(RestResponse.Status.OK, row));
  }

  @PUT
  @Path("/flags")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Role.PROVIDER)
  @Operation(
      operationId = "declareNodeFlags",
      summary = "Declare a node's flags",
      description =
          "What its provider says of this node alone, in place of what it said before; it goes before"
              + " what is declared for the cluster. Where labels or an officer say otherwise, the"
              + " stricter counts and a review case opens; a country that is disputed is unknown.")
  @RequestBody(
      content =
          @Content(
              schema = @Schema(implementation = Body.class),
              examples = @ExampleObject(name = "sovereign", value = DECLARATION)))
  @APIResponse(
      responseCode = "200",
      description = "The flags after it, with the node's ETag.",
      content =
          @Content(
              schema = @Schema(implementation = View.class),
              examples = @ExampleObject(name = "verified before", value = VIEW)))
  public Uni<RestResponse<View>> declare(
      @RestPath NodeId id,
      @Parameter(description = "The ETag that was read", example = "\"3\"") @RestHeader("If-Match")
          @Nullable String ifMatch,
      @Valid @NotNull Body body) {
    return statements
        .declare(caller.scope(), id, ifMatch, body.toStatement())
        .map(row -> answer(RestResponse.Status.OK, row));
  }

  @POST
  @Path("/verify")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Role.COMPLIANCE)
  @ResponseStatus(202)
  @Operation(
      operationId = "verifyNodeFlags",
      summary = "Verify a node's flags",
      description =
          "For compliance officers of another organization than the provider who did not declare them."
              + " A verified country counts whatever others say, until its evidence expires; of the"
              + " rest the stricter counts.")
  @RequestBody(
      content =
          @Content(
              schema = @Schema(implementation = FindingBody.class),
              examples = @ExampleObject(name = "visited", value = FINDING)))
  @APIResponse(
      responseCode = "202",
      description = "The flags after it, with the node's ETag.",
      content =
          @Content(
              schema = @Schema(implementation = View.class),
              examples = @ExampleObject(name = "verified", value = VIEW)))
  @APIResponse(
      responseCode = "403",
      description =
          "Not a compliance officer, or the caller's own organization's node or declaration")
  @APIResponse(responseCode = "422", description = "Evidence that has expired")
  public Uni<RestResponse<View>> verify(
      @RestPath NodeId id,
      @Parameter(description = "The ETag that was read", example = "\"3\"") @RestHeader("If-Match")
          @Nullable String ifMatch,
      @Valid @NotNull FindingBody body) {
    var scope = caller.scope();
    return statements
        .verify(scope, id, ifMatch, body.toStated(scope.actor(), clock.instant()))
        .map(row -> answer(RestResponse.Status.ACCEPTED, row));
  }

  private RestResponse<View> answer(RestResponse.Status status, NodeRow row) {
    return RestResponse.ResponseBuilder.create(status, View.of(row, json))
        .header(HttpHeaders.ETAG, Preconditions.etag(row.version))
        .build();
  }
}
