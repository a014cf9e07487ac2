package io.berth.kubernetes.internal;

import io.berth.inventory.ClusterAccess;
import io.berth.inventory.ClusterId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What was found lately at clusters, so that not every step of a delivery looks anew.
 *
 * @param <F> what there is to find
 */
final class Findings<F> {

  private final Duration validity;
  private final Clock clock;
  private final Predicate<F> isThere;
  private final ConcurrentHashMap<ClusterId, Known<F>> known = new ConcurrentHashMap<>();

  /**
   * Nothing is known yet.
   *
   * @param validity how long a finding counts
   * @param isThere of which findings it is believed only once two looks say so that they hold no
   *     more; of none, where what is gone must count at once
   */
  Findings(Duration validity, Clock clock, Predicate<F> isThere) {
    this.validity = validity;
    this.clock = clock;
    this.isThere = isThere;
  }

  /**
   * What was found last.
   *
   * @param isDoubted whether a later look did not find that any more
   */
  private record Known<F>(F finding, long credentialsVersion, Instant at, boolean isDoubted) {}

  /**
   * What counts now.
   *
   * @param look looks; gets what was found the last time. What it throws changes nothing
   */
  F at(ClusterAccess access, Function<Optional<F>, F> look) {
    Instant now = clock.instant();
    @Nullable Known<F> last = known.get(access.cluster());
    if (last != null
        && last.credentialsVersion() == access.credentialsVersion()
        && now.isBefore(last.at().plus(validity))) {
      return last.finding();
    }
    F found = look.apply(Optional.ofNullable(last).map(Known::finding));
    boolean isDoubted =
        last != null && !last.isDoubted() && isThere.test(last.finding()) && !isThere.test(found);
    F counts = last != null && isDoubted ? last.finding() : found;
    known.put(access.cluster(), new Known<>(counts, access.credentialsVersion(), now, isDoubted));
    return counts;
  }
}
