package io.berth.leasing.internal;

import io.berth.identity.Caller;
import io.berth.identity.Role;
import io.berth.leasing.LeaseId;
import io.berth.leasing.internal.ResaleApi.OfferRequest;
import io.berth.leasing.internal.ResaleApi.ResaleView;
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

/** {@code /v1/leases/{id}/resale}. */
@Path("/v1/leases/{id}/resale")
@Tag(name = "Resales")
@Produces(MediaType.APPLICATION_JSON)
public class LeaseResaleResource {

  private final Resales resales;
  private final Caller caller;

  LeaseResaleResource(Resales resales, Caller caller) {
    this.resales = resales;
    this.caller = caller;
  }

  /** Offers. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Role.TENANT)
  @Operation(
      operationId = "offerLeaseForResale",
      summary = "Offer the rest of a lease for resale",
      description =
          "Nothing changes until another organization buys it. It then has the rest of the lease on"
              + " the same accelerators and pays the caller the price asked for as it uses it; the"
              + " caller goes on owing the provider its own lease's price for the same time. Read and"
              + " withdraw it at /v1/resales. Repeat the request with the same Idempotency-Key to get"
              + " the same answer.")
  @APIResponse(
      responseCode = "201",
      description = "The offer, open.",
      content =
          @Content(
              schema = @Schema(implementation = ResaleView.class),
              examples = @ExampleObject(name = "open", value = ResaleExamples.OPEN)))
  @APIResponse(
      responseCode = "400",
      description = "The price is not more than zero or not in the market's currency.")
  @APIResponse(responseCode = "404", description = "No such lease of the caller's.")
  @APIResponse(
      responseCode = "409",
      description =
          "The lease ends, is being wound down, is passed on, or is offered or proposed to somebody"
              + " already, or the same key is being worked on.")
  @APIResponse(
      responseCode = "422",
      description =
          "The times are past or do not fit the lease, or the key belongs to another request.")
  public Uni<Response> offer(
      @RestPath LeaseId id,
      @RestHeader("Idempotency-Key") @Parameter(required = true, example = "6f1e4b0a-resale-1")
          @Nullable String idempotencyKey,
      @RequestBody(
              content =
                  @Content(
                      schema = @Schema(implementation = OfferRequest.class),
                      examples = @ExampleObject(name = "cheaper", value = ResaleExamples.OFFER)))
          @Valid
          @NotNull
          OfferRequest body) {
    return resales.offer(caller.scope(), idempotencyKey, id, body);
  }
}
