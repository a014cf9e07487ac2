package io.berth.leasing.internal;

import io.berth.identity.Caller;
import io.berth.identity.Role;
import io.berth.leasing.LeaseId;
import io.berth.leasing.internal.NoticeApi.NoticeView;
import io.berth.platform.Database;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
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
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** {@code /v1/notices}. */
@Path("/v1/notices")
@Tag(name = "Leases")
@Produces(MediaType.APPLICATION_JSON)
public class NoticeResource {

  private final NoticeStore notices;
  private final Database database;
  private final Caller caller;

  NoticeResource(NoticeStore notices, Database database, Caller caller) {
    this.notices = notices;
    this.database = database;
    this.caller = caller;
  }

  /** Lists. */
  @GET
  @RolesAllowed({Role.TENANT, Role.PROVIDER, Role.OPERATOR, Role.COMPLIANCE})
  @Operation(
      operationId = "listNotices",
      summary = "List notices",
      description =
          "What the caller's organization was told of its leases, as tenant or as provider, oldest"
              + " first.")
  @APIResponse(
      responseCode = "200",
      description = "A page of notices.",
      content =
          @Content(
              schema = @Schema(implementation = NoticeApi.NoticePage.class),
              examples = @ExampleObject(name = "one", value = LeaseExamples.NOTICES)))
  public Uni<Page<NoticeView>> list(
      @RestQuery @Parameter(description = "Only notices of this lease.") @Nullable LeaseId lease,
      @RestQuery @Nullable Integer pageSize,
      @RestQuery @Nullable String pageToken) {
    PageRequest page =
        PageRequest.of(pageSize, pageToken, "notices", lease == null ? null : lease.toString());
    return database.sql(
        caller.scope(), connection -> notices.list(connection, caller.scope(), lease, page));
  }
}
