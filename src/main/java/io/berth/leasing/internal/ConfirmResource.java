package io.berth.leasing.internal;

import io.berth.booking.PolicyRefused;
import io.berth.booking.QuoteId;
import io.berth.identity.Caller;
import io.berth.identity.Role;
import io.berth.leasing.internal.LeaseApi.LeaseView;
import io.berth.platform.Problem;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
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
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/** {@code /v1/quotes/{id}/confirm}: how a quote becomes a lease. */
@Path("/v1/quotes/{id}/confirm")
@Tag(name = "Leases")
@Produces(MediaType.APPLICATION_JSON)
public class ConfirmResource {

  private final LeaseDesk desk;
  private final Caller caller;

  ConfirmResource(LeaseDesk desk, Caller caller) {
    this.desk = desk;
    this.caller = caller;
  }

  /** Makes a lease of a quote. */
  @POST
  @Consumes(MediaType.WILDCARD)
  @RolesAllowed(Role.TENANT)
  @Operation(
      operationId = "confirmQuote",
      summary = "Confirm a quote",
      description =
          "Judges the quote's nodes once more and makes a lease of what it holds. Repeat the request"
              + " with the same Idempotency-Key to get the same answer.")
  @APIResponse(
      responseCode = "201",
      description = "The lease, reserved.",
      content =
          @Content(
              schema = @Schema(implementation = LeaseView.class),
              examples = @ExampleObject(name = "reserved", value = LeaseExamples.RESERVED)))
  @APIResponse(responseCode = "404", description = "No such quote of the caller's.")
  @APIResponse(
      responseCode = "409",
      description = "The quote is no longer open, or the same key is being worked on.")
  @APIResponse(
      responseCode = "422",
      description =
          "Policy no longer permits it (policy-refused), or the key belongs to another request"
              + " (idempotency-mismatch).",
      content =
          @Content(
              mediaType = Problem.MEDIA_TYPE,
              schema = @Schema(anyOf = {PolicyRefused.class, Problem.class}),
              examples = {@ExampleObject(name = "policy-refused", value = LeaseExamples.REFUSED)}))
  public Uni<Response> confirm(
      @RestPath QuoteId id,
      @RestHeader("Idempotency-Key") @Parameter(required = true, example = "6f1e4b0a-confirm-1")
          @Nullable String idempotencyKey) {
    return desk.confirm(caller.scope(), idempotencyKey, id);
  }
}
