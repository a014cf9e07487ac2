package io.berth.booking.internal;

import io.berth.booking.BookingConfig;
import io.berth.booking.QuoteRequest;
import io.berth.booking.internal.CalendarApi.EarliestView;
import io.berth.identity.Caller;
import io.berth.identity.Role;
import io.berth.matching.CapacityRequest;
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
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** {@code /v1/capacity/earliest}. */
@Path("/v1/capacity/earliest")
@Tag(name = "Capacity")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.TENANT)
public class EarliestResource {

  private final CapacityOverTime capacity;
  private final RequestReader requests;
  private final BookingConfig config;
  private final Caller caller;
  private final Clock clock;

  EarliestResource(
      CapacityOverTime capacity,
      RequestReader requests,
      BookingConfig config,
      Caller caller,
      Clock clock) {
    this.capacity = capacity;
    this.requests = requests;
    this.config = config;
    this.caller = caller;
    this.clock = clock;
  }

  /** Looks. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "findEarliestCapacity",
      summary = "Ask when something is free at the earliest",
      description =
          "Answers when the requested accelerators are free for as long as asked, at the earliest,"
              + " and where and for how much: of offers with the same start the cheapest. Takes the"
              + " request of a quote; without earliestStart and latestEnd it looks as far ahead as leases may"
              + " start. Nothing is held: a quote for the period holds it.")
  @APIResponse(
      responseCode = "200",
      description = "When, where and for how much.",
      content =
          @Content(
              schema = @Schema(implementation = EarliestView.class),
              examples = @ExampleObject(name = "found", value = CapacityExamples.EARLIEST)))
  @APIResponse(
      responseCode = "409",
      description = "There is no such time (capacity-unavailable, with obstacles).",
      content =
          @Content(
              mediaType = Problem.MEDIA_TYPE,
              schema = @Schema(implementation = CapacityUnavailable.class)))
  @APIResponse(responseCode = "422", description = "The request makes no sense as a whole.")
  public Uni<EarliestView> find(
      @RequestBody(
              content =
                  @Content(
                      schema = @Schema(implementation = QuoteRequest.class),
                      examples =
                          @ExampleObject(
                              name = "64 in one fabric for three days",
                              value = CapacityExamples.EARLIEST_REQUEST)))
          @Valid
          @NotNull
          QuoteRequest body) {
    Instant now = clock.instant();
    CapacityRequest read = requests.read(body, now);
    boolean isOpen = body.latestEnd() == null && body.start() == null && body.end() == null;
    CapacityRequest request =
        isOpen ? read.startingBy(Optional.of(now.plus(config.leadTimeMax()))) : read;
    return capacity.earliest(caller.organization(), body, request);
  }
}
