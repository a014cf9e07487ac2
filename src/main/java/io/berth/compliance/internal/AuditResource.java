package io.berth.compliance.internal;

import io.berth.audit.AuditChain;
import io.berth.audit.AuditKeys;
import io.berth.audit.AuditRecords;
import io.berth.compliance.internal.AuditApi.CheckpointPage;
import io.berth.compliance.internal.AuditApi.CheckpointView;
import io.berth.compliance.internal.AuditApi.EntryPage;
import io.berth.compliance.internal.AuditApi.EntryView;
import io.berth.compliance.internal.AuditApi.KeyView;
import io.berth.compliance.internal.AuditApi.KeysView;
import io.berth.compliance.internal.AuditApi.ReportView;
import io.berth.identity.Caller;
import io.berth.identity.Role;
import io.berth.platform.OrganizationId;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.PlainText;
import io.berth.platform.ProblemException;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Min;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** {@code /v1/audit}. */
@Path("/v1/audit")
@Tag(name = "Audit")
@Produces(MediaType.APPLICATION_JSON)
public class AuditResource {

  private static final int TEXT_MAX = 200;

  private final AuditChain chain;
  private final AuditRecords records;
  private final AuditKeys keys;
  private final Caller caller;

  AuditResource(AuditChain chain, AuditRecords records, AuditKeys keys, Caller caller) {
    this.chain = chain;
    this.records = records;
    this.keys = keys;
    this.caller = caller;
  }

  /** Checks the chain. */
  @GET
  @Path("/verify")
  @RolesAllowed(Role.COMPLIANCE)
  @Operation(
      operationId = "verifyAuditTrail",
      summary = "Check the audit trail",
      description =
          "Computes every hash of a stretch of the chain again from the entries as they stand, checks"
              + " the signed checkpoints in it, and counts what is not sealed yet. Stops at the first"
              + " position where something is wrong and says what. Everything is checked where"
              + " nothing is said; that takes minutes for a hundred million entries, so give a"
              + " stretch then.")
  @APIResponse(
      responseCode = "200",
      description = "What was found, sound or not",
      content =
          @Content(
              schema = @Schema(implementation = ReportView.class),
              examples = {
                @ExampleObject(name = "sound", value = AuditExamples.SOUND),
                @ExampleObject(name = "broken", value = AuditExamples.BROKEN)
              }))
  public Uni<ReportView> verify(
      @Parameter(description = "The first position to check; 1 where absent") @RestQuery @Min(1)
          @Nullable Long from,
      @Parameter(description = "The last; the chain's end where absent") @RestQuery @Min(1)
          @Nullable Long to) {
    if (from != null && to != null && to < from) {
      throw ProblemException.malformed("?to", "to must not be before from.");
    }
    return chain
        .verify(caller.scope(), from == null ? 1 : from, Optional.ofNullable(to))
        .map(ReportView::of);
  }

  /** Lists checkpoints. */
  @GET
  @Path("/checkpoints")
  @RolesAllowed({Role.OPERATOR, Role.COMPLIANCE})
  @Operation(
      operationId = "listAuditCheckpoints",
      summary = "List signed checkpoints",
      description =
          "In order of positions. Keep copies elsewhere: whoever could rewrite the database cannot"
              + " rewrite these.")
  @APIResponse(
      responseCode = "200",
      description = "A page",
      content =
          @Content(
              schema = @Schema(implementation = CheckpointPage.class),
              examples = @ExampleObject(name = "one", value = AuditExamples.CHECKPOINTS)))
  public Uni<Page<CheckpointView>> checkpoints(
      @RestQuery @Nullable Integer pageSize, @RestQuery @Nullable String pageToken) {
    return records
        .checkpoints(caller.scope(), PageRequest.of(pageSize, pageToken, "checkpoints"))
        .map(page -> page.map(CheckpointView::of));
  }

  /** Lists entries. */
  @GET
  @Path("/entries")
  @RolesAllowed(Role.COMPLIANCE)
  @Operation(
      operationId = "listAuditEntries",
      summary = "List audit entries",
      description = "Who did what, oldest first, with places in the chain.")
  @APIResponse(
      responseCode = "200",
      description = "A page",
      content =
          @Content(
              schema = @Schema(implementation = EntryPage.class),
              examples = @ExampleObject(name = "one", value = AuditExamples.ENTRIES)))
  public Uni<Page<EntryView>> entries(
      @Parameter(description = "Only about this: an id") @RestQuery @PlainText(max = TEXT_MAX)
          @Nullable String subject,
      @Parameter(description = "Only of this action, such as `lease.confirm`")
          @RestQuery
          @PlainText(max = TEXT_MAX)
          @Nullable String action,
      @Parameter(description = "Only by members of this organization") @RestQuery
          @Nullable OrganizationId organization,
      @Parameter(description = "Only by this person or part of the service")
          @RestQuery
          @PlainText(max = TEXT_MAX)
          @Nullable String actor,
      @Parameter(
              description = "Only from this moment on",
              schema = @Schema(implementation = Instant.class))
          @RestQuery
          @Nullable String from,
      @Parameter(
              description = "Only before this moment",
              schema = @Schema(implementation = Instant.class))
          @RestQuery
          @Nullable String until,
      @RestQuery @Nullable Integer pageSize,
      @RestQuery @Nullable String pageToken) {
    return records
        .list(
            caller.scope(),
            new AuditRecords.Filter(
                subject, action, organization, actor, moment(from, "from"), moment(until, "until")),
            PageRequest.of(
                pageSize, pageToken, "entries", subject, action, organization, actor, from, until))
        .map(page -> page.map(EntryView::of));
  }

  /** Lists keys. */
  @GET
  @Path("/keys")
  @NonBlocking
  @RolesAllowed({Role.TENANT, Role.PROVIDER, Role.OPERATOR, Role.COMPLIANCE})
  @Operation(
      operationId = "listAuditKeys",
      summary = "List the keys of checkpoints",
      description =
          "Public keys, so that an outsider can check a checkpoint without this service. Take them"
              + " once and keep them: a key that comes with what it signs proves little.")
  @APIResponse(
      responseCode = "200",
      description = "Every key that this service believes",
      content =
          @Content(
              schema = @Schema(implementation = KeysView.class),
              examples = @ExampleObject(name = "one", value = AuditExamples.KEYS)))
  public KeysView keys() {
    return new KeysView(keys.all().stream().map(KeyView::of).toList());
  }

  private static @Nullable Instant moment(@Nullable String text, String name) {
    try {
      return text == null ? null : Instant.parse(text);
    } catch (DateTimeException e) {
      throw ProblemException.malformed(
          "?" + name, name + " must be a moment such as 2026-11-23T19:43:00Z.");
    }
  }
}
