package io.berth.kubernetes.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.berth.identity.Caller;
import io.berth.identity.Role;
import io.berth.leasing.JobId;
import io.berth.leasing.JobObservation.JobEvent;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.util.ArrayList;
import java.util.List;
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

/** {@code /v1/jobs/{id}/events}. */
@Path("/v1/jobs/{id}/events")
@Tag(name = "Jobs")
public class JobEventResource {

  private static final String EXAMPLE =
      """
      event: event
      data: {"at": "2026-11-23T19:43:38Z", "reason": "Scheduled", "object": "Pod/job-…-0-x7k2p", "message": "…"}

      event: end
      data: {"reason": "complete"}

      """;

  private final JobEvents events;
  private final Caller caller;
  private final ObjectMapper json;

  JobEventResource(JobEvents events, Caller caller, ObjectMapper json) {
    this.events = events;
    this.caller = caller;
    this.json = json;
  }

  /** Streams them. */
  @GET
  @Blocking
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @RolesAllowed(Role.TENANT)
  @ResponseHeader(name = "Cache-Control", value = "no-store")
  @ResponseHeader(name = "X-Accel-Buffering", value = "no")
  @Operation(
      operationId = "readJobEvents",
      summary = "Read what the cluster says of a job",
      description =
          "Server-sent events, each 'event' with one that the cluster wrote of the job, its parts and"
              + " pods, oldest first; the newest 50 are kept. Followed, it goes on until the job is"
              + " final. The last event is 'end', and says why: 'complete', or 'time' where one"
              + " answer may take no longer.")
  @APIResponse(
      responseCode = "200",
      description = "The events.",
      content =
          @Content(
              mediaType = MediaType.SERVER_SENT_EVENTS,
              schema = @Schema(type = SchemaType.STRING),
              examples = @ExampleObject(name = "one", value = EXAMPLE)))
  @APIResponse(responseCode = "404", description = "No such job of the caller's organization.")
  @APIResponse(responseCode = "429", description = "The organization reads too many at once.")
  @APIResponse(responseCode = "503", description = "Too many are being read.")
  public Multi<OutboundSseEvent> read(
      @RestPath JobId id,
      @RestQuery
          @DefaultValue("false")
          @Parameter(description = "Whether to go on as the cluster says more.")
          boolean follow,
      @Context Sse sse) {
    // The stream's status is sent before its first part is asked for: what can be refused is first.
    return events
        .open(caller.scope(), id, follow)
        .await()
        .indefinitely()
        .onItem()
        .transformToMultiAndConcatenate(news -> Multi.createFrom().iterable(parts(sse, news)));
  }

  private List<OutboundSseEvent> parts(Sse sse, JobEvents.News news) {
    List<OutboundSseEvent> parts = new ArrayList<>();
    for (JobEvent event : news.events()) {
      parts.add(sse.newEvent("event", text(event)));
    }
    if (news.isComplete() || news.isOver()) {
      parts.add(
          sse.newEvent(
              "end", "{\"reason\": \"%s\"}".formatted(news.isComplete() ? "complete" : "time")));
    }
    return parts;
  }

  private String text(JobEvent event) {
    try {
      return json.writeValueAsString(event);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record must become JSON", e);
    }
  }
}
