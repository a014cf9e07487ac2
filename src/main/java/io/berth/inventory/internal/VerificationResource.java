package io.berth.inventory.internal;

import io.berth.identity.Caller;
import io.berth.identity.Role;
import io.berth.inventory.ClusterId;
import io.berth.inventory.NodePoolId;
import io.berth.inventory.PoolVerification;
import io.berth.inventory.internal.VerificationApi.ProbePageView;
import io.berth.inventory.internal.VerificationApi.ProbeView;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
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
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Whether a pool's devices are what it is listed as. */
@Path("/v1/clusters/{id}/node-pools/{poolId}")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
@Tag(name = "Clusters")
class VerificationResource {

  private static final String PROBE =
      """
      {"id": "probe_agn4w6nehp2axgwk4r3x6cq3ra", "node": "node_agn4w6nehp2axgwk4r3x6cq3ra", "state": "mismatch",
       "image": "registry.example/berth-probe-nvidia:1.0",
       "startedAt": "2026-11-01T10:00:00Z", "finishedAt": "2026-11-01T10:00:41Z",
       "message": "The devices are not what they are listed as.",
       "mismatches": [{"kind": "NAME", "listed": "nvidia-h100-sxm", "found": "NVIDIA A100-SXM4-80GB"}],
       "read": {"vendor": "NVIDIA", "driver": "535.54.03",
        "devices": [{"name": "NVIDIA A100-SXM4-80GB", "memoryMib": 81920}]}}
      """;

  private final VerificationDesk desk;
  private final Caller caller;

  VerificationResource(VerificationDesk desk, Caller caller) {
    this.desk = desk;
    this.caller = caller;
  }

  @POST
  @Path("/verify")
  @RolesAllowed({Role.PROVIDER, Role.OPERATOR})
  @Operation(
      operationId = "verifyNodePool",
      summary = "Have a pool's devices probed",
      description =
          "A job on some of its free nodes reads what the devices say that they are. Asked again"
              + " while it waits or runs, nothing more happens.")
  @APIResponse(
      responseCode = "202",
      description = "Where the pool stands",
      content =
          @Content(
              schema = @Schema(implementation = PoolVerification.class),
              examples = @ExampleObject(name = "pending", value = "{\"state\": \"pending\"}")))
  @APIResponse(responseCode = "409", description = "No devices of its vendor are probed here")
  public Uni<RestResponse<PoolVerification>> verify(
      @RestPath ClusterId id, @RestPath NodePoolId poolId) {
    return desk.verify(caller.scope(), id, poolId)
        .map(found -> RestResponse.status(RestResponse.Status.ACCEPTED, found));
  }

  @GET
  @Path("/probes")
  @RolesAllowed({Role.PROVIDER, Role.OPERATOR, Role.COMPLIANCE})
  @Operation(
      operationId = "listNodeProbes",
      summary = "List the probes of a pool's nodes",
      description = "What each read and when, kept as evidence; oldest first.")
  @APIResponse(
      responseCode = "200",
      description = "A page of probes",
      content =
          @Content(
              schema = @Schema(implementation = ProbePageView.class),
              examples = @ExampleObject(name = "mismatch", value = "{\"items\": [" + PROBE + "]}")))
  public Uni<Page<ProbeView>> probes(
      @RestPath ClusterId id,
      @RestPath NodePoolId poolId,
      @Parameter(description = "How many probes a page holds, 1 to 200.") @RestQuery
          @Nullable Integer pageSize,
      @Parameter(description = "Where the page before ended.") @RestQuery
          @Nullable String pageToken) {
    PageRequest page = PageRequest.of(pageSize, pageToken, "probes", poolId);
    return desk.probes(caller.scope(), id, poolId, page).map(found -> found.map(ProbeView::of));
  }
}
