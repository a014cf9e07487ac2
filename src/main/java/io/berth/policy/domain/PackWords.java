package io.berth.policy.domain;

import static java.util.stream.Collectors.joining;

import io.berth.policy.domain.PackDocument.GroupVersion;
import io.berth.policy.domain.PackDocument.Window;
import java.time.Instant;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parts of a pack in words. */
final class PackWords {

  private PackWords() {}

  static String windows(List<Window> windows) {
    return windows.isEmpty()
        ? "always"
        : windows.stream().map(PackWords::window).collect(joining(" and "));
  }

  private static String window(Window window) {
    if (window.from() == null && window.until() == null) {
      return "always";
    }
    String from = window.from() == null ? "" : "from " + moment(window.from());
    String until = window.until() == null ? "" : "until " + moment(window.until());
    return (from + " " + until).strip();
  }

  static String start(Window window) {
    return window.from() == null ? "the beginning" : moment(window.from());
  }

  static String end(Window window) {
    return window.until() == null ? "never" : moment(window.until());
  }

  static String versions(List<GroupVersion> versions) {
    return versions.stream().map(PackWords::version).collect(joining("; "));
  }

  static String version(GroupVersion version) {
    return window(version.window())
        + " "
        + version.memberCountries().stream().sorted().collect(joining(", "));
  }

  /** Who joins and who leaves. */
  static String memberMoves(List<String> before, List<String> after) {
    String joined =
        after.stream().filter(one -> !before.contains(one)).sorted().collect(joining(", "));
    String left =
        before.stream().filter(one -> !after.contains(one)).sorted().collect(joining(", "));
    String words =
        (joined.isEmpty() ? "" : "with " + joined + " ")
            + (left.isEmpty() ? "" : "without " + left);
    return words.isBlank() ? "the same members" : words.strip();
  }

  /** A field's name as people say it. */
  static String member(String field) {
    return switch (field) {
      case "missing" -> "list of facts that it misses";
      case "wouldChange" -> "word on what would change it";
      case "conflicts" -> "list of conflicts";
      case "code" -> "reason code";
      default -> field;
    };
  }

  /** A date where it is the first moment of one in UTC. */
  private static String moment(@Nullable Instant moment) {
    OffsetDateTime utc = moment == null ? OffsetDateTime.MIN : moment.atOffset(ZoneOffset.UTC);
    return utc.toLocalTime().equals(LocalTime.MIDNIGHT)
        ? utc.toLocalDate().toString()
        : utc.toInstant().toString();
  }
}
