package io.berth.sandbox.cluster;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Kubernetes writes times to the second. */
final class Times {

  private Times() {}

  static String format(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  static Instant parse(String text) {
    return Instant.parse(text);
  }
}
