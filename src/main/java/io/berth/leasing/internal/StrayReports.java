package io.berth.leasing.internal;

import io.berth.audit.AuditTrail;
import io.berth.leasing.Lease;
import io.berth.leasing.NoticeKind;
import io.berth.leasing.StrayPod;
import io.berth.platform.Condition;
import io.berth.platform.ConditionStatus;
import io.berth.platform.Outbox;
import io.berth.platform.Scope;
import io.berth.platform.Tx;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Tells of pods on nodes that their lease does not have, before they are removed. They are told of
 * again where some are seen after a quiet time: whatever makes pods may make them as fast as they
 * are removed.
 */
@ApplicationScoped
public class StrayReports {

  /** How long none must have been seen until the next ones are news. */
  static final Duration QUIET = Duration.ofMinutes(10);

  private static final Scope SCOPE = Scope.system("leasing");

  /** How many pods a message names. */
  private static final int NAMED_MAX = 10;

  private final LeaseStore leases;
  private final NoticeStore notices;
  private final AuditTrail audit;
  private final Outbox outbox;
  private final Clock clock;

  StrayReports(
      LeaseStore leases, NoticeStore notices, AuditTrail audit, Outbox outbox, Clock clock) {
    this.leases = leases;
    this.notices = notices;
    this.audit = audit;
    this.outbox = outbox;
    this.clock = clock;
  }

  /**
   * Takes what one look at a locked lease's pods found; may come twice.
   *
   * @return what that makes of the lease's condition; empty where it stays as it is
   */
  public Uni<Optional<Condition>> seen(
      SqlConnection connection, Lease lease, List<StrayPod> strays) {
    if (strays.isEmpty() && !isKnown(lease)) {
      return Uni.createFrom().item(Optional.empty());
    }
    Instant now = clock.instant();
    return leases
        .podsElsewhereAt(connection, lease.id())
        .chain(last -> {
          boolean isQuiet = last.filter(at -> now.isBefore(at.plus(QUIET))).isEmpty();
          if (strays.isEmpty()) {
            return Uni.createFrom().item(isQuiet ? Optional.of(inPlace(now)) : Optional.empty());
          }
          String message = message(strays);
          return leases
              .podsElsewhere(connection, lease.id(), now)
              .chain(() ->
                  isQuiet
                      ? tell(connection, lease, strays, message, now)
                      : Uni.createFrom().voidItem())
              .replaceWith(
                  Optional.of(
                      new Condition(
                          Lease.PODS_IN_PLACE,
                          ConditionStatus.FALSE,
                          "PodsElsewhere",
                          message,
                          now)));
        });
  }

  private static boolean isKnown(Lease lease) {
    return lease.conditions().stream()
        .anyMatch(condition ->
            condition.type().equals(Lease.PODS_IN_PLACE)
                && condition.status() == ConditionStatus.FALSE);
  }

  private static Condition inPlace(Instant now) {
    return new Condition(
        Lease.PODS_IN_PLACE,
        ConditionStatus.TRUE,
        "PodsInPlace",
        "For some time no pod was seen on a node that the lease does not have.",
        now);
  }

  private static String message(List<StrayPod> strays) {
    int more = strays.size() - NAMED_MAX;
    return "Pods on nodes that the lease does not have, or has not whole any more, are deleted: "
        + strays.stream()
            .limit(NAMED_MAX)
            .map(stray -> stray.name() + " on " + stray.node())
            .collect(Collectors.joining(", "))
        + (more > 0 ? " and %d more.".formatted(more) : ".");
  }

  private Uni<Void> tell(
      SqlConnection connection, Lease lease, List<StrayPod> strays, String message, Instant now) {
    Map<String, Object> detail =
        Map.of(
            "pods", strays.stream().limit(NAMED_MAX).toList(),
            "count", strays.size());
    return notices
        .tell(connection, lease, NoticeKind.PODS_EVICTED, message, null, null, now)
        .chain(
            () -> audit.append(Tx.of(connection), SCOPE, "lease.podsEvicted", lease.id(), detail))
        .chain(() -> outbox.append(Tx.of(connection), "lease.podsEvicted", lease.id(), detail));
  }
}
