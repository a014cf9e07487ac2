package io.berth.leasing;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What was seen of a job in its cluster.
 *
 * @param state where it stands there
 * @param message in words
 * @param nodes names of nodes where its pods run or ran
 * @param events what the cluster said of it and its pods, oldest first
 * @param startedAt when it started; null before
 * @param finishedAt when it finished; null before
 * @param attempt which of its attempts was seen, from 0; the next one where it should start anew
 * @param failures how many attempts have failed and were followed by another
 */
public record JobObservation(
    JobState state,
    String message,
    List<String> nodes,
    List<JobEvent> events,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    int attempt,
    int failures) {

  /** How many events are kept of a job: the newest. */
  public static final int EVENTS_MAX = 50;

  /** Copies the lists, of events the newest {@value #EVENTS_MAX}. */
  public JobObservation {
    nodes = List.copyOf(nodes);
    events = List.copyOf(events.subList(Math.max(0, events.size() - EVENTS_MAX), events.size()));
  }

  /** The same in other words. */
  public JobObservation withMessage(String words) {
    return new JobObservation(
        state, words, nodes, events, startedAt, finishedAt, attempt, failures);
  }

  /** The same, finished. */
  public JobObservation finished(Instant at) {
    return new JobObservation(state, message, nodes, events, startedAt, at, attempt, failures);
  }

  /** The same, where a job that has run before started when it first did. */
  public JobObservation startedFirst(@Nullable Instant before) {
    return new JobObservation(
        state,
        message,
        nodes,
        events,
        before == null ? startedAt : before,
        finishedAt,
        attempt,
        failures);
  }

  /**
   * Something that the cluster said.
   *
   * @param at when it last happened; null where the cluster does not say
   * @param reason one word, such as {@code Scheduled}
   * @param object of what, such as {@code Pod/job-…-0}
   * @param message in words
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(description = "Something that the cluster said of a job")
  public record JobEvent(
      @Schema(description = "When it last happened; absent where the cluster does not say")
          @Nullable Instant at,
      @Schema(description = "One word, for programs", examples = "SuccessfulCreate") String reason,
      @Schema(description = "Of what", examples = "Job/train-1") String object,
      @Schema(description = "For people", examples = "Created pod: train-1-0-x7k2p")
          String message) {}
}
