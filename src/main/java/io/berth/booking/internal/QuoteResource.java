package io.berth.booking.internal;

import io.berth.booking.BookingConfig;
import io.berth.booking.PolicyRefused;
import io.berth.booking.QuoteId;
import io.berth.booking.internal.CapacityQuery.Pointers;
import io.berth.booking.internal.CapacityQuery.WantedInput;
import io.berth.booking.internal.QuoteApi.QuoteRequest;
import io.berth.booking.internal.QuoteApi.QuoteView;
import io.berth.catalog.AcceleratorCatalog;
import io.berth.identity.Caller;
import io.berth.identity.Role;
import io.berth.identity.UseProfile;
import io.berth.matching.CapacityRequest;
import io.berth.matching.Shape;
import io.berth.platform.Money;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.Problem;
import io.berth.platform.ProblemException;
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
import java.time.Clock;
import java.util.Optional;
import java.util.function.Supplier;
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

/** {@code /v1/quotes}. */
@Path("/v1/quotes")
@Tag(name = "Quotes")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class QuoteResource {

  private final Quoting quoting;
  private final AcceleratorCatalog catalog;
  private final BookingConfig config;
  private final Caller caller;
  private final Clock clock;

  QuoteResource(
      Quoting quoting,
      AcceleratorCatalog catalog,
      BookingConfig config,
      Caller caller,
      Clock clock) {
    this.quoting = quoting;
    this.catalog = catalog;
    this.config = config;
    this.caller = caller;
    this.clock = clock;
  }

  /** Asks for a quote. */
  @POST
  @RolesAllowed(Role.TENANT)
  @Operation(
      operationId = "createQuote",
      summary = "Ask for a firm price",
      description =
          "Finds the cheapest offer that has what is asked for on nodes that policy permits, holds"
              + " those slots and the money, and answers with the price and until when both are"
              + " held. Repeat the request with the same Idempotency-Key to get the same answer.")
  @APIResponse(
      responseCode = "201",
      description = "The quote, open.",
      content =
          @Content(
              schema = @Schema(implementation = QuoteView.class),
              examples = @ExampleObject(name = "open", value = QuoteExamples.OPEN)))
  @APIResponse(
      responseCode = "409",
      description =
          "The capacity is not there (capacity-unavailable, with obstacles), or a request with this"
              + " key is being worked on (idempotency-in-flight).",
      content =
          @Content(
              mediaType = Problem.MEDIA_TYPE,
              schema = @Schema(anyOf = {CapacityUnavailable.class, Problem.class}),
              examples = {
                @ExampleObject(name = "capacity-unavailable", value = QuoteExamples.UNAVAILABLE)
              }))
  @APIResponse(
      responseCode = "422",
      description =
          "Policy does not permit it (policy-refused, with reasons and decisionId), the account holds"
              + " too little (insufficient-funds), the key belongs to another request"
              + " (idempotency-mismatch), or the request makes no sense as a whole.",
      content =
          @Content(
              mediaType = Problem.MEDIA_TYPE,
              schema =
                  @Schema(anyOf = {PolicyRefused.class, InsufficientFunds.class, Problem.class}),
              examples = {
                @ExampleObject(name = "policy-refused", value = QuoteExamples.REFUSED),
                @ExampleObject(name = "insufficient-funds", value = QuoteExamples.TOO_LITTLE)
              }))
  @APIResponse(responseCode = "429", description = "Too many open quotes.")
  public Uni<Response> create(
      @RestHeader("Idempotency-Key") @Parameter(required = true, example = "6f1e4b0a-quote-1")
          @Nullable String idempotencyKey,
      @RequestBody(
              content =
                  @Content(
                      schema = @Schema(implementation = QuoteRequest.class),
                      examples = {
                        @ExampleObject(name = "whole nodes", value = QuoteExamples.REQUEST),
                        @ExampleObject(name = "limits", value = QuoteExamples.LIMITS)
                      }))
          @Valid
          @NotNull
          QuoteRequest body) {
    Pointers pointers = Pointers.BODY;
    Supplier<CapacityRequest> request =
        () ->
            new CapacityRequest(
                CapacityQuery.wanted(
                    new WantedInput(
                        body.models(),
                        body.vendors(),
                        body.countries(),
                        body.regions(),
                        body.providers(),
                        body.offerId(),
                        body.memoryGbMin(),
                        body.interconnectGbPerSecondMin()),
                    catalog,
                    pointers),
                shape(body),
                CapacityQuery.period(
                    body.start(),
                    body.end(),
                    body.duration(),
                    null,
                    clock.instant(),
                    config,
                    pointers),
                Optional.ofNullable(body.pricePerAcceleratorHourMax()).map(QuoteResource::price));
    UseProfile use =
        body.use() == null ? null : CapacityQuery.checkedUse(body.use(), pointers, "use/");
    return quoting.quote(caller.scope(), idempotencyKey, body, request, use);
  }

  /** Reads one. */
  @GET
  @Path("/{id}")
  @RolesAllowed({Role.TENANT, Role.OPERATOR, Role.COMPLIANCE})
  @Operation(
      operationId = "getQuote",
      summary = "Read a quote",
      description = "Shown to the tenant that asked for it.")
  @APIResponse(
      responseCode = "200",
      description = "The quote as it stands.",
      content =
          @Content(
              schema = @Schema(implementation = QuoteView.class),
              examples = @ExampleObject(name = "open", value = QuoteExamples.OPEN)))
  @APIResponse(responseCode = "404", description = "No such quote of the caller's.")
  public Uni<QuoteView> get(@RestPath QuoteId id) {
    return quoting.get(caller.scope(), id);
  }

  /** Lists. */
  @GET
  @RolesAllowed({Role.TENANT, Role.OPERATOR, Role.COMPLIANCE})
  @Operation(operationId = "listQuotes", summary = "List quotes", description = "Oldest first.")
  @APIResponse(
      responseCode = "200",
      description = "A page of quotes.",
      content =
          @Content(
              schema = @Schema(implementation = QuoteApi.QuotePage.class),
              examples = @ExampleObject(name = "one", value = QuoteExamples.PAGE)))
  public Uni<Page<QuoteView>> list(
      @RestQuery @Nullable Integer pageSize, @RestQuery @Nullable String pageToken) {
    return quoting.list(caller.scope(), PageRequest.of(pageSize, pageToken, "quotes"));
  }

  /** Gives one back. */
  @POST
  @Path("/{id}/release")
  @RolesAllowed(Role.TENANT)
  @Consumes(MediaType.WILDCARD)
  @ResponseStatus(202)
  @Operation(
      operationId = "releaseQuote",
      summary = "Give a quote back",
      description = "Frees its slots and money at once, instead of when it lapses.")
  @APIResponse(
      responseCode = "202",
      description = "The quote, released.",
      content =
          @Content(
              schema = @Schema(implementation = QuoteView.class),
              examples = @ExampleObject(name = "released", value = QuoteExamples.RELEASED)))
  @APIResponse(responseCode = "404", description = "No such quote of the caller's.")
  @APIResponse(responseCode = "409", description = "The quote was confirmed or has lapsed.")
  public Uni<QuoteView> release(@RestPath QuoteId id) {
    return quoting.release(caller.scope(), id);
  }

  private static Shape shape(QuoteRequest body) {
    if (body.accelerators() != null) {
      if (body.nodes() != null || body.acceleratorsPerNode() != null) {
        throw ProblemException.malformed(
            "/accelerators", "Give either accelerators, or nodes and acceleratorsPerNode.");
      }
      return new Shape.Count(body.accelerators());
    }
    if (body.nodes() == null || body.acceleratorsPerNode() == null) {
      throw ProblemException.malformed(
          body.nodes() == null && body.acceleratorsPerNode() == null
              ? "/accelerators"
              : body.nodes() == null ? "/nodes" : "/acceleratorsPerNode",
          "Say how many: accelerators, or nodes and acceleratorsPerNode.");
    }
    if ((long) body.nodes() * body.acceleratorsPerNode() > QuoteApi.ACCELERATORS_MAX) {
      throw ProblemException.unprocessable(
          "/nodes", "At most " + QuoteApi.ACCELERATORS_MAX + " accelerators in all.");
    }
    return new Shape.Grid(body.nodes(), body.acceleratorsPerNode());
  }

  private static Money price(Money.Wire wire) {
    try {
      Money money = wire.toMoney();
      if (money.micros() <= 0) {
        throw new IllegalArgumentException("not positive");
      }
      return money;
    } catch (IllegalArgumentException e) {
      throw ProblemException.malformed(
          "/pricePerAcceleratorHourMax",
          "A price is {\"amountMicros\": \"2950000\", \"currency\": \"USD\"}: a positive whole number"
              + " of millionths as a string, and an ISO 4217 currency.");
    }
  }
}
