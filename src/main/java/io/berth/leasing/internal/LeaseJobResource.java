package io.berth.leasing.internal;

import io.berth.booking.PolicyRefused;
import io.berth.identity.Caller;
import io.berth.identity.Role;
import io.berth.leasing.LeaseId;
import io.berth.leasing.internal.JobApi.JobRequest;
import io.berth.leasing.internal.JobApi.JobView;
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
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v1/leases/{id}/jobs}; a class of its own, since a request goes to the class whose path
 * fits best before its methods are looked at, and that of leases fits better than {@code /v1}.
 */
@Path("/v1/leases/{leaseId}/jobs")
@Tag(name = "Jobs")
@Produces(MediaType.APPLICATION_JSON)
public class LeaseJobResource {

  private final JobDesk desk;
  private final Caller caller;

  LeaseJobResource(JobDesk desk, Caller caller) {
    this.desk = desk;
    this.caller = caller;
  }

  /** Submits. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Role.TENANT)
  @Operation(
      operationId = "createJob",
      summary = "Run a job inside a lease",
      description =
          "Judges the lease's nodes once more and runs the job on exactly these as soon as the lease"
              + " is active. Its pods are its ranks, from 0: they are made together once all have"
              + " room, and start anew together where one fails or not all run in time. Repeat"
              + " the request with the same Idempotency-Key to get the same answer.")
  @APIResponse(
      responseCode = "201",
      description = "The job, queued.",
      content =
          @Content(
              schema = @Schema(implementation = JobView.class),
              examples = @ExampleObject(name = "queued", value = JobExamples.QUEUED)))
  @APIResponse(
      responseCode = "400",
      description =
          "A field is malformed, or is none of those listed here: pods have no other settings.",
      content =
          @Content(
              mediaType = Problem.MEDIA_TYPE,
              schema = @Schema(implementation = Problem.class),
              examples = @ExampleObject(name = "unknown field", value = JobExamples.UNKNOWN_FIELD)))
  @APIResponse(responseCode = "404", description = "No such lease of the caller's.")
  @APIResponse(
      responseCode = "409",
      description = "The lease takes no new jobs, or the same key is being worked on.")
  @APIResponse(
      responseCode = "422",
      description =
          "The job does not fit into the lease, policy does not permit it (policy-refused), or the"
              + " key belongs to another request (idempotency-mismatch).",
      content =
          @Content(
              mediaType = Problem.MEDIA_TYPE,
              schema = @Schema(anyOf = {PolicyRefused.class, Problem.class}),
              examples = {@ExampleObject(name = "policy-refused", value = JobExamples.REFUSED)}))
  @APIResponse(
      responseCode = "429",
      description = "Too many or too large unfinished jobs in the lease.")
  public Uni<Response> create(
      @RestPath LeaseId leaseId,
      @RestHeader("Idempotency-Key") @Parameter(required = true, example = "6f1e4b0a-job-1")
          @Nullable String idempotencyKey,
      @RequestBody(
              content =
                  @Content(
                      schema = @Schema(implementation = JobRequest.class),
                      examples = {@ExampleObject(name = "two pods", value = JobExamples.REQUEST)}))
          @Valid
          @NotNull
          JobRequest body) {
    JobRules.check(body);
    return desk.submit(caller.scope(), idempotencyKey, leaseId, body);
  }

  /** Lists. */
  @GET
  @RolesAllowed({Role.TENANT, Role.OPERATOR, Role.COMPLIANCE})
  @Operation(
      operationId = "listJobs",
      summary = "List a lease's jobs",
      description = "Oldest first.")
  @APIResponse(
      responseCode = "200",
      description = "A page of jobs.",
      content =
          @Content(
              schema = @Schema(implementation = JobApi.JobPage.class),
              examples = @ExampleObject(name = "one", value = JobExamples.PAGE)))
  @APIResponse(responseCode = "404", description = "No such lease of the caller's.")
  public Uni<Page<JobView>> list(
      @RestPath LeaseId leaseId,
      @RestQuery @Nullable Integer pageSize,
      @RestQuery @Nullable String pageToken) {
    return desk.list(caller.scope(), leaseId, PageRequest.of(pageSize, pageToken, "jobs", leaseId));
  }
}
