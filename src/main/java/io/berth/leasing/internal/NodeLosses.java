package io.berth.leasing.internal;

import io.berth.audit.AuditTrail;
import io.berth.booking.Bookings;
import io.berth.booking.NodeSwap;
import io.berth.booking.NodeVerdicts;
import io.berth.booking.NodeVerdicts.Held;
import io.berth.booking.Quote.HeldSlots;
import io.berth.inventory.Inventory;
import io.berth.inventory.Node;
import io.berth.inventory.NodeId;
import io.berth.leasing.Lease;
import io.berth.leasing.LeaseId;
import io.berth.leasing.LeaseOutage;
import io.berth.leasing.LeaseState;
import io.berth.leasing.NoticeKind;
import io.berth.leasing.internal.LossStore.Lost;
import io.berth.leasing.internal.LossStore.Reason;
import io.berth.platform.Money;
import io.berth.platform.Outbox;
import io.berth.platform.Period;
import io.berth.platform.Scope;
import io.berth.platform.Tx;
import io.berth.policy.Decision;
import io.berth.policy.DecisionId;
import io.berth.policy.DecisionPurpose;
import io.berth.policy.Decisions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a lease one of whose nodes is lost. Each change is one transaction that locks the
 * lease and looks again at what it rests on, so that it may be tried any number of times.
 */
@ApplicationScoped
class NodeLosses {

  private static final Scope SCOPE = Scope.system("leasing");

  /** A lease that is about to end anyway gets no other node. */
  private static final Duration REST_MIN = Duration.ofMinutes(1);

  private final LeaseStore leases;
  private final LossStore losses;
  private final LeaseDebts debts;
  private final Inventory inventory;
  private final Bookings bookings;
  private final NodeVerdicts verdicts;
  private final Decisions decisions;
  private final NoticeStore notices;
  private final AuditTrail audit;
  private final Outbox outbox;
  private final Clock clock;

  NodeLosses(
      LeaseStore leases,
      LossStore losses,
      LeaseDebts debts,
      Inventory inventory,
      Bookings bookings,
      NodeVerdicts verdicts,
      Decisions decisions,
      NoticeStore notices,
      AuditTrail audit,
      Outbox outbox,
      Clock clock) {
    this.leases = leases;
    this.losses = losses;
    this.debts = debts;
    this.inventory = inventory;
    this.bookings = bookings;
    this.verdicts = verdicts;
    this.decisions = decisions;
    this.notices = notices;
    this.audit = audit;
    this.outbox = outbox;
    this.clock = clock;
  }

  /** What came of trying to replace a node. */
  sealed interface Outcome {

    /** There is nothing left to do: it is replaced, or is lost no more. */
    record Done() implements Outcome {}

    /**
     * The other node cannot have its place.
     *
     * @param refusal what policy says against it; null where it has no room any more
     */
    record NotThis(@Nullable Decision refusal) implements Outcome {}
  }

  /** What to look for in place of a lost node; empty where the lease is to have no other. */
  static Optional<NodeSwap> swap(Lease lease, NodeId lost, Instant now) {
    int count = count(lease, lost);
    return count == 0
            || !lease.windDowns().isEmpty()
            || now.plus(REST_MIN).isAfter(lease.period().end())
        ? Optional.empty()
        : Optional.of(
            new NodeSwap(
                lease.id(),
                lost,
                lease.pool(),
                count,
                lease.period().end().plus(lease.turnaround()),
                lease.slots().size() == 1));
  }

  private static int count(Lease lease, NodeId node) {
    return lease.slots().stream()
        .filter(held -> held.node().equals(node))
        .map(HeldSlots::slots)
        .mapToInt(slots -> slots.count())
        .sum();
  }

  private static boolean isServed(Lease lease) {
    return lease.state() == LeaseState.PROVISIONING || lease.state() == LeaseState.ACTIVE;
  }

  /**
   * Lets another node take a lost one's place, where policy permits it to the tenant for the rest
   * of the lease.
   *
   * @param spare what is known of the other node, for the tenant
   */
  Uni<Outcome> replace(SqlConnection connection, LeaseId id, NodeId lost, Held spare) {
    Instant now = clock.instant();
    return leases
        .lock(connection, SCOPE, id)
        .chain(lease ->
            found(connection, lease, lost, now)
                .chain(found -> {
                  Optional<NodeSwap> swap = swap(lease, lost, now);
                  return found.isEmpty() || swap.isEmpty()
                      ? Uni.createFrom().item(new Outcome.Done())
                      : replace(connection, lease, found.get(), swap.get(), spare, now);
                }));
  }

  private Uni<Optional<Lost>> found(
      SqlConnection connection, Lease lease, NodeId node, Instant now) {
    return isServed(lease)
        ? losses
            .of(connection, lease.id(), now)
            .map(all -> all.stream().filter(lost -> lost.node().equals(node)).findFirst())
        : Uni.createFrom().item(Optional.empty());
  }

  private Uni<Outcome> replace(
      SqlConnection connection, Lease lease, Lost lost, NodeSwap swap, Held spare, Instant now) {
    Node node = spare.nodes().iterator().next();
    Period rest = lease.rest(now).orElseThrow();
    return verdicts
        .judge(connection, spare, lease.use(), rest, DecisionPurpose.REPLACEMENT)
        .chain(decision ->
            decision.verdict().permits()
                ? bookings
                    .swap(connection, swap, node.id(), now.plus(lease.turnaround()), now)
                    .chain(isDone ->
                        isDone
                            ? replaced(connection, lease, lost, node, decision, now)
                                .replaceWith(new Outcome.Done())
                            : Uni.createFrom().item(new Outcome.NotThis(null)))
                : Uni.createFrom().item(new Outcome.NotThis(decision)));
  }

  private Uni<Void> replaced(
      SqlConnection connection, Lease lease, Lost lost, Node by, Decision decision, Instant now) {
    Optional<LeaseOutage> outage = outageOf(lease, lost, now).map(open -> open.endedAt(now));
    Map<String, Object> detail = new HashMap<>();
    detail.put("node", lost.node());
    detail.put("by", by.id());
    detail.put("since", lost.since());
    detail.put("decision", decision.id());
    String message =
        "The node %s was lost at %s: %s. The node %s has taken its place. Jobs that it ran start anew."
            .formatted(lost.name(), lost.since(), lost.reason().words(), by.name());
    return decisions
        .record(connection, SCOPE, decision)
        .chain(() -> inventory.countFailure(connection, lost.node(), lost.since(), now))
        .chain(() ->
            outage.isEmpty()
                ? Uni.createFrom().voidItem()
                : leases.outages(connection, lease.id(), with(lease, List.of(outage.get()))))
        // Delivery follows at once, and whatever rests on the lease's nodes is judged anew.
        .chain(() ->
            leases.amend(
                connection,
                lease,
                new LeaseStore.Terms(
                    lease.period().end(),
                    lease.turnaround(),
                    lease.accelerators(),
                    lease.price(),
                    lease.retained()),
                now))
        .chain(() ->
            tell(
                connection,
                lease,
                new Told(
                    NoticeKind.NODE_REPLACED, message, outage.stream().toList(), decision.id()),
                detail,
                now));
  }

  /**
   * Notes that accelerators of a lease cannot be used, where that is not noted yet: they are not
   * charged until they can.
   *
   * @param refusal what policy says against other nodes; null where there are none
   */
  Uni<Void> open(SqlConnection connection, LeaseId id, NodeId lost, @Nullable Decision refusal) {
    Instant now = clock.instant();
    return leases
        .lock(connection, SCOPE, id)
        .chain(lease ->
            found(connection, lease, lost, now)
                .chain(found ->
                    found.isEmpty() || lease.activeAt() == null || isOpen(lease, lost)
                        ? Uni.createFrom().voidItem()
                        : open(connection, lease, found.get(), refusal, now)));
  }

  private Uni<Void> open(
      SqlConnection connection, Lease lease, Lost lost, @Nullable Decision refusal, Instant now) {
    LeaseOutage outage = outageOf(lease, lost, now).orElseThrow();
    Map<String, Object> detail = new HashMap<>();
    detail.put("nodes", List.of(lost.node()));
    detail.put("accelerators", outage.accelerators());
    detail.put("since", outage.from());
    if (refusal != null) {
      detail.put("decision", refusal.id());
    }
    String message =
        ("The node %s was lost at %s: %s. %s The lease's %d accelerators on it are not charged until"
                + " it is back or another takes its place; what is given back meanwhile is refunded"
                + " in full.")
            .formatted(
                lost.name(),
                lost.since(),
                lost.reason().words(),
                refusal == null
                    ? "No equal node is free for the rest of the lease."
                    : "Policy does not permit the nodes that are free: "
                        + refusal.reasons().getFirst().message(),
                outage.accelerators());
    Uni<Void> recorded =
        refusal == null
            ? Uni.createFrom().voidItem()
            : decisions.record(connection, SCOPE, refusal);
    return recorded
        .chain(() -> inventory.countFailure(connection, lost.node(), lost.since(), now))
        .chain(() -> leases.outages(connection, lease.id(), with(lease, List.of(outage))))
        .chain(() ->
            tell(
                connection,
                lease,
                new Told(
                    NoticeKind.NODE_LOST,
                    message,
                    List.of(),
                    refusal == null ? null : refusal.id()),
                detail,
                now));
  }

  /**
   * Notes that a lease's accelerators at clusters that do not answer cannot be used, as far as that
   * is not noted yet: they are not charged until these answer. The parties are told once of them
   * all.
   */
  Uni<Void> openSilent(SqlConnection connection, LeaseId id) {
    Instant now = clock.instant();
    return leases
        .lock(connection, SCOPE, id)
        .chain(lease ->
            losses
                .of(connection, id, now)
                .chain(all -> {
                  List<Lost> silent =
                      all.stream()
                          .filter(lost -> lost.reason() == Reason.SILENT)
                          .filter(lost -> !isOpen(lease, lost.node()))
                          .toList();
                  return silent.isEmpty() || !isServed(lease) || lease.activeAt() == null
                      ? Uni.createFrom().voidItem()
                      : openSilent(connection, lease, silent, now);
                }));
  }

  private Uni<Void> openSilent(
      SqlConnection connection, Lease lease, List<Lost> silent, Instant now) {
    List<LeaseOutage> outages =
        silent.stream().map(lost -> outageOf(lease, lost, now).orElseThrow()).toList();
    Instant since = earliest(outages);
    int accelerators = outages.stream().mapToInt(LeaseOutage::accelerators).sum();
    String message =
        ("The lease's nodes cannot be used since %s: %s. Its %d accelerators there are not charged"
                + " until that is over; what is given back meanwhile is refunded in full.")
            .formatted(since, Reason.SILENT.words(), accelerators);
    Uni<Void> counted = Uni.createFrom().voidItem();
    for (Lost lost : silent) {
      counted =
          counted.chain(() -> inventory.countFailure(connection, lost.node(), lost.since(), now));
    }
    return counted
        .chain(() -> leases.outages(connection, lease.id(), with(lease, outages)))
        .chain(() ->
            tell(
                connection,
                lease,
                new Told(NoticeKind.NODE_LOST, message, List.of(), null),
                Map.of(
                    "nodes",
                    silent.stream().map(Lost::node).toList(),
                    "accelerators",
                    accelerators,
                    "since",
                    since),
                now));
  }

  /** Notes that nodes are back that were lost. */
  Uni<Void> restore(SqlConnection connection, LeaseId id, List<NodeId> nodes) {
    Instant now = clock.instant();
    return leases
        .lock(connection, SCOPE, id)
        .chain(lease ->
            losses
                .well(connection, id, nodes)
                .chain(well -> {
                  List<LeaseOutage> over =
                      well.stream()
                          .flatMap(node -> openOutage(lease, node).stream())
                          .map(outage -> outage.endedAt(now))
                          .toList();
                  return over.isEmpty() || !isServed(lease)
                      ? Uni.createFrom().voidItem()
                      : restore(connection, lease, over, now);
                }));
  }

  private Uni<Void> restore(
      SqlConnection connection, Lease lease, List<LeaseOutage> over, Instant now) {
    Instant since = earliest(over);
    String message =
        over.size() == 1
            ? "A node of the lease is back that was lost at " + since + "."
            : "%d nodes of the lease are back, the first of which was lost at %s."
                .formatted(over.size(), since);
    return leases
        .outages(connection, lease.id(), with(lease, over))
        .chain(() -> leases.dueAt(connection, lease.id(), now))
        .chain(() ->
            tell(
                connection,
                lease,
                new Told(NoticeKind.NODE_RESTORED, message, over, null),
                Map.of(
                    "nodes",
                    over.stream().map(LeaseOutage::node).toList(),
                    "since",
                    since,
                    "until",
                    now),
                now));
  }

  private static Instant earliest(List<LeaseOutage> outages) {
    return outages.stream().map(LeaseOutage::from).min(Instant::compareTo).orElseThrow();
  }

  private static String credit(Lease lease, List<LeaseOutage> over) {
    Instant end = lease.period().end();
    Money credit =
        over.stream()
            .map(outage -> lease.creditFor(outage, end))
            .reduce(Money.zero(lease.total().currency()), Money::plus);
    return credit.micros() == 0
        ? ""
        : " Not charged is the time from %s until %s: %s."
            .formatted(earliest(over), over.getFirst().until(), credit);
  }

  private static boolean isOpen(Lease lease, NodeId node) {
    return openOutage(lease, node).isPresent();
  }

  private static Optional<LeaseOutage> openOutage(Lease lease, NodeId node) {
    return lease.outages().stream()
        .filter(outage -> outage.node().equals(node) && outage.until() == null)
        .findFirst();
  }

  /**
   * The outage that goes on, or the one that began with the loss: not before the lease could be
   * used, and not before another outage of the node was over; empty where the lease could not be
   * used yet.
   */
  private static Optional<LeaseOutage> outageOf(Lease lease, Lost lost, Instant now) {
    Instant activeAt = lease.activeAt();
    if (activeAt == null) {
      return Optional.empty();
    }
    return openOutage(lease, lost.node())
        .or(() -> {
          Instant from =
              Stream.concat(
                      Stream.of(lost.since(), activeAt),
                      lease.outages().stream()
                          .filter(outage -> outage.node().equals(lost.node()))
                          .map(LeaseOutage::until)
                          .filter(Objects::nonNull))
                  .max(Instant::compareTo)
                  .orElse(now);
          return Optional.of(
              new LeaseOutage(
                  lost.node(), count(lease, lost.node()), from, null, lost.reason().words()));
        });
  }

  /** A lease's outages with some that begin or are over. */
  private static List<LeaseOutage> with(Lease lease, List<LeaseOutage> changed) {
    Set<NodeId> nodes = changed.stream().map(LeaseOutage::node).collect(Collectors.toSet());
    return Stream.concat(
            lease.outages().stream()
                .filter(outage -> outage.until() != null || !nodes.contains(outage.node())),
            changed.stream())
        .toList();
  }

  /**
   * What the parties are told.
   *
   * @param over the outages that this ends
   * @param decision what is behind it; null where there is none
   */
  private record Told(
      NoticeKind kind, String message, List<LeaseOutage> over, @Nullable DecisionId decision) {

    /** With what the outages take off the price that is the party's. */
    String to(Lease party) {
      return over.isEmpty() ? message : message + credit(party, over);
    }
  }

  private Uni<Void> tell(
      SqlConnection connection, Lease lease, Told told, Map<String, Object> detail, Instant now) {
    String word =
        switch (told.kind()) {
          case NODE_LOST -> "Lost";
          case NODE_REPLACED -> "Replaced";
          case NODE_RESTORED -> "Restored";
          default -> throw new IllegalArgumentException("no notice of a lost node: " + told.kind());
        };
    return debts
        .asProviderHas(connection, lease)
        .chain(providers ->
            notices.tell(
                connection,
                lease,
                told.kind(),
                new NoticeStore.Message(told.to(lease), told.to(providers)),
                told.decision(),
                null,
                now))
        .chain(
            () -> audit.append(Tx.of(connection), SCOPE, "lease.node" + word, lease.id(), detail))
        .chain(() -> outbox.append(Tx.of(connection), "lease.node" + word, lease.id(), detail));
  }
}
