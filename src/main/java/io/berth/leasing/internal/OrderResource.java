package io.berth.leasing.internal;

import io.berth.booking.PolicyRefused;
import io.berth.booking.QuoteRequest;
import io.berth.identity.Caller;
import io.berth.identity.Role;
import io.berth.leasing.OrderId;
import io.berth.leasing.OrderState;
import io.berth.leasing.OrderTerms;
import io.berth.leasing.internal.OrderApi.OrderRequest;
import io.berth.leasing.internal.OrderApi.OrderView;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.Problem;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Validator;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.LinkedHashSet;
import java.util.Set;
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

/** {@code /v1/orders}. */
@Path("/v1/orders")
@Tag(name = "Orders")
@Produces(MediaType.APPLICATION_JSON)
public class OrderResource {

  private final OrderDesk desk;
  private final Validator validator;
  private final Caller caller;

  OrderResource(OrderDesk desk, Validator validator, Caller caller) {
    this.desk = desk;
    this.validator = validator;
    this.caller = caller;
  }

  /** Takes an order. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Role.TENANT)
  @Operation(
      operationId = "createOrder",
      summary = "Order capacity",
      description =
          "What policy permits and is free becomes a lease at once. With timeInForce until or"
              + " untilCancelled, what is not free, costs too much or cannot be paid yet rests open,"
              + " without slots or money, and is matched anew when capacity, price or money comes:"
              + " the order that pays most first, of those that pay the same the oldest. What policy"
              + " holds waits inReview until compliance officers decide its case: let pass, it is"
              + " matched anew. Repeat the request with the same Idempotency-Key to get the same"
              + " answer.")
  @APIResponse(
      responseCode = "201",
      description = "The order, filled, open or in review.",
      content =
          @Content(
              schema = @Schema(implementation = OrderView.class),
              examples = {
                @ExampleObject(name = "filled", value = OrderExamples.FILLED),
                @ExampleObject(name = "open", value = OrderExamples.OPEN),
                @ExampleObject(name = "in review", value = OrderExamples.IN_REVIEW)
              }))
  @APIResponse(
      responseCode = "409",
      description =
          "The capacity is not there and the order may not rest (capacity-unavailable, with"
              + " obstacles), or a request with this key is being worked on"
              + " (idempotency-in-flight).")
  @APIResponse(
      responseCode = "422",
      description =
          "Policy denies it (policy-refused, with reasons, decisionId and alternatives), the account"
              + " holds too little and the order may not rest (insufficient-funds), the key belongs to another request"
              + " (idempotency-mismatch), or the request makes no sense as a whole.",
      content =
          @Content(
              mediaType = Problem.MEDIA_TYPE,
              schema = @Schema(anyOf = {PolicyRefused.class, Problem.class}),
              examples = {@ExampleObject(name = "policy-refused", value = LeaseExamples.REFUSED)}))
  @APIResponse(responseCode = "429", description = "Too many orders that are open, or in review.")
  public Uni<Response> create(
      @RestHeader("Idempotency-Key") @Parameter(required = true, example = "6f1e4b0a-order-1")
          @Nullable String idempotencyKey,
      @RequestBody(
              content =
                  @Content(
                      schema = @Schema(allOf = {QuoteRequest.class, OrderTerms.class}),
                      examples = {
                        @ExampleObject(name = "with a limit", value = OrderExamples.REQUEST),
                        @ExampleObject(name = "that rests", value = OrderExamples.RESTING_REQUEST)
                      }))
          @NotNull
          OrderRequest body) {
    requireValid(body);
    return desk.place(caller.scope(), idempotencyKey, body);
  }

  /** Each part for itself, so that what is said of a member points at where it stands. */
  private void requireValid(OrderRequest body) {
    Set<ConstraintViolation<?>> violations = new LinkedHashSet<>();
    violations.addAll(validator.validate(body.request()));
    violations.addAll(validator.validate(body.terms()));
    if (!violations.isEmpty()) {
      throw new ConstraintViolationException(violations);
    }
  }

  /** Reads one. */
  @GET
  @Path("/{id}")
  @RolesAllowed({Role.TENANT, Role.OPERATOR, Role.COMPLIANCE})
  @Operation(
      operationId = "getOrder",
      summary = "Read an order",
      description = "Shown to the tenant that ordered.")
  @APIResponse(
      responseCode = "200",
      description = "The order as it stands.",
      content =
          @Content(
              schema = @Schema(implementation = OrderView.class),
              examples = @ExampleObject(name = "in review", value = OrderExamples.IN_REVIEW)))
  @APIResponse(responseCode = "404", description = "No such order of the caller's.")
  public Uni<OrderView> get(@RestPath OrderId id) {
    return desk.get(caller.scope(), id);
  }

  /** Lists. */
  @GET
  @RolesAllowed({Role.TENANT, Role.OPERATOR, Role.COMPLIANCE})
  @Operation(operationId = "listOrders", summary = "List orders", description = "Oldest first.")
  @APIResponse(
      responseCode = "200",
      description = "A page of orders.",
      content =
          @Content(
              schema = @Schema(implementation = OrderApi.OrderPage.class),
              examples = @ExampleObject(name = "one", value = OrderExamples.PAGE)))
  public Uni<Page<OrderView>> list(
      @RestQuery @Parameter(description = "Only orders in this state.") @Nullable OrderState state,
      @RestQuery @Nullable Integer pageSize,
      @RestQuery @Nullable String pageToken) {
    return desk.list(caller.scope(), state, PageRequest.of(pageSize, pageToken, "orders", state));
  }

  /** Gives one up. */
  @POST
  @Path("/{id}/cancel")
  @RolesAllowed(Role.TENANT)
  @Consumes(MediaType.WILDCARD)
  @ResponseStatus(202)
  @Operation(
      operationId = "cancelOrder",
      summary = "Cancel an order that is open or in review",
      description =
          "Cancelling again changes nothing. What is filled of it is a lease: cancel that.")
  @APIResponse(
      responseCode = "202",
      description = "The order, cancelled.",
      content =
          @Content(
              schema = @Schema(implementation = OrderView.class),
              examples = @ExampleObject(name = "cancelled", value = OrderExamples.CANCELLED)))
  @APIResponse(responseCode = "404", description = "No such order of the caller's.")
  @APIResponse(responseCode = "409", description = "The order waits no more.")
  public Uni<OrderView> cancel(@RestPath OrderId id) {
    return desk.cancel(caller.scope(), id);
  }
}
