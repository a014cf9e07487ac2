package io.berth.compliance.internal;

import io.berth.compliance.SimulationId;
import io.berth.compliance.internal.SimulationApi.SimulationRequest;
import io.berth.compliance.internal.SimulationApi.SimulationView;
import io.berth.identity.Caller;
import io.berth.identity.Role;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseHeader;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;

/** {@code /v1/simulations}. */
@Path("/v1/simulations")
@Tag(name = "Compliance")
@RolesAllowed({Role.OPERATOR, Role.COMPLIANCE})
public class SimulationResource {

  private final SimulationDesk desk;
  private final Caller caller;

  SimulationResource(SimulationDesk desk, Caller caller) {
    this.desk = desk;
    this.caller = caller;
  }

  /** Asks. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "simulate",
      summary = "Ask what would happen",
      description =
          "Judges live leases, published offers and waiting orders as if a pack were in force, or were"
              + " not, from a moment on: what breaks, when, whose it is and what it would have earned."
              + " Nothing comes of asking; POST /v1/wind-downs makes an order of the answer. A version"
              + " that is scheduled already counts as in force from its date.")
  @APIResponse(
      responseCode = "201",
      description = "The answer, kept as it is.",
      content =
          @Content(
              schema = @Schema(implementation = SimulationView.class),
              examples = @ExampleObject(name = "a ban", value = ComplianceExamples.SIMULATION)))
  @APIResponse(responseCode = "404", description = "There is no such pack.")
  @APIResponse(
      responseCode = "422",
      description = "The moment is past, or the baseline would be retired.")
  public Uni<RestResponse<SimulationView>> simulate(
      @RequestBody(
              content =
                  @Content(
                      schema = @Schema(implementation = SimulationRequest.class),
                      examples = {
                        @ExampleObject(
                            name = "a ban",
                            value = ComplianceExamples.SIMULATION_REQUEST)
                      }))
          @Valid
          @NotNull
          SimulationRequest body) {
    return desk.simulate(caller.scope(), body)
        .map(simulation ->
            ResponseBuilder.create(RestResponse.Status.CREATED, SimulationView.of(simulation))
                .header(HttpHeaders.LOCATION, "/v1/simulations/" + simulation.id())
                .build());
  }

  /** Reads one. */
  @GET
  @Path("/{id}")
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "getSimulation",
      summary = "Read a simulation",
      description = "As it was answered; .csv behind the identifier gives it as a table.")
  @APIResponse(
      responseCode = "200",
      description = "The simulation.",
      content =
          @Content(
              schema = @Schema(implementation = SimulationView.class),
              examples = @ExampleObject(name = "a ban", value = ComplianceExamples.SIMULATION)))
  @APIResponse(responseCode = "404", description = "There is no such simulation.")
  public Uni<SimulationView> get(@RestPath SimulationId id) {
    return desk.get(caller.scope(), id).map(SimulationView::of);
  }

  /** Reads one as a table. */
  @GET
  @Path("/{id}.csv")
  @Produces("text/csv")
  @ResponseStatus(200)
  @ResponseHeader(
      name = HttpHeaders.CONTENT_DISPOSITION,
      value = "attachment; filename=\"simulation.csv\"")
  @Operation(
      operationId = "getSimulationTable",
      summary = "Read a simulation as a table",
      description =
          "RFC 4180: a header, then a row for each lease, offer and order that changes. Amounts are"
              + " decimal numbers of the currency.")
  @APIResponse(
      responseCode = "200",
      description = "The table.",
      content =
          @Content(
              mediaType = "text/csv",
              schema = @Schema(implementation = String.class),
              examples = @ExampleObject(name = "a ban", value = ComplianceExamples.TABLE)))
  @APIResponse(responseCode = "404", description = "There is no such simulation.")
  public Uni<String> table(@RestPath SimulationId id) {
    return desk.get(caller.scope(), id).map(SimulationCsv::of);
  }
}
