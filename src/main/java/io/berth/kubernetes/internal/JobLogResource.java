package io.berth.kubernetes.internal;

import io.berth.identity.Caller;
import io.berth.identity.Role;
import io.berth.kubernetes.domain.JobLog;
import io.berth.leasing.JobId;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** {@code /v1/jobs/{id}/logs}. */
@Path("/v1/jobs/{id}/logs")
@Tag(name = "Jobs")
public class JobLogResource {

  private static final String EXAMPLE =
      """
      event: log
      data: epoch 1 loss 2.31
      data: epoch 2 loss 1.94

      event: end
      data: {"reason": "complete"}

      """;

  private final JobLogs logs;
  private final Caller caller;

  JobLogResource(JobLogs logs, Caller caller) {
    this.logs = logs;
    this.caller = caller;
  }

  /** Streams one. */
  @GET
  @Blocking
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @RolesAllowed(Role.TENANT)
  @ResponseHeader(name = "Cache-Control", value = "no-store")
  @ResponseHeader(name = "X-Accel-Buffering", value = "no")
  @Operation(
      operationId = "readJobLogs",
      summary = "Read what a job writes",
      description =
          "Server-sent events with the lines of one pod's log, read from the lease's cluster and kept"
              + " nowhere. An event 'log' has one line or several; longer lines than 16 KiB come in"
              + " pieces. The last event is 'end', and says why: 'complete', 'bytes' or 'time' where"
              + " one answer may have no more, 'broken' where the cluster broke off. Followed, it"
              + " goes on until the container ends. Logs go with the job's pods.")
  @APIResponse(
      responseCode = "200",
      description = "The log's lines.",
      content =
          @Content(
              mediaType = MediaType.SERVER_SENT_EVENTS,
              schema = @Schema(type = SchemaType.STRING),
              examples = @ExampleObject(name = "two lines", value = EXAMPLE)))
  @APIResponse(
      responseCode = "404",
      description = "No such job of the caller's organization, or no such rank in it.")
  @APIResponse(responseCode = "409", description = "No pod of this rank is in the cluster.")
  @APIResponse(responseCode = "429", description = "The organization reads too many at once.")
  @APIResponse(responseCode = "503", description = "The lease's cluster does not give the log now.")
  public Multi<OutboundSseEvent> read(
      @RestPath JobId id,
      @RestQuery
          @DefaultValue("0")
          @Min(0)
          @Max(9_999)
          @Parameter(description = "Of which pod, from 0.")
          int rank,
      @RestQuery
          @DefaultValue("false")
          @Parameter(description = "Whether to go on as the container writes.")
          boolean follow,
      @RestQuery
          @Min(0)
          @Max(1_000_000)
          @Parameter(description = "Only so many of the last lines; all where absent.")
          @Nullable Integer tailLines,
      @RestQuery
          @DefaultValue("false")
          @Parameter(description = "Whether each line begins with its time.")
          boolean timestamps,
      @Context Sse sse) {
    // The stream's status is sent before its first part is asked for: what can be refused is first.
    return logs.open(caller.scope(), id, new JobLog(rank, follow, tailLines, timestamps))
        .await()
        .indefinitely()
        .map(part -> event(sse, part));
  }

  private static OutboundSseEvent event(Sse sse, LogPart part) {
    return switch (part) {
      // The last line feed is the event's own end.
      case LogPart.Lines(String text) -> sse.newEvent("log", text.substring(0, text.length() - 1));
      case LogPart.End(LogPart.Reason reason) ->
          sse.newEvent(
              "end", "{\"reason\": \"%s\"}".formatted(reason.name().toLowerCase(Locale.ROOT)));
    };
  }
}
