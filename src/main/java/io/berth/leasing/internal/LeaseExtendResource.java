package io.berth.leasing.internal;

import io.berth.booking.PolicyRefused;
import io.berth.identity.Caller;
import io.berth.identity.Role;
import io.berth.leasing.LeaseId;
import io.berth.leasing.internal.LeaseApi.ExtendRequest;
import io.berth.leasing.internal.LeaseApi.LeaseView;
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

/** {@code /v1/leases/{id}/extend}. */
@Path("/v1/leases/{id}/extend")
@Tag(name = "Leases")
@Produces(MediaType.APPLICATION_JSON)
public class LeaseExtendResource {

  private final LeaseExtension extension;
  private final Caller caller;

  LeaseExtendResource(LeaseExtension extension, Caller caller) {
    this.extension = extension;
    this.caller = caller;
  }

  /** Extends. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Role.TENANT)
  @Operation(
      operationId = "extendLease",
      summary = "Let a lease go on for longer",
      description =
          "On the same accelerators, at the offer's price of now, which stretches of the answer show."
              + " The added time is judged, the offer must still be published and allow so long a"
              + " lease, and its price is set aside. Repeat the request with the same"
              + " Idempotency-Key to get the same answer.")
  @APIResponse(
      responseCode = "202",
      description = "The lease with its new end.",
      content =
          @Content(
              schema = @Schema(implementation = LeaseView.class),
              examples = @ExampleObject(name = "extended", value = LeaseExamples.ACTIVE)))
  @APIResponse(responseCode = "404", description = "No such lease of the caller's.")
  @APIResponse(
      responseCode = "409",
      description =
          "Others have booked the accelerators (capacity-unavailable; extendableUntil says until when"
              + " the lease can go on), the lease ends or is being wound down, its offer is not"
              + " published any more, or the same key is being worked on.",
      content =
          @Content(
              mediaType = Problem.MEDIA_TYPE,
              schema = @Schema(implementation = Problem.class),
              examples =
                  @ExampleObject(name = "capacity-unavailable", value = LeaseExamples.TAKEN)))
  @APIResponse(
      responseCode = "422",
      description =
          "Policy does not permit the added time (policy-refused, with reasons and decisionId), the"
              + " account holds too little (insufficient-funds), the offer does not allow so long a"
              + " lease or costs more, or the key belongs to another request.",
      content =
          @Content(
              mediaType = Problem.MEDIA_TYPE,
              schema = @Schema(anyOf = {PolicyRefused.class, Problem.class}),
              examples = {@ExampleObject(name = "policy-refused", value = LeaseExamples.REFUSED)}))
  public Uni<Response> extend(
      @RestPath LeaseId id,
      @RestHeader("Idempotency-Key") @Parameter(required = true, example = "6f1e4b0a-extend-1")
          @Nullable String idempotencyKey,
      @RequestBody(
              content =
                  @Content(
                      schema = @Schema(implementation = ExtendRequest.class),
                      examples = @ExampleObject(name = "longer", value = LeaseExamples.EXTEND)))
          @Valid
          @NotNull
          ExtendRequest body) {
    return extension.extend(caller.scope(), idempotencyKey, id, body);
  }
}
