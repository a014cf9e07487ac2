package io.berth.inventory.internal;

import com.fasterxml.jackson.databind.JsonNode;
import io.berth.catalog.AcceleratorCatalog;
import io.berth.identity.Caller;
import io.berth.identity.Role;
import io.berth.inventory.Cluster;
import io.berth.inventory.ClusterId;
import io.berth.inventory.ClusterState;
import io.berth.inventory.Declarations;
import io.berth.inventory.internal.ClusterApi.Change;
import io.berth.inventory.internal.ClusterApi.DeclarationsBody;
import io.berth.inventory.internal.ClusterApi.PageView;
import io.berth.inventory.internal.ClusterApi.Register;
import io.berth.inventory.internal.ClusterApi.Rotate;
import io.berth.inventory.internal.ClusterApi.View;
import io.berth.platform.MergePatch;
import io.berth.platform.OrganizationId;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.Preconditions;
import io.berth.platform.Scope;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
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
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Providers' clusters. */
@Path("/v1/clusters")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@NonBlocking
@Tag(name = "Clusters")
class ClusterResource {

  private static final String REGISTRATION =
      """
      {"name": "frankfurt-1", "server": "https://k8s.example.com:6443",
       "credentials": {"type": "token", "token": "eyJhbGciOi…", "caCertificate": "-----BEGIN CERTIFICATE-----\\n…"},
       "declarations": {"countriesByRegion": {"fra": "DE"}, "models": {"birentech.com/gpu": "biren-br104"},
        "stateFunded": false}}
      """;
  private static final String PENDING =
      """
      {"id": "cluster_agn4w6nehp2axgwk4r3x6cq3ra", "provider": "org_agn4w6nehp2axgwk4r3x6cq3ra",
       "name": "frankfurt-1", "server": "https://k8s.example.com:6443", "credentialType": "token", "state": "pending",
       "declarations": {"countriesByRegion": {"fra": "DE"}, "models": {"birentech.com/gpu": "biren-br104"},
        "fabricLabel": "cloud.provider.com/topology-block", "stateFunded": false, "authorisations": []},
       "conditions": [], "createdAt": "2026-11-01T10:00:00Z"}
      """;
  private static final String BEFORE_STATE =
      """
      {"id": "cluster_agn4w6nehp2axgwk4r3x6cq3ra", "provider": "org_agn4w6nehp2axgwk4r3x6cq3ra",
       "name": "frankfurt-1", "server": "https://k8s.example.com:6443", "credentialType": "token", "state": "\
      """;
  private static final String AFTER_STATE =
      """
      ", "declarations": {"countriesByRegion": {"fra": "DE"}, "models": {},
        "fabricLabel": "cloud.provider.com/topology-block", "authorisations": []},
       "conditions": [
        {"type": "Reachable", "status": "True", "reason": "Answered", "message": "The cluster's API answers.",
         "lastTransitionTime": "2026-11-01T10:00:01Z"},
        {"type": "Supported", "status": "True", "reason": "VersionSupported", "message": "Its version is supported.",
         "lastTransitionTime": "2026-11-01T10:00:01Z"},
        {"type": "Authorized", "status": "True", "reason": "RightsGranted", "message": "Every right needed is granted.",
         "lastTransitionTime": "2026-11-01T10:00:01Z"},
        {"type": "InventorySynced", "status": "True", "reason": "NodesRead",
         "message": "The cluster's nodes were read.", "lastTransitionTime": "2026-11-01T10:00:01Z"}],
       "kubernetesVersion": "v1.34.1", "lastSyncedAt": "2026-11-01T10:00:01Z", "createdAt": "2026-11-01T10:00:00Z"}
      """;
  private static final String ACTIVE = BEFORE_STATE + "active" + AFTER_STATE;
  private static final String DRAINING = BEFORE_STATE + "draining" + AFTER_STATE;
  private static final String RETIRED = BEFORE_STATE + "retired" + AFTER_STATE;

  private final Clusters clusters;
  private final Connections connections;
  private final AcceleratorCatalog catalog;
  private final MergePatch patches;
  private final Caller caller;

  ClusterResource(
      Clusters clusters,
      Connections connections,
      AcceleratorCatalog catalog,
      MergePatch patches,
      Caller caller) {
    this.clusters = clusters;
    this.connections = connections;
    this.catalog = catalog;
    this.patches = patches;
    this.caller = caller;
  }

  @POST
  @RolesAllowed(Role.PROVIDER)
  @Operation(
      operationId = "registerCluster",
      summary = "Register a cluster",
      description =
          "A server that answers and is older than what is supported is refused. Access is checked and nodes are read"
              + " soon after; watch the conditions. The cluster becomes active by itself.")
  @RequestBody(
      content =
          @Content(
              schema = @Schema(implementation = Register.class),
              examples = @ExampleObject(name = "token", value = REGISTRATION)))
  @APIResponse(
      responseCode = "201",
      description = "Registered.",
      headers = {
        @Header(name = "Location", schema = @Schema(type = SchemaType.STRING)),
        @Header(name = "ETag", schema = @Schema(type = SchemaType.STRING))
      },
      content =
          @Content(
              schema = @Schema(implementation = View.class),
              examples = @ExampleObject(name = "pending", value = PENDING)))
  @APIResponse(responseCode = "409", description = "The organization has a cluster of that name.")
  @APIResponse(
      responseCode = "422",
      description =
          "The address, the credentials, the kubeconfig or a declaration is not accepted, or the server's version is"
              + " not supported.")
  public Uni<RestResponse<View>> register(@Valid @NotNull Register body) {
    Declarations declarations = declarations(body.declarations());
    Scope scope = caller.scope();
    OrganizationId provider = caller.organization();
    return connections
        .check(body.server(), body.credentials(), body.kubeconfig(), true)
        .call(() -> clusters.requireFree(scope, provider, body.name()))
        .chain(connections::requireSupported)
        .chain(checked ->
            clusters.register(
                scope,
                provider,
                body.name(),
                checked.server(),
                checked.credentials(),
                declarations))
        .map(cluster ->
            answer(RestResponse.Status.CREATED, cluster)
                .location(URI.create("/v1/clusters/" + cluster.id()))
                .build());
  }

  @GET
  @RolesAllowed({Role.PROVIDER, Role.OPERATOR, Role.COMPLIANCE})
  @Operation(
      operationId = "listClusters",
      summary = "List clusters",
      description = "One's own, by age; every provider's for operators and compliance officers.")
  @APIResponse(
      responseCode = "200",
      description = "A page of clusters.",
      content =
          @Content(
              schema = @Schema(implementation = PageView.class),
              examples = @ExampleObject(name = "one", value = "{\"items\": [" + ACTIVE + "]}")))
  public Uni<Page<View>> list(
      @Parameter(description = "Only clusters in this state.") @RestQuery
          @Nullable ClusterState state,
      @Parameter(description = "How many clusters a page holds, 1 to 200.") @RestQuery
          @Nullable Integer pageSize,
      @Parameter(description = "Where the page before ended.") @RestQuery
          @Nullable String pageToken) {
    PageRequest page = PageRequest.of(pageSize, pageToken, state);
    return clusters.list(caller.scope(), state, page).map(found -> found.map(View::of));
  }

  @GET
  @Path("/{id}")
  @RolesAllowed({Role.PROVIDER, Role.OPERATOR, Role.COMPLIANCE})
  @Operation(
      operationId = "getCluster",
      summary = "Get a cluster",
      description = "With what its API last answered, as conditions.")
  @APIResponse(
      responseCode = "200",
      description = "The cluster.",
      headers = @Header(name = "ETag", schema = @Schema(type = SchemaType.STRING)),
      content =
          @Content(
              schema = @Schema(implementation = View.class),
              examples = @ExampleObject(name = "active", value = ACTIVE)))
  public Uni<RestResponse<View>> get(@RestPath ClusterId id) {
    return clusters
        .get(caller.scope(), id)
        .map(cluster -> answer(RestResponse.Status.OK, cluster).build());
  }

  @PATCH
  @Path("/{id}")
  @Consumes({MergePatch.MEDIA_TYPE, MediaType.APPLICATION_JSON})
  @RolesAllowed(Role.PROVIDER)
  @Operation(
      operationId = "changeCluster",
      summary = "Change name or declarations",
      description =
          "A JSON merge patch (RFC 7396): what is absent stays, null takes a declaration back, lists are replaced"
              + " whole. Declarations take effect on every node at once.")
  @RequestBody(
      content = {
        @Content(
            mediaType = MergePatch.MEDIA_TYPE,
            schema = @Schema(implementation = Change.class),
            examples =
                @ExampleObject(
                    name = "country",
                    value = "{\"declarations\": {\"defaultCountry\": \"DE\"}}")),
        @Content(
            mediaType = MediaType.APPLICATION_JSON,
            schema = @Schema(implementation = Change.class),
            examples =
                @ExampleObject(
                    name = "country",
                    value = "{\"declarations\": {\"defaultCountry\": \"DE\"}}"))
      })
  @APIResponse(
      responseCode = "200",
      description = "Changed.",
      headers = @Header(name = "ETag", schema = @Schema(type = SchemaType.STRING)),
      content =
          @Content(
              schema = @Schema(implementation = View.class),
              examples = @ExampleObject(name = "active", value = ACTIVE)))
  @APIResponse(
      responseCode = "409",
      description = "It is retired, or the organization has another cluster of that name.")
  @APIResponse(responseCode = "422", description = "A declaration is not accepted.")
  public Uni<RestResponse<View>> change(
      @RestPath ClusterId id,
      @Parameter(description = "The ETag that was read.") @RestHeader(HttpHeaders.IF_MATCH)
          @Nullable String ifMatch,
      @NotNull JsonNode body) {
    return clusters
        .change(
            caller.scope(),
            id,
            ifMatch,
            cluster -> {
              Change change = patches.apply(Change.of(cluster), body, Change.class);
              return new Clusters.Wish(change.name(), declarations(change.declarations()));
            })
        .map(cluster -> answer(RestResponse.Status.OK, cluster).build());
  }

  @PUT
  @Path("/{id}/credentials")
  @RolesAllowed(Role.PROVIDER)
  @Operation(
      operationId = "rotateClusterCredentials",
      summary = "Replace the credentials",
      description = "The old ones are forgotten; the new ones are tried at once.")
  @RequestBody(
      content =
          @Content(
              schema = @Schema(implementation = Rotate.class),
              examples =
                  @ExampleObject(
                      name = "token",
                      value =
                          "{\"credentials\": {\"type\": \"token\", \"token\": \"eyJhbGciOi…\"}}")))
  @APIResponse(
      responseCode = "200",
      description = "Replaced.",
      headers = @Header(name = "ETag", schema = @Schema(type = SchemaType.STRING)),
      content =
          @Content(
              schema = @Schema(implementation = View.class),
              examples = @ExampleObject(name = "active", value = ACTIVE)))
  @APIResponse(responseCode = "409", description = "It is retired.")
  @APIResponse(
      responseCode = "422",
      description = "The credentials or the kubeconfig are not accepted.")
  public Uni<RestResponse<View>> rotate(
      @RestPath ClusterId id,
      @Parameter(description = "The ETag that was read.") @RestHeader(HttpHeaders.IF_MATCH)
          @Nullable String ifMatch,
      @Valid @NotNull Rotate body) {
    return connections
        .check(null, body.credentials(), body.kubeconfig(), false)
        .chain(checked -> clusters.rotate(caller.scope(), id, ifMatch, checked))
        .map(cluster -> answer(RestResponse.Status.OK, cluster).build());
  }

  @POST
  @Path("/{id}/drain")
  @RolesAllowed({Role.PROVIDER, Role.OPERATOR})
  @Operation(
      operationId = "drainCluster",
      summary = "Take no new bookings",
      description = "What is booked goes on.")
  @APIResponse(
      responseCode = "202",
      description = "Draining.",
      headers = @Header(name = "ETag", schema = @Schema(type = SchemaType.STRING)),
      content =
          @Content(
              schema = @Schema(implementation = View.class),
              examples = @ExampleObject(name = "draining", value = DRAINING)))
  @APIResponse(responseCode = "409", description = "It is not active.")
  public Uni<RestResponse<View>> drain(@RestPath ClusterId id) {
    return act(id, ClusterState.Event.DRAIN);
  }

  @POST
  @Path("/{id}/activate")
  @RolesAllowed({Role.PROVIDER, Role.OPERATOR})
  @Operation(
      operationId = "activateCluster",
      summary = "Take bookings again",
      description = "A pending cluster becomes active by itself.")
  @APIResponse(
      responseCode = "202",
      description = "Active.",
      headers = @Header(name = "ETag", schema = @Schema(type = SchemaType.STRING)),
      content =
          @Content(
              schema = @Schema(implementation = View.class),
              examples = @ExampleObject(name = "active", value = ACTIVE)))
  @APIResponse(responseCode = "409", description = "It is not draining.")
  public Uni<RestResponse<View>> activate(@RestPath ClusterId id) {
    return act(id, ClusterState.Event.ACTIVATE);
  }

  @POST
  @Path("/{id}/retire")
  @RolesAllowed({Role.PROVIDER, Role.OPERATOR})
  @Operation(
      operationId = "retireCluster",
      summary = "Take a cluster away for good",
      description = "Its credentials are forgotten. An active cluster is drained first.")
  @APIResponse(
      responseCode = "202",
      description = "Retired.",
      headers = @Header(name = "ETag", schema = @Schema(type = SchemaType.STRING)),
      content =
          @Content(
              schema = @Schema(implementation = View.class),
              examples = @ExampleObject(name = "retired", value = RETIRED)))
  @APIResponse(responseCode = "409", description = "It is active.")
  public Uni<RestResponse<View>> retire(@RestPath ClusterId id) {
    return act(id, ClusterState.Event.RETIRE);
  }

  private Declarations declarations(@Nullable DeclarationsBody body) {
    return body == null ? Declarations.NONE : body.toDeclarations(catalog);
  }

  private Uni<RestResponse<View>> act(ClusterId id, ClusterState.Event event) {
    return clusters
        .act(caller.scope(), id, event)
        .map(cluster -> answer(RestResponse.Status.ACCEPTED, cluster).build());
  }

  private static RestResponse.ResponseBuilder<View> answer(
      RestResponse.Status status, Cluster cluster) {
    return RestResponse.ResponseBuilder.create(status, View.of(cluster))
        .header(HttpHeaders.ETAG, Preconditions.etag(cluster.version()));
  }
}
