package io.berth.inventory.internal;

import io.berth.identity.Caller;
import io.berth.identity.Role;
import io.berth.inventory.ClusterId;
import io.berth.inventory.NodeId;
import io.berth.inventory.NodePoolId;
import io.berth.inventory.PoolVerification;
import io.berth.inventory.internal.ClusterStore.NodeFilter;
import io.berth.inventory.internal.InventoryReads.PoolWithCount;
import io.berth.inventory.internal.NodeApi.NodePageView;
import io.berth.inventory.internal.NodeApi.NodeView;
import io.berth.inventory.internal.NodeApi.PoolPageView;
import io.berth.inventory.internal.NodeApi.PoolView;
import io.berth.platform.CountryCode;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.Preconditions;
import io.berth.platform.ProblemException;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
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

/** What discovery found in a cluster; for its provider and those who oversee the marketplace. */
@Path("/v1/clusters")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Role.PROVIDER, Role.OPERATOR, Role.COMPLIANCE})
@NonBlocking
@Tag(name = "Clusters")
class NodeResource {

  private static final String POOL =
      """
      {"id": "pool_agn4w6nehp2axgwk4r3x6cq3ra", "cluster": "cluster_agn4w6nehp2axgwk4r3x6cq3ra",
       "name": "nvidia-h100-sxm de-fra-1", "modelId": "nvidia-h100-sxm", "resourceName": "nvidia.com/gpu",
       "slotKind": "WHOLE_DEVICE",
       "acceleratorLabel": {"key": "nvidia.com/gpu.product", "value": "NVIDIA-H100-80GB-HBM3"},
       "region": "de-fra-1", "nodes": 4, "slots": 32, "sellableSlots": 24,
       "verification": {"state": "passed", "lastPassedAt": "2026-11-01T10:00:00Z",
        "lastCheckedAt": "2026-11-01T10:00:00Z"}}
      """;
  private static final String NODE =
      """
      {"id": "node_agn4w6nehp2axgwk4r3x6cq3ra", "cluster": "cluster_agn4w6nehp2axgwk4r3x6cq3ra",
       "pool": "pool_agn4w6nehp2axgwk4r3x6cq3ra", "name": "gpu-01", "sellable": false, "gone": false, "ready": true,
       "schedulable": false, "modelId": "nvidia-h100-sxm", "slots": 8,
       "devices": [{"resourceName": "nvidia.com/gpu", "count": 8, "vendor": "NVIDIA", "modelId": "nvidia-h100-sxm",
        "slotKind": "WHOLE_DEVICE"}],
       "jurisdiction": {"country": "DE", "source": "discovered", "discovered": "DE"},
       "region": "de-fra-1", "zone": "de-fra-1a", "fabric": "block-1",
       "flags": {"stateFunded": false, "authorisations": [], "source": "declared"}, "taints": [],
       "conditions": [{"type": "Unschedulable", "status": "True", "reason": "Observed",
        "message": "The node is cordoned.", "lastTransitionTime": "2026-11-01T10:00:00Z"}]}
      """;

  private final InventoryReads reads;
  private final VerificationDesk desk;
  private final StoredJson json;
  private final Caller caller;

  NodeResource(InventoryReads reads, VerificationDesk desk, StoredJson json, Caller caller) {
    this.reads = reads;
    this.desk = desk;
    this.json = json;
    this.caller = caller;
  }

  @GET
  @Path("/{id}/node-pools")
  @Operation(
      operationId = "listNodePools",
      summary = "List a cluster's node pools",
      description = "Discovery makes one for each model, kind of slot and region.")
  @APIResponse(
      responseCode = "200",
      description = "A page of pools.",
      content =
          @Content(
              schema = @Schema(implementation = PoolPageView.class),
              examples = @ExampleObject(name = "one", value = "{\"items\": [" + POOL + "]}")))
  public Uni<Page<PoolView>> pools(
      @RestPath ClusterId id,
      @Parameter(description = "How many pools a page holds, 1 to 200.") @RestQuery
          @Nullable Integer pageSize,
      @Parameter(description = "Where the page before ended.") @RestQuery
          @Nullable String pageToken) {
    PageRequest page = PageRequest.of(pageSize, pageToken, "node-pools", id);
    return reads
        .poolsOf(caller.scope(), id, page)
        .chain(found ->
            desk.of(caller.scope(), found.items().stream().map(PoolWithCount::pool).toList())
                .map(known ->
                    found.map(counted ->
                        PoolView.of(
                            counted,
                            known.getOrDefault(counted.pool().id(), PoolVerification.OFF)))));
  }

  @GET
  @Path("/{id}/nodes")
  @Operation(
      operationId = "listNodes",
      summary = "List a cluster's nodes",
      description = "With where each stands, what it offers, and what keeps it from being sold.")
  @APIResponse(
      responseCode = "200",
      description = "A page of nodes.",
      content =
          @Content(
              schema = @Schema(implementation = NodePageView.class),
              examples = @ExampleObject(name = "cordoned", value = "{\"items\": [" + NODE + "]}")))
  public Uni<Page<NodeView>> nodes(
      @RestPath ClusterId id,
      @Parameter(
              description = "Only nodes of this pool.",
              schema = @Schema(implementation = NodePoolId.class))
          @RestQuery
          @Nullable String pool,
      @Parameter(description = "Only nodes in this country, ISO 3166-1 alpha-2.", example = "DE")
          @RestQuery
          @CountryCode
          @Nullable String country,
      @Parameter(
              description = "Only nodes that may, or may not, be booked now.",
              schema = @Schema(type = SchemaType.BOOLEAN))
          @RestQuery
          @Nullable String sellable,
      @Parameter(
              description =
                  "true: nodes that the cluster no longer has, in the place of those it has.",
              schema = @Schema(type = SchemaType.BOOLEAN))
          @RestQuery
          @Nullable String gone,
      @Parameter(description = "How many nodes a page holds, 1 to 200.") @RestQuery
          @Nullable Integer pageSize,
      @Parameter(description = "Where the page before ended.") @RestQuery
          @Nullable String pageToken) {
    PageRequest page =
        PageRequest.of(pageSize, pageToken, "nodes", id, pool, country, sellable, gone);
    NodeFilter filter =
        new NodeFilter(
            pool(pool),
            country,
            flag("sellable", sellable),
            Boolean.TRUE.equals(flag("gone", gone)));
    return reads
        .nodesOf(caller.scope(), id, filter, page)
        .map(found -> found.map(row -> NodeView.of(row, json)));
  }

  @GET
  @Path("/{id}/nodes/{nodeId}")
  @Operation(
      operationId = "getNode",
      summary = "Get a node",
      description = "With where it stands, what it offers, and what keeps it from being sold.")
  @APIResponse(
      responseCode = "200",
      description = "The node.",
      headers = @Header(name = "ETag", schema = @Schema(type = SchemaType.STRING)),
      content =
          @Content(
              schema = @Schema(implementation = NodeView.class),
              examples = @ExampleObject(name = "cordoned", value = NODE)))
  public Uni<RestResponse<NodeView>> node(@RestPath ClusterId id, @RestPath NodeId nodeId) {
    return reads
        .nodeOf(caller.scope(), id, nodeId)
        .map(row ->
            RestResponse.ResponseBuilder.ok(NodeView.of(row, json))
                .header(HttpHeaders.ETAG, Preconditions.etag(row.version))
                .build());
  }

  private static @Nullable NodePoolId pool(@Nullable String wire) {
    try {
      return wire == null ? null : NodePoolId.fromString(wire);
    } catch (IllegalArgumentException e) {
      throw ProblemException.malformed("?pool", "pool must be a node pool's id.");
    }
  }

  private static @Nullable Boolean flag(String name, @Nullable String wire) {
    if (wire == null) {
      return null;
    }
    return switch (wire) {
      case "true" -> true;
      case "false" -> false;
      default -> throw ProblemException.malformed("?" + name, name + " must be true or false.");
    };
  }
}
