package io.berth.booking.internal;

import io.berth.booking.PolicyRefused;
import io.berth.booking.QuoteId;
import io.berth.booking.QuoteRequest;
import io.berth.booking.internal.QuoteApi.QuoteView;
import io.berth.identity.Caller;
import io.berth.identity.Role;
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
import java.time.Clock;
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
  private final RequestReader requests;
  private final Caller caller;
  private final Clock clock;

  QuoteResource(Quoting quoting, RequestReader requests, Caller caller, Clock clock) {
    this.quoting = quoting;
    this.requests = requests;
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
    return quoting.quote(
        caller.scope(),
        idempotencyKey,
        body,
        () -> requests.read(body, clock.instant()),
        RequestReader.use(body),
        body.termOrReserved());
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
}
