package io.berth.kubernetes.internal;

import io.berth.identity.Caller;
import io.berth.identity.Role;
import io.berth.leasing.LeaseId;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseHeader;
import org.jboss.resteasy.reactive.RestPath;

/** {@code /v1/leases/{id}/kubeconfig}. */
@Path("/v1/leases/{id}/kubeconfig")
@Tag(name = "Leases")
public class LeaseKubeconfigResource {

  private static final String YAML = "application/yaml";
  private static final String EXAMPLE =
      """
      apiVersion: v1
      kind: Config
      clusters:
      - name: berth
        cluster:
          server: https://k8s.example.com:6443
          certificate-authority-data: LS0tLS1CRUdJTi…
      contexts:
      - name: berth
        context: {cluster: berth, namespace: berth-agrat33sbz5qrjcxoull2v3hva, user: berth}
      current-context: berth
      users:
      - name: berth
        user: {token: eyJhbGciOi…}
      """;

  private final LeaseAccess access;
  private final Caller caller;

  LeaseKubeconfigResource(LeaseAccess access, Caller caller) {
    this.access = access;
    this.caller = caller;
  }

  /** Makes one. */
  @GET
  @Produces(YAML)
  @RolesAllowed(Role.TENANT)
  @ResponseHeader(name = "Cache-Control", value = "no-store")
  @Operation(
      operationId = "getLeaseKubeconfig",
      summary = "Follow a lease, or work in it, with kubectl",
      description =
          "A kubeconfig with a token that the lease's cluster makes for this request. It is good for"
              + " a while and for the lease's namespace alone. The lease's condition TenantWorkloads says"
              + " what it is good for: where it is False, pods, their logs, jobs and events can be read"
              + " and watched there and nothing can be changed, and jobs are submitted here; where it is"
              + " True, since the lease has whole nodes and its cluster holds pods to them, pods and"
              + " workloads can be made, too. With the lease every token ends.")
  @APIResponse(
      responseCode = "200",
      description = "A kubeconfig, YAML. It holds a secret.",
      content =
          @Content(
              mediaType = YAML,
              schema = @Schema(type = SchemaType.STRING),
              examples = @ExampleObject(name = "kubeconfig", value = EXAMPLE)))
  @APIResponse(responseCode = "404", description = "No such lease of the caller's organization.")
  @APIResponse(responseCode = "409", description = "The lease is not active.")
  @APIResponse(responseCode = "503", description = "The lease's cluster makes no token now.")
  public Uni<String> get(@RestPath LeaseId id) {
    return access.kubeconfig(caller.scope(), id);
  }
}
