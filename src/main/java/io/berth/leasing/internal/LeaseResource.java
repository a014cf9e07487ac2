package io.berth.leasing.internal;

import io.berth.identity.Caller;
import io.berth.identity.Role;
import io.berth.leasing.LeaseId;
import io.berth.leasing.LeaseState;
import io.berth.leasing.internal.LeaseApi.LeaseView;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.ProblemException;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** {@code /v1/leases}. */
@Path("/v1/leases")
@Tag(name = "Leases")
@Produces(MediaType.APPLICATION_JSON)
public class LeaseResource {

  private final LeaseDesk desk;
  private final Caller caller;

  LeaseResource(LeaseDesk desk, Caller caller) {
    this.desk = desk;
    this.caller = caller;
  }

  /** Reads one. */
  @GET
  @Path("/{id}")
  @RolesAllowed({Role.TENANT, Role.PROVIDER, Role.OPERATOR, Role.COMPLIANCE})
  @Operation(
      operationId = "getLease",
      summary = "Read a lease",
      description = "A lease is shown to its tenant and to its provider.")
  @APIResponse(
      responseCode = "200",
      description = "The lease as it stands.",
      content =
          @Content(
              schema = @Schema(implementation = LeaseView.class),
              examples = @ExampleObject(name = "active", value = LeaseExamples.ACTIVE)))
  @APIResponse(responseCode = "404", description = "No such lease of the caller's.")
  public Uni<LeaseView> get(@RestPath LeaseId id) {
    return desk.get(caller.scope(), id);
  }

  /** Lists. */
  @GET
  @RolesAllowed({Role.TENANT, Role.PROVIDER, Role.OPERATOR, Role.COMPLIANCE})
  @Operation(
      operationId = "listLeases",
      summary = "List leases",
      description = "Those of which the caller is tenant or provider, oldest first.")
  @APIResponse(
      responseCode = "200",
      description = "A page of leases.",
      content =
          @Content(
              schema = @Schema(implementation = LeaseApi.LeasePage.class),
              examples = @ExampleObject(name = "one", value = LeaseExamples.PAGE)))
  public Uni<Page<LeaseView>> list(
      @RestQuery
          @Parameter(
              description = "Only leases in this state.",
              schema = @Schema(implementation = LeaseState.class))
          @Nullable String state,
      @RestQuery @Nullable Integer pageSize,
      @RestQuery @Nullable String pageToken) {
    return desk.list(
        caller.scope(), state(state), PageRequest.of(pageSize, pageToken, "leases", state));
  }

  /** Cancels. */
  @POST
  @Path("/{id}/cancel")
  @Consumes(MediaType.WILDCARD)
  @RolesAllowed({Role.TENANT, Role.OPERATOR})
  @ResponseStatus(202)
  @Operation(
      operationId = "cancelLease",
      summary = "Cancel a lease",
      description =
          "One that has not started ends at once. A running one begins to end: its jobs stop, everything"
              + " is taken out of the cluster, and the time it ran is charged, begun minutes"
              + " included. Of the rest of the price, earlyReleaseRefundPercent comes back, and all"
              + " of it where the start has passed and the capacity never came. Cancelling again"
              + " changes nothing.")
  @APIResponse(
      responseCode = "202",
      description = "The lease, ending or ended.",
      content =
          @Content(
              schema = @Schema(implementation = LeaseView.class),
              examples = @ExampleObject(name = "ending", value = LeaseExamples.ENDING)))
  @APIResponse(responseCode = "404", description = "No such lease of the caller's.")
  public Uni<LeaseView> cancel(@RestPath LeaseId id) {
    return desk.cancel(caller.scope(), id);
  }

  /** Stops the renewal of an on-demand lease. */
  @POST
  @Path("/{id}/stop-renewal")
  @Consumes(MediaType.WILDCARD)
  @RolesAllowed({Role.TENANT, Role.OPERATOR})
  @ResponseStatus(202)
  @Operation(
      operationId = "stopLeaseRenewal",
      summary = "Renew an on-demand lease no more",
      description = "It ends at its end as it stands. Stopping again changes nothing.")
  @APIResponse(
      responseCode = "202",
      description = "The lease, which renews no more.",
      content =
          @Content(
              schema = @Schema(implementation = LeaseView.class),
              examples = @ExampleObject(name = "stopped", value = LeaseExamples.STOPPED)))
  @APIResponse(responseCode = "404", description = "No such lease of the caller's.")
  @APIResponse(responseCode = "409", description = "The lease is not on demand.")
  public Uni<LeaseView> stopRenewal(@RestPath LeaseId id) {
    return desk.stopRenewal(caller.scope(), id);
  }

  private static @Nullable LeaseState state(@Nullable String state) {
    if (state == null) {
      return null;
    }
    for (LeaseState candidate : LeaseState.values()) {
      if (candidate.name().toLowerCase(Locale.ROOT).equals(state)) {
        return candidate;
      }
    }
    throw ProblemException.malformed(
        "?state", "state must be reserved, provisioning, active, ending or ended.");
  }
}
