package io.berth.compliance.internal;

import io.berth.compliance.internal.WindDownApi.WindDownOrderView;
import io.berth.compliance.internal.WindDownApi.WindDownRequest;
import io.berth.identity.Caller;
import io.berth.identity.Role;
import io.berth.leasing.WindDownOrderId;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
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

/** {@code /v1/wind-downs}. */
@Path("/v1/wind-downs")
@Tag(name = "Compliance")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Role.OPERATOR, Role.COMPLIANCE})
public class WindDownResource {

  private final WindDownDesk desk;
  private final Caller caller;

  WindDownResource(WindDownDesk desk, Caller caller) {
    this.desk = desk;
    this.caller = caller;
  }

  /** Orders. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "orderWindDown",
      summary = "Wind leases down",
      description =
          "Ends leases before their time, never without notice: both parties of each are told at once,"
              + " the lease goes on until the grace is over, and then ends as if its period were over."
              + " What was used is charged. An order never gives a lease more time than it had. Repeat"
              + " the request with the same Idempotency-Key to get the same answer.")
  @APIResponse(
      responseCode = "201",
      description = "The order, with what it does to each lease.",
      content =
          @Content(
              schema = @Schema(implementation = WindDownOrderView.class),
              examples = @ExampleObject(name = "ordered", value = ComplianceExamples.WIND_DOWN)))
  @APIResponse(responseCode = "404", description = "There is no such lease or simulation.")
  @APIResponse(responseCode = "409", description = "The same key is being worked on.")
  @APIResponse(
      responseCode = "422",
      description =
          "No lease breaks in the simulation, or too many for one order, or the key belongs to another"
              + " request.")
  public Uni<Response> order(
      @RestHeader("Idempotency-Key") @Parameter(required = true, example = "6f1e4b0a-winddown-1")
          @Nullable String idempotencyKey,
      @RequestBody(
              content =
                  @Content(
                      schema = @Schema(implementation = WindDownRequest.class),
                      examples = {
                        @ExampleObject(
                            name = "of a simulation",
                            value = ComplianceExamples.WIND_DOWN_REQUEST)
                      }))
          @Valid
          @NotNull
          WindDownRequest body) {
    return desk.order(caller.scope(), idempotencyKey, body);
  }

  /** Reads one. */
  @GET
  @Path("/{id}")
  @Operation(
      operationId = "getWindDown",
      summary = "Read a wind-down order",
      description = "As it was given, and whether it was taken back.")
  @APIResponse(
      responseCode = "200",
      description = "The order.",
      content =
          @Content(
              schema = @Schema(implementation = WindDownOrderView.class),
              examples = @ExampleObject(name = "ordered", value = ComplianceExamples.WIND_DOWN)))
  @APIResponse(responseCode = "404", description = "There is no such order.")
  public Uni<WindDownOrderView> get(@RestPath WindDownOrderId id) {
    return desk.get(caller.scope(), id);
  }

  /** Lists. */
  @GET
  @Operation(
      operationId = "listWindDowns",
      summary = "List wind-down orders",
      description = "Every officer's, oldest first.")
  @APIResponse(
      responseCode = "200",
      description = "A page of orders.",
      content =
          @Content(
              schema = @Schema(implementation = WindDownApi.WindDownOrderPage.class),
              examples = @ExampleObject(name = "one", value = ComplianceExamples.WIND_DOWNS)))
  public Uni<Page<WindDownOrderView>> list(
      @RestQuery @Nullable Integer pageSize, @RestQuery @Nullable String pageToken) {
    return desk.list(caller.scope(), PageRequest.of(pageSize, pageToken, "wind-downs"));
  }

  /** Takes back. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Path("/{id}/withdraw")
  @ResponseStatus(202)
  @Operation(
      operationId = "withdrawWindDown",
      summary = "Take a wind-down order back",
      description =
          "Leases that it still winds down go on, unless policy does not permit them. Withdrawing again"
              + " changes nothing.")
  @APIResponse(
      responseCode = "202",
      description = "The order, taken back.",
      content =
          @Content(
              schema = @Schema(implementation = WindDownOrderView.class),
              examples = @ExampleObject(name = "withdrawn", value = ComplianceExamples.WITHDRAWN)))
  @APIResponse(responseCode = "404", description = "There is no such order.")
  public Uni<WindDownOrderView> withdraw(
      @RestPath WindDownOrderId id,
      @RequestBody(
              content =
                  @Content(
                      schema = @Schema(implementation = Withdrawal.class),
                      examples = {
                        @ExampleObject(
                            name = "a reason",
                            value = "{\"reason\": \"The ban was called off.\"}")
                      }))
          @Valid
          @NotNull
          Withdrawal body) {
    return desk.withdraw(caller.scope(), id, body.reason());
  }

  /** Why it is taken back. */
  @Schema(name = "WindDownWithdrawal", description = "Why an order is taken back")
  record Withdrawal(
      @Schema(description = "Both parties read it.", examples = "The ban was called off.")
          @NotBlank
          @Size(max = 1000)
          String reason) {}
}
