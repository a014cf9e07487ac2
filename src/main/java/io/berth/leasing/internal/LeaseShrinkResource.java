package io.berth.leasing.internal;

import io.berth.identity.Caller;
import io.berth.identity.Role;
import io.berth.leasing.LeaseId;
import io.berth.leasing.internal.LeaseApi.LeaseView;
import io.berth.leasing.internal.LeaseApi.ShrinkRequest;
import io.berth.platform.Problem;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/** {@code /v1/leases/{id}/shrink}. */
@Path("/v1/leases/{id}/shrink")
@Tag(name = "Leases")
@Produces(MediaType.APPLICATION_JSON)
public class LeaseShrinkResource {

  private final LeaseShrinking shrinking;
  private final Caller caller;

  LeaseShrinkResource(LeaseShrinking shrinking, Caller caller) {
    this.shrinking = shrinking;
    this.caller = caller;
  }

  /** Shrinks. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Role.TENANT)
  @Operation(
      operationId = "shrinkLease",
      summary = "Give a part of a lease back",
      description =
          "Some accelerators or whole nodes are given back at once and charged until the next whole"
              + " minute; the rest goes on. Of the price that they would have cost until the"
              + " lease's end, earlyReleaseRefundPercent comes back. Repeat the request with the"
              + " same Idempotency-Key to get the same answer.")
  @APIResponse(
      responseCode = "202",
      description = "The lease with what it has left.",
      content =
          @Content(
              schema = @Schema(implementation = LeaseView.class),
              examples = @ExampleObject(name = "shrunk", value = LeaseExamples.ACTIVE)))
  @APIResponse(responseCode = "404", description = "No such lease of the caller's.")
  @APIResponse(
      responseCode = "409",
      description =
          "Jobs need what would be given back (jobs names them), the lease ends, or the same key is"
              + " being worked on.",
      content =
          @Content(
              mediaType = Problem.MEDIA_TYPE,
              schema = @Schema(implementation = Problem.class),
              examples = @ExampleObject(name = "jobs", value = LeaseExamples.NEEDED)))
  @APIResponse(
      responseCode = "422",
      description =
          "The lease has no such nodes or no more accelerators than would be kept, or the key belongs"
              + " to another request.")
  public Uni<Response> shrink(
      @RestPath LeaseId id,
      @RestHeader("Idempotency-Key") @Parameter(required = true, example = "6f1e4b0a-shrink-1")
          @Nullable String idempotencyKey,
      @RequestBody(
              content =
                  @Content(
                      schema = @Schema(implementation = ShrinkRequest.class),
                      examples = @ExampleObject(name = "fewer", value = LeaseExamples.SHRINK)))
          @Valid
          @NotNull
          ShrinkRequest body) {
    return shrinking.shrink(caller.scope(), idempotencyKey, id, body);
  }
}
