package io.berth.market.internal;

import io.berth.identity.Caller;
import io.berth.identity.Role;
import io.berth.market.MaintenanceWindowId;
import io.berth.market.internal.MaintenanceApi.Create;
import io.berth.market.internal.MaintenanceApi.View;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
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

/** {@code /v1/maintenance-windows}. */
@Path("/v1/maintenance-windows")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Offers")
public class MaintenanceResource {

  private final MaintenanceDesk desk;
  private final Caller caller;

  MaintenanceResource(MaintenanceDesk desk, Caller caller) {
    this.desk = desk;
    this.caller = caller;
  }

  /** Enters one. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Role.PROVIDER)
  @Operation(
      operationId = "createMaintenanceWindow",
      summary = "Keep nodes from sale for a time",
      description =
          "From now on nothing is booked on these nodes that would overlap the window, turnaround"
              + " included. Leases and quotes made before are not touched.")
  @APIResponse(
      responseCode = "201",
      description = "The window",
      content =
          @Content(
              schema = @Schema(implementation = View.class),
              examples = @ExampleObject(name = "planned", value = MaintenanceApi.VIEW_EXAMPLE)))
  @APIResponse(
      responseCode = "422",
      description = "The pool or node is not the caller's, or the period makes no sense")
  @APIResponse(responseCode = "429", description = "Too many windows ahead")
  public Uni<Response> create(
      @RestHeader("Idempotency-Key") @Parameter(required = true, example = "6f1e4b0a-window-1")
          @Nullable String idempotencyKey,
      @RequestBody(
              content =
                  @Content(
                      schema = @Schema(implementation = Create.class),
                      examples =
                          @ExampleObject(name = "pool", value = MaintenanceApi.CREATE_EXAMPLE)))
          @Valid
          @NotNull
          Create body) {
    return desk.enter(caller.scope(), idempotencyKey, body);
  }

  /** Reads one. */
  @GET
  @Path("/{id}")
  @RolesAllowed({Role.PROVIDER, Role.OPERATOR, Role.COMPLIANCE})
  @Operation(
      operationId = "getMaintenanceWindow",
      summary = "Read a maintenance window",
      description = "Shown to the provider that entered it.")
  @APIResponse(
      responseCode = "200",
      description = "The window",
      content =
          @Content(
              schema = @Schema(implementation = View.class),
              examples = @ExampleObject(name = "planned", value = MaintenanceApi.VIEW_EXAMPLE)))
  @APIResponse(responseCode = "404", description = "No such window of the caller's")
  public Uni<View> get(@RestPath MaintenanceWindowId id) {
    return desk.get(caller.scope(), id);
  }

  /** Lists. */
  @GET
  @RolesAllowed({Role.PROVIDER, Role.OPERATOR, Role.COMPLIANCE})
  @Operation(
      operationId = "listMaintenanceWindows",
      summary = "List maintenance windows",
      description = "Oldest first.")
  @APIResponse(
      responseCode = "200",
      description = "A page of windows",
      content =
          @Content(
              schema = @Schema(implementation = MaintenanceApi.WindowPage.class),
              examples =
                  @ExampleObject(
                      name = "page",
                      value = "{\"items\": [" + MaintenanceApi.VIEW_EXAMPLE + "]}")))
  public Uni<Page<View>> list(
      @RestQuery @Nullable Integer pageSize, @RestQuery @Nullable String pageToken) {
    return desk.list(caller.scope(), PageRequest.of(pageSize, pageToken, "maintenance"));
  }

  /** Takes one back. */
  @POST
  @Path("/{id}/cancel")
  @Consumes(MediaType.WILDCARD)
  @RolesAllowed(Role.PROVIDER)
  @ResponseStatus(202)
  @Operation(
      operationId = "cancelMaintenanceWindow",
      summary = "Take a maintenance window back",
      description = "The nodes are for sale again over that time; twice is the same as once.")
  @APIResponse(
      responseCode = "202",
      description = "The window, cancelled",
      content =
          @Content(
              schema = @Schema(implementation = View.class),
              examples = @ExampleObject(name = "window", value = MaintenanceApi.VIEW_EXAMPLE)))
  @APIResponse(responseCode = "404", description = "No such window of the caller's")
  public Uni<View> cancel(@RestPath MaintenanceWindowId id) {
    return desk.cancel(caller.scope(), id);
  }
}
