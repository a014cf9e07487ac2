package io.berth.policy.internal;

import io.berth.identity.Caller;
import io.berth.identity.Role;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.Scope;
import io.berth.policy.PackVersionId;
import io.berth.policy.internal.PackReportApi.DiffView;
import io.berth.policy.internal.PackReportApi.DifferencePage;
import io.berth.policy.internal.PackReportApi.DifferenceView;
import io.berth.policy.internal.PackReportApi.TestView;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
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
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Reports on rule packs over REST. */
@Path("/v1/rule-packs")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Role.TENANT, Role.PROVIDER, Role.OPERATOR, Role.COMPLIANCE})
@Tag(name = "Rule packs")
public class PackReportResource {

  private static final String CSV = "text/csv";

  private final PackReports reports;
  private final Caller caller;

  PackReportResource(PackReports reports, Caller caller) {
    this.reports = reports;
    this.caller = caller;
  }

  /** Compares two versions. */
  @GET
  @Path("/{id}/diff")
  @Operation(
      operationId = "diffRulePack",
      summary = "Say what changed since another version",
      description = "In words and member by member: rules, country groups and definitions.")
  @APIResponse(
      responseCode = "200",
      description = "The changes; none where the two say the same",
      content =
          @Content(
              schema = @Schema(implementation = DiffView.class),
              examples = @ExampleObject(name = "stricter", value = PackExamples.DIFF)))
  public Uni<DiffView> diff(
      @RestPath PackVersionId id,
      @Parameter(
              description =
                  "The version before; where absent, the one of the same pack that is in force")
          @RestQuery
          @Nullable PackVersionId against) {
    return reports.diff(PackRights.of(caller), caller.scope(), id, against);
  }

  /** Lists differences. */
  @GET
  @Path("/{id}/shadow-differences")
  @Operation(
      operationId = "listShadowDifferences",
      summary = "List what a version would have decided otherwise while it ran in shadow",
      description =
          "Of the platform's packs for operators and compliance officers, of others for their own"
              + " people too. Oldest first.")
  @APIResponse(
      responseCode = "200",
      description = "A page",
      content =
          @Content(
              schema = @Schema(implementation = DifferencePage.class),
              examples = @ExampleObject(name = "one", value = PackExamples.DIFFERENCES)))
  public Uni<Page<DifferenceView>> differences(
      @RestPath PackVersionId id,
      @Parameter(description = "Items a page; 50 where absent")
          @RestQuery
          @Min(1)
          @Max(PageRequest.SIZE_MAX)
          @Nullable Integer pageSize,
      @Parameter(description = "`nextPageToken` of the page before") @RestQuery
          @Nullable String pageToken) {
    Scope scope = caller.scope();
    return reports
        .differences(
            PackRights.of(caller), scope, id, PageRequest.of(pageSize, pageToken, id.toString()))
        .map(page -> page.map(difference -> DifferenceView.of(difference, scope)));
  }

  /** Judges worked cases. */
  @POST
  @Path("/{id}/test")
  @Consumes(CSV)
  @Operation(
      operationId = "testRulePack",
      summary = "Judge worked cases by a version of a rule pack",
      description =
          "A file of cases: facts, and the verdict that is expected on each of some dates, in"
              + " columns such as `v20261101`. Nothing is kept.")
  @RequestBody(
      description = "CSV with a header; `?` is a fact that nobody knows, blank is none",
      content =
          @Content(
              mediaType = CSV,
              schema = @Schema(implementation = String.class),
              examples = @ExampleObject(name = "one case", value = PackExamples.CASES)))
  @APIResponse(
      responseCode = "200",
      description = "What became of them",
      content =
          @Content(
              schema = @Schema(implementation = TestView.class),
              examples = @ExampleObject(name = "as expected", value = PackExamples.TESTED)))
  public Uni<TestView> test(
      @RestPath PackVersionId id,
      @Parameter(
              description =
                  "Whether the packs in force judge beside it; where absent it judges alone")
          @RestQuery
          @Nullable Boolean besideOthers,
      @NotNull String body) {
    return reports
        .test(PackRights.of(caller), caller.scope(), id, body, Boolean.TRUE.equals(besideOthers))
        .map(TestView::of);
  }
}
