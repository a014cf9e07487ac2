package io.berth.leasing.internal;

import io.berth.audit.AuditTrail;
import io.berth.booking.BookingConfig;
import io.berth.booking.NodeVerdicts;
import io.berth.booking.Races;
import io.berth.booking.Refusals;
import io.berth.identity.Organization;
import io.berth.identity.Organizations;
import io.berth.identity.UseProfile;
import io.berth.leasing.Lease;
import io.berth.leasing.LeaseId;
import io.berth.leasing.LeaseTransfer;
import io.berth.leasing.LeaseTransferId;
import io.berth.leasing.TransferState;
import io.berth.leasing.internal.TransferApi.AcceptRequest;
import io.berth.leasing.internal.TransferApi.ProposeRequest;
import io.berth.leasing.internal.TransferApi.TransferView;
import io.berth.platform.Database;
import io.berth.platform.Idempotency;
import io.berth.platform.Idempotency.Answer;
import io.berth.platform.OrganizationId;
import io.berth.platform.Outbox;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.ProblemException;
import io.berth.platform.ProblemType;
import io.berth.platform.Scope;
import io.berth.platform.Tx;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Proposals to let another organization have the rest of a lease, and what becomes of them. */
@ApplicationScoped
public class LeaseTransfers {

  private static final Scope SYSTEM = Scope.system("leasing");

  private final TransferStore transfers;
  private final LeaseStore leases;
  private final LeaseDebts debts;
  private final ResaleStore resales;
  private final LeaseHandover handover;
  private final LeaseViews views;
  private final NodeVerdicts verdicts;
  private final Organizations organizations;
  private final Refusals refusals;
  private final AuditTrail audit;
  private final Outbox outbox;
  private final Idempotency idempotency;
  private final Database database;
  private final BookingConfig config;
  private final Clock clock;

  LeaseTransfers(
      TransferStore transfers,
      LeaseStore leases,
      LeaseDebts debts,
      ResaleStore resales,
      LeaseHandover handover,
      LeaseViews views,
      NodeVerdicts verdicts,
      Organizations organizations,
      Refusals refusals,
      AuditTrail audit,
      Outbox outbox,
      Idempotency idempotency,
      Database database,
      BookingConfig config,
      Clock clock) {
    this.transfers = transfers;
    this.leases = leases;
    this.debts = debts;
    this.resales = resales;
    this.handover = handover;
    this.views = views;
    this.verdicts = verdicts;
    this.organizations = organizations;
    this.refusals = refusals;
    this.audit = audit;
    this.outbox = outbox;
    this.idempotency = idempotency;
    this.database = database;
    this.config = config;
    this.clock = clock;
  }

  /** Proposes; nothing changes until the recipient accepts. */
  Uni<Response> propose(
      Scope scope, @Nullable String idempotencyKey, LeaseId id, ProposeRequest request) {
    OrganizationId recipient = recipient(scope, request);
    return database
        .sql(scope, connection -> leases.get(connection, scope, id))
        .invoke(lease -> LeaseExtension.requireTenant(scope, lease))
        .chain(lease ->
            organizations
                .get(SYSTEM, recipient)
                .onFailure(failure ->
                    failure instanceof ProblemException refusal
                        && refusal.type() == ProblemType.NOT_FOUND)
                .transform(failure ->
                    ProblemException.unprocessable(
                        "/recipientId", "There is no organization " + recipient + "."))
                .chain(() -> names(lease, recipient)))
        .chain(names ->
            database.sql(
                scope,
                connection ->
                    idempotency.once(
                        connection,
                        scope,
                        idempotencyKey,
                        "POST /v1/leases/" + id + "/transfer",
                        request,
                        () ->
                            leases
                                .lock(connection, scope, id)
                                .chain(lease -> propose(connection, scope, lease, recipient))
                                .chain(transfer ->
                                    leases
                                        .get(connection, scope, id)
                                        .map(lease -> answer(transfer, lease, names))))));
  }

  private static OrganizationId recipient(Scope scope, ProposeRequest request) {
    try {
      OrganizationId recipient = OrganizationId.fromString(request.recipientId());
      if (scope.organization().filter(recipient::equals).isPresent()) {
        throw ProblemException.unprocessable(
            "/recipientId", "The lease is your organization's already.");
      }
      return recipient;
    } catch (IllegalArgumentException e) {
      throw ProblemException.malformed("/recipientId", "This is not the id of an organization.");
    }
  }

  private static Answer answer(LeaseTransfer transfer, Lease lease, LeaseViews.Names names) {
    return new Answer(
        Response.Status.CREATED.getStatusCode(),
        TransferView.of(transfer, lease, names),
        "/v1/lease-transfers/" + transfer.id(),
        transfer.version());
  }

  private Uni<LeaseTransfer> propose(
      SqlConnection connection, Scope scope, Lease lease, OrganizationId recipient) {
    Instant now = clock.instant();
    requireTransferable(lease, now);
    LeaseTransfer transfer =
        new LeaseTransfer(
            LeaseTransferId.fresh(),
            lease.id(),
            lease.tenant(),
            recipient,
            TransferState.PROPOSED,
            lease.period().end(),
            lease.accelerators(),
            lease.price(),
            null,
            now,
            null,
            0);
    return resales
        .lockOpen(connection, lease.id())
        .invoke(resale -> {
          if (resale.flatMap(offered -> offered.restOf(lease, now)).isPresent()) {
            throw ProblemException.conflict(
                "The lease is offered for resale: withdraw "
                    + resale.orElseThrow().id()
                    + " first.");
          }
        })
        .chain(() -> transfers.insert(connection, transfer, scope.actor()))
        .invoke(added -> {
          if (added == 0) {
            throw ProblemException.conflict(
                "The lease's transfer is proposed already: withdraw that proposal first.");
          }
        })
        .chain(() ->
            audit.append(
                Tx.of(connection),
                scope,
                "lease.proposeTransfer",
                lease.id(),
                Map.of("transfer", transfer.id(), "recipient", recipient)))
        .chain(() ->
            outbox.append(
                Tx.of(connection),
                "lease.transferProposed",
                transfer.id(),
                Map.of("recipient", recipient)))
        .replaceWith(transfer);
  }

  /** Fails with 409 where nothing of a lease is left to pass to another tenant. */
  static void requireTransferable(Lease lease, Instant now) {
    if (lease.windDown() != null) {
      throw ProblemException.conflict(
          "The lease is being wound down and ends at " + lease.endsAt() + ": nobody can take it.");
    }
    if (lease.transferredAt() != null) {
      throw ProblemException.conflict(
          "Another tenant has what comes after " + lease.period().end() + " already.");
    }
    if (!lease.state().isLive() || !lease.handoverAt(now).isBefore(lease.endsAt())) {
      throw ProblemException.conflict(
          "The lease is "
              + (lease.state().isLive()
                  ? "about to end"
                  : lease.state().name().toLowerCase(Locale.ROOT))
              + ": nobody can take it.");
    }
  }

  /**
   * Accepts: the rest of the lease is judged for the recipient, its price set aside, and its slots
   * pass without a gap, in one transaction.
   */
  Uni<Response> accept(
      Scope scope, @Nullable String idempotencyKey, LeaseTransferId id, AcceptRequest request) {
    return refusals.recorded(
        scope,
        Races.retry(
            config.attemptsMax(),
            () ->
                database
                    .sql(scope, connection -> transfers.get(connection, scope, id, false))
                    .invoke(transfer -> requireParty(scope, transfer, transfer.recipient()))
                    .chain(transfer -> accept(scope, idempotencyKey, transfer, request))));
  }

  private Uni<Response> accept(
      Scope scope, @Nullable String idempotencyKey, LeaseTransfer transfer, AcceptRequest request) {
    return organizations
        .get(SYSTEM, transfer.recipient())
        .chain(recipient ->
            database.sql(
                scope,
                connection ->
                    idempotency.once(
                        connection,
                        scope,
                        idempotencyKey,
                        "POST /v1/lease-transfers/" + transfer.id() + "/accept",
                        request,
                        () -> accept(connection, scope, transfer.id(), use(recipient, request)))));
  }

  private static UseProfile use(Organization recipient, AcceptRequest request) {
    return recipient.facts().profile().overlaidBy(request.use());
  }

  private Uni<Answer> accept(
      SqlConnection connection, Scope scope, LeaseTransferId id, UseProfile use) {
    Instant now = clock.instant();
    LeaseId fresh = LeaseId.fresh();
    return transfers
        .get(connection, scope, id, true)
        .invoke(LeaseTransfers::requireProposed)
        .chain(transfer ->
            leases
                .lock(connection, SYSTEM, transfer.lease())
                .invoke(lease -> {
                  requireTransferable(lease, now);
                  if (!transfer.isOf(lease)) {
                    throw ProblemException.conflict(
                        "The lease has changed since its transfer was proposed: ask for a new"
                            + " proposal.");
                  }
                })
                .call(lease ->
                    debts.requireOther(
                        connection, lease.id(), transfer.recipient(), lease.handoverAt(now)))
                .chain(lease ->
                    // Only now: another node may have taken the place of one that was lost.
                    verdicts
                        .offered(
                            connection, transfer.recipient(), lease.nodes(), lease.accelerators())
                        .call(held ->
                            handover.handOver(
                                connection,
                                scope,
                                lease,
                                LeaseHandover.Passing.of(transfer, lease, now),
                                held,
                                use,
                                fresh,
                                now))))
        .call(() -> transfers.settle(connection, id, TransferState.ACCEPTED, fresh, now))
        .chain(held ->
            leases
                .get(connection, SYSTEM, fresh)
                .map(lease ->
                    new Answer(
                        Response.Status.CREATED.getStatusCode(),
                        LeaseViews.Names.of(held).view(lease),
                        "/v1/leases/" + fresh,
                        lease.version())));
  }

  private static void requireProposed(LeaseTransfer transfer) {
    if (transfer.state() != TransferState.PROPOSED) {
      throw ProblemException.conflict(
          "The transfer is " + transfer.state().name().toLowerCase(Locale.ROOT) + " already.");
    }
  }

  /** The other party sees a transfer, but what this one may do is not the other's. */
  private static void requireParty(Scope scope, LeaseTransfer transfer, OrganizationId party) {
    if (scope.organization().filter(party::equals).isEmpty()) {
      throw ProblemException.notFound("transfer that is yours to settle", transfer.id());
    }
  }

  /** Ends a proposal: its recipient declines, or its tenant withdraws; twice is as once. */
  Uni<TransferView> end(Scope scope, LeaseTransferId id, TransferState to) {
    Instant now = clock.instant();
    return database
        .sql(
            scope,
            connection ->
                transfers
                    .get(connection, scope, id, true)
                    .invoke(transfer ->
                        requireParty(
                            scope,
                            transfer,
                            to == TransferState.DECLINED
                                ? transfer.recipient()
                                : transfer.tenant()))
                    .chain(transfer ->
                        transfer.state() == to
                            ? Uni.createFrom().voidItem()
                            : end(connection, scope, transfer, to, now))
                    .chain(() -> transfers.get(connection, scope, id, false)))
        .chain(transfer -> views(List.of(transfer)).map(List::getFirst));
  }

  private Uni<Void> end(
      SqlConnection connection,
      Scope scope,
      LeaseTransfer transfer,
      TransferState to,
      Instant now) {
    requireProposed(transfer);
    String action = to.name().toLowerCase(Locale.ROOT);
    return transfers
        .settle(connection, transfer.id(), to, null, now)
        .chain(() ->
            audit.append(
                Tx.of(connection),
                scope,
                "lease.transfer." + action,
                transfer.lease(),
                Map.of("transfer", transfer.id())))
        .chain(() ->
            outbox.append(
                Tx.of(connection),
                "lease.transferSettled",
                transfer.id(),
                Map.of("state", action)));
  }

  /** Reads one; fails with 404. */
  Uni<TransferView> get(Scope scope, LeaseTransferId id) {
    return database
        .sql(scope, connection -> transfers.get(connection, scope, id, false))
        .chain(transfer -> views(List.of(transfer)).map(List::getFirst));
  }

  /** Reads a page. */
  Uni<Page<TransferView>> list(Scope scope, PageRequest page) {
    return database
        .sql(scope, connection -> transfers.list(connection, scope, page))
        .chain(
            found -> views(found.items()).map(items -> new Page<>(items, found.nextPageToken())));
  }

  private Uni<LeaseViews.Names> names(Lease lease, OrganizationId recipient) {
    return views.names(
        lease.nodes(),
        Stream.of(lease.tenant(), lease.provider(), recipient).collect(Collectors.toSet()));
  }

  private Uni<List<TransferView>> views(List<LeaseTransfer> found) {
    return database
        .sql(
            SYSTEM,
            connection -> leases.all(connection, found.stream().map(LeaseTransfer::lease).toList()))
        .chain(of -> {
          Map<LeaseId, Lease> byId = new HashMap<>();
          of.forEach(lease -> byId.put(lease.id(), lease));
          return views
              .names(
                  of.stream().flatMap(lease -> lease.nodes().stream()).collect(Collectors.toSet()),
                  Stream.concat(
                          of.stream().map(Lease::provider),
                          found.stream()
                              .flatMap(
                                  transfer -> Stream.of(transfer.tenant(), transfer.recipient())))
                      .collect(Collectors.toSet()))
              .map(names ->
                  found.stream()
                      .map(transfer ->
                          TransferView.of(
                              transfer, Objects.requireNonNull(byId.get(transfer.lease())), names))
                      .toList());
        });
  }
}
