package io.berth.compliance.internal;

import io.berth.compliance.internal.EvidenceApi.FileView;
import io.berth.identity.Caller;
import io.berth.identity.Role;
import io.berth.leasing.LeaseId;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;

/** {@code /v1/leases/{id}/evidence}. */
@Path("/v1/leases/{id}/evidence")
@Tag(name = "Audit")
@Produces(MediaType.APPLICATION_JSON)
public class EvidenceResource {

  private final EvidenceDesk desk;
  private final Caller caller;

  EvidenceResource(EvidenceDesk desk, Caller caller) {
    this.desk = desk;
    this.caller = caller;
  }

  /** Exports. */
  @GET
  @RolesAllowed({Role.OPERATOR, Role.COMPLIANCE})
  @Operation(
      operationId = "exportLeaseEvidence",
      summary = "Export everything about a lease in one file",
      description =
          "For a regulator: the contract and what led to it, both parties and the nodes as they were"
              + " known at each decision and as they are now, every decision with facts and packs, the"
              + " money, and the audit entries about all of these with their places in the sealed"
              + " chain. Values of jobs' variables are left out. Not for the parties themselves: it"
              + " tells each what is known of the other. That it was exported is audited.")
  @APIResponse(
      responseCode = "200",
      description = "The file",
      content =
          @Content(
              schema = @Schema(implementation = FileView.class),
              examples = @ExampleObject(name = "shortened", value = EvidenceApi.EXAMPLE)))
  @APIResponse(responseCode = "404", description = "No such lease")
  public Uni<RestResponse<String>> export(@RestPath LeaseId id) {
    return desk.export(caller.scope(), id)
        .map(text ->
            RestResponse.ResponseBuilder.ok(text)
                .header(
                    HttpHeaders.CONTENT_DISPOSITION,
                    "attachment; filename=\"" + id + "-evidence.json\"")
                .build());
  }
}
