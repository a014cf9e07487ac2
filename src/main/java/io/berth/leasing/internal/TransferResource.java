package io.berth.leasing.internal;

import io.berth.booking.PolicyRefused;
import io.berth.identity.Caller;
import io.berth.identity.Role;
import io.berth.leasing.LeaseTransferId;
import io.berth.leasing.TransferState;
import io.berth.leasing.internal.LeaseApi.LeaseView;
import io.berth.leasing.internal.TransferApi.AcceptRequest;
import io.berth.leasing.internal.TransferApi.TransferView;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.Problem;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
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
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** {@code /v1/lease-transfers}. */
@Path("/v1/lease-transfers")
@Tag(name = "Lease transfers")
@Produces(MediaType.APPLICATION_JSON)
public class TransferResource {

  private final LeaseTransfers transfers;
  private final Caller caller;

  TransferResource(LeaseTransfers transfers, Caller caller) {
    this.transfers = transfers;
    this.caller = caller;
  }

  /** Reads one. */
  @GET
  @Path("/{id}")
  @RolesAllowed({Role.TENANT, Role.OPERATOR, Role.COMPLIANCE})
  @Operation(
      operationId = "getLeaseTransfer",
      summary = "Read a lease's transfer",
      description = "Shown to who proposed it and to its recipient.")
  @APIResponse(
      responseCode = "200",
      description = "The transfer as it stands.",
      content =
          @Content(
              schema = @Schema(implementation = TransferView.class),
              examples = @ExampleObject(name = "proposed", value = TransferExamples.PROPOSED)))
  @APIResponse(responseCode = "404", description = "No such transfer of the caller's.")
  public Uni<TransferView> get(@RestPath LeaseTransferId id) {
    return transfers.get(caller.scope(), id);
  }

  /** Lists. */
  @GET
  @RolesAllowed({Role.TENANT, Role.OPERATOR, Role.COMPLIANCE})
  @Operation(
      operationId = "listLeaseTransfers",
      summary = "List transfers of leases",
      description = "Those that the caller's organization proposed or may accept, oldest first.")
  @APIResponse(
      responseCode = "200",
      description = "A page of transfers.",
      content =
          @Content(
              schema = @Schema(implementation = TransferApi.TransferPage.class),
              examples = @ExampleObject(name = "one", value = TransferExamples.PAGE)))
  public Uni<Page<TransferView>> list(
      @RestQuery @Nullable Integer pageSize, @RestQuery @Nullable String pageToken) {
    return transfers.list(caller.scope(), PageRequest.of(pageSize, pageToken, "lease-transfers"));
  }

  /** Accepts. */
  @POST
  @Path("/{id}/accept")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Role.TENANT)
  @Operation(
      operationId = "acceptLeaseTransfer",
      summary = "Accept a lease's transfer",
      description =
          "The rest of the lease is judged for the caller on exactly its nodes, and its price is set"
              + " aside. From the next whole minute on the caller has a lease of its own on the same"
              + " accelerators; nothing that the former tenant had on them comes with it. Repeat the"
              + " request with the same Idempotency-Key to get the same answer.")
  @APIResponse(
      responseCode = "201",
      description = "The caller's lease, reserved.",
      content =
          @Content(
              schema = @Schema(implementation = LeaseView.class),
              examples = @ExampleObject(name = "reserved", value = LeaseExamples.RESERVED)))
  @APIResponse(responseCode = "404", description = "No such transfer to the caller.")
  @APIResponse(
      responseCode = "409",
      description =
          "The transfer is settled, the lease ends, is being wound down or has changed since, or the"
              + " same key is being worked on.")
  @APIResponse(
      responseCode = "422",
      description =
          "Policy does not permit the lease to the caller (policy-refused, with reasons and"
              + " decisionId), its account holds too little (insufficient-funds), or the key belongs"
              + " to another request.",
      content =
          @Content(
              mediaType = Problem.MEDIA_TYPE,
              schema = @Schema(anyOf = {PolicyRefused.class, Problem.class}),
              examples = {@ExampleObject(name = "policy-refused", value = LeaseExamples.REFUSED)}))
  public Uni<Response> accept(
      @RestPath LeaseTransferId id,
      @RestHeader("Idempotency-Key") @Parameter(required = true, example = "6f1e4b0a-accept-1")
          @Nullable String idempotencyKey,
      @RequestBody(
              content =
                  @Content(
                      schema = @Schema(implementation = AcceptRequest.class),
                      examples = @ExampleObject(name = "use", value = TransferExamples.ACCEPT)))
          @Valid
          @NotNull
          AcceptRequest body) {
    return transfers.accept(caller.scope(), idempotencyKey, id, body);
  }

  /** Declines. */
  @POST
  @Path("/{id}/decline")
  @Consumes(MediaType.WILDCARD)
  @RolesAllowed(Role.TENANT)
  @ResponseStatus(202)
  @Operation(
      operationId = "declineLeaseTransfer",
      summary = "Decline a lease's transfer",
      description = "For its recipient. Declining again changes nothing.")
  @APIResponse(
      responseCode = "202",
      description = "The transfer, declined.",
      content =
          @Content(
              schema = @Schema(implementation = TransferView.class),
              examples = @ExampleObject(name = "declined", value = TransferExamples.DECLINED)))
  @APIResponse(responseCode = "404", description = "No such transfer to the caller.")
  @APIResponse(responseCode = "409", description = "The transfer is settled otherwise.")
  public Uni<TransferView> decline(@RestPath LeaseTransferId id) {
    return transfers.end(caller.scope(), id, TransferState.DECLINED);
  }

  /** Withdraws. */
  @POST
  @Path("/{id}/withdraw")
  @Consumes(MediaType.WILDCARD)
  @RolesAllowed(Role.TENANT)
  @ResponseStatus(202)
  @Operation(
      operationId = "withdrawLeaseTransfer",
      summary = "Withdraw a lease's transfer",
      description = "For who proposed it. Withdrawing again changes nothing.")
  @APIResponse(
      responseCode = "202",
      description = "The transfer, withdrawn.",
      content =
          @Content(
              schema = @Schema(implementation = TransferView.class),
              examples = @ExampleObject(name = "withdrawn", value = TransferExamples.WITHDRAWN)))
  @APIResponse(responseCode = "404", description = "No such transfer of the caller's.")
  @APIResponse(responseCode = "409", description = "The transfer is settled otherwise.")
  public Uni<TransferView> withdraw(@RestPath LeaseTransferId id) {
    return transfers.end(caller.scope(), id, TransferState.WITHDRAWN);
  }
}
