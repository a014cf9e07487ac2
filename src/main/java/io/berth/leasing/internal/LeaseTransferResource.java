package io.berth.leasing.internal;

import io.berth.identity.Caller;
import io.berth.identity.Role;
import io.berth.leasing.LeaseId;
import io.berth.leasing.internal.TransferApi.ProposeRequest;
import io.berth.leasing.internal.TransferApi.TransferView;
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

/** {@code /v1/leases/{id}/transfer}. */
@Path("/v1/leases/{id}/transfer")
@Tag(name = "Lease transfers")
@Produces(MediaType.APPLICATION_JSON)
public class LeaseTransferResource {

  private final LeaseTransfers transfers;
  private final Caller caller;

  LeaseTransferResource(LeaseTransfers transfers, Caller caller) {
    this.transfers = transfers;
    this.caller = caller;
  }

  /** Proposes. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Role.TENANT)
  @Operation(
      operationId = "proposeLeaseTransfer",
      summary = "Propose that another organization has the rest of a lease",
      description =
          "Nothing changes until the recipient accepts. The caller is then charged until the next"
              + " whole minute, and the recipient pays the rest at the lease's price. Repeat the"
              + " request with the same Idempotency-Key to get the same answer.")
  @APIResponse(
      responseCode = "201",
      description = "The transfer, proposed.",
      content =
          @Content(
              schema = @Schema(implementation = TransferView.class),
              examples = @ExampleObject(name = "proposed", value = TransferExamples.PROPOSED)))
  @APIResponse(responseCode = "404", description = "No such lease of the caller's.")
  @APIResponse(
      responseCode = "409",
      description =
          "The lease ends, is being wound down or is proposed to somebody already, or the same key is"
              + " being worked on.")
  @APIResponse(
      responseCode = "422",
      description = "There is no such recipient, or the key belongs to another request.")
  public Uni<Response> propose(
      @RestPath LeaseId id,
      @RestHeader("Idempotency-Key") @Parameter(required = true, example = "6f1e4b0a-transfer-1")
          @Nullable String idempotencyKey,
      @RequestBody(
              content =
                  @Content(
                      schema = @Schema(implementation = ProposeRequest.class),
                      examples =
                          @ExampleObject(name = "recipient", value = TransferExamples.PROPOSE)))
          @Valid
          @NotNull
          ProposeRequest body) {
    return transfers.propose(caller.scope(), idempotencyKey, id, body);
  }
}
