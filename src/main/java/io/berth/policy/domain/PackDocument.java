package io.berth.policy.domain;

import io.berth.policy.Authority;
import io.berth.policy.Verdict;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A pack as written: well formed, but its conditions and references not yet checked. */
record PackDocument(
    String id,
    String version,
    String title,
    List<Group> groups,
    List<Definition> definitions,
    List<Rule> rules) {

  /** A named set of countries that changes over time. Before its first version it is unknown. */
  record Group(String name, List<GroupVersion> versions) {}

  /** The members over a window, and who says so. */
  record GroupVersion(
      Window window, String source, String confidence, List<String> memberCountries) {}

  /** A named condition, for use in others. */
  record Definition(String name, Expression expression) {}

  /** A rule has either a condition or facts whose absence makes it hold. */
  record Rule(
      Located id,
      String title,
      Authority authority,
      String citation,
      String confidence,
      List<Window> windows,
      @Nullable Expression condition,
      List<Located> missing,
      Verdict verdict,
      String code,
      String message,
      String wouldChange,
      List<Located> conflicts) {}

  /** A stretch of time, open where a bound is null. */
  record Window(@Nullable Instant from, @Nullable Instant until) {

    boolean contains(Instant moment) {
      return (from == null || !moment.isBefore(from)) && (until == null || moment.isBefore(until));
    }
  }

  /** Text and where it stands. */
  record Located(String text, Position position) {}
}
