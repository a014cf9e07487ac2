package io.berth.platform;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * One thing observed about a resource, as in Kubernetes.
 *
 * @param type what is observed, such as {@code Reachable}; at most one condition of a type
 * @param status whether it holds
 * @param reason why, in one CamelCase word for programs
 * @param message why, in words for people
 * @param lastTransitionTime since when the status is what it is; reason and message may be newer
 */
@Schema(
    description = "One thing observed about a resource, as in Kubernetes; at most one of a type")
public record Condition(
    @Schema(description = "What is observed", examples = "Reachable") String type,
    ConditionStatus status,
    @Schema(description = "Why, in one word for programs", examples = "Answered") String reason,
    @Schema(description = "Why, in words for people", examples = "The cluster's API answers.")
        String message,
    @Schema(description = "Since when the status is what it is") Instant lastTransitionTime) {

  /**
   * What is observed now, each condition with the time of its last change of status carried over
   * from {@code before} where the status is the same. Types that {@code now} lacks are gone.
   */
  public static List<Condition> since(List<Condition> before, List<Condition> now) {
    return now.stream().map(condition -> condition.since(before)).toList();
  }

  /** The same, but types that {@code now} lacks stay as they were. */
  public static List<Condition> amid(List<Condition> before, List<Condition> now) {
    return Stream.concat(
            before.stream()
                .filter(
                    old -> now.stream().noneMatch(condition -> condition.type.equals(old.type))),
            since(before, now).stream())
        .toList();
  }

  private Condition since(List<Condition> before) {
    return before.stream()
        .filter(old -> old.type.equals(type) && old.status == status)
        .findFirst()
        .map(old -> new Condition(type, status, reason, message, old.lastTransitionTime))
        .orElse(this);
  }
}
