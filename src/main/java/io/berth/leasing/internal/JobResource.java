package io.berth.leasing.internal;

import io.berth.identity.Caller;
import io.berth.identity.Role;
import io.berth.leasing.JobId;
import io.berth.leasing.internal.JobApi.JobView;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jboss.resteasy.reactive.RestPath;

/** {@code /v1/jobs}. */
@Path("/v1/jobs")
@Tag(name = "Jobs")
@Produces(MediaType.APPLICATION_JSON)
public class JobResource {

  private final JobDesk desk;
  private final Caller caller;

  JobResource(JobDesk desk, Caller caller) {
    this.desk = desk;
    this.caller = caller;
  }

  /** Reads one. */
  @GET
  @Path("/{id}")
  @RolesAllowed({Role.TENANT, Role.OPERATOR, Role.COMPLIANCE})
  @Operation(
      operationId = "getJob",
      summary = "Read a job",
      description = "State, where it runs, and what the cluster said of it.")
  @APIResponse(
      responseCode = "200",
      description = "The job as it stands.",
      content =
          @Content(
              schema = @Schema(implementation = JobView.class),
              examples = @ExampleObject(name = "succeeded", value = JobExamples.SUCCEEDED)))
  @APIResponse(responseCode = "404", description = "No such job of the caller's.")
  public Uni<JobView> get(@RestPath JobId id) {
    return desk.get(caller.scope(), id);
  }

  /** Cancels. */
  @POST
  @Path("/{id}/cancel")
  @Consumes(MediaType.WILDCARD)
  @RolesAllowed({Role.TENANT, Role.OPERATOR})
  @ResponseStatus(202)
  @Operation(
      operationId = "cancelJob",
      summary = "Cancel a job",
      description = "Asks for its end. Cancelling again, or what is finished, changes nothing.")
  @APIResponse(
      responseCode = "202",
      description = "The job, its end asked for.",
      content =
          @Content(
              schema = @Schema(implementation = JobView.class),
              examples = @ExampleObject(name = "cancelling", value = JobExamples.CANCELLING)))
  @APIResponse(responseCode = "404", description = "No such job of the caller's.")
  public Uni<JobView> cancel(@RestPath JobId id) {
    return desk.cancel(caller.scope(), id);
  }
}
