package io.berth.leasing.internal;

import io.berth.identity.Role;
import io.berth.leasing.internal.OrderBookApi.OrderBookView;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** {@code /v1/order-book}. */
@Path("/v1/order-book")
@Tag(name = "Orders")
@Produces(MediaType.APPLICATION_JSON)
public class OrderBookResource {

  private final OrderBook book;

  OrderBookResource(OrderBook book) {
    this.book = book;
  }

  /** Shows the book of a model. */
  @GET
  @RolesAllowed({Role.TENANT, Role.PROVIDER, Role.OPERATOR, Role.COMPLIANCE})
  @Operation(
      operationId = "getOrderBook",
      summary = "Show what is wanted and offered of a model",
      description =
          "Resting orders by the most that they pay, published offers by price with what is free of"
              + " them now, and the last fills of orders. The same for everybody: no party is named,"
              + " and whether policy lets a caller have what is on offer is for /v1/capacity to say.")
  @APIResponse(
      responseCode = "200",
      description = "The book as it stands.",
      content =
          @Content(
              schema = @Schema(implementation = OrderBookView.class),
              examples = @ExampleObject(name = "one region", value = OrderBookApi.EXAMPLE)))
  public Uni<OrderBookView> get(
      @RestQuery
          @Parameter(description = "A catalogue id.", required = true, example = "nvidia-h100-sxm")
          @Nullable String model,
      @RestQuery
          @Parameter(
              description = "A region label; all regions where absent.",
              example = "fi-hel-1")
          @Nullable String region,
      @RestQuery
          @Parameter(
              description =
                  "So many prices a side and so many fills at the most, from 1 to 100; 20"
                      + " where absent.")
          @Nullable Integer depth) {
    return book.of(model, region, depth);
  }
}
