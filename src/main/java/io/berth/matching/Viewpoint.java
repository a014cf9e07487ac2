package io.berth.matching;

import io.berth.platform.OrganizationId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * From where one looks at what is taken.
 *
 * @param now what has lapsed by then is free
 * @param tenant who looks: what is not isolated is free beside what the same organization holds
 *     only; null for one that holds nothing
 */
public record Viewpoint(Instant now, @Nullable OrganizationId tenant) {

  long nowMicros() {
    return Timeline.micros(now);
  }
}
