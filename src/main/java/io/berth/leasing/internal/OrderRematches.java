package io.berth.leasing.internal;

import io.berth.inventory.Inventory;
import io.berth.leasing.Order;
import io.berth.leasing.OrderId;
import io.berth.leasing.internal.OrderRematchStore.Due;
import io.berth.platform.Database;
import io.berth.platform.OrganizationId;
import io.berth.platform.OutboxConsumer;
import io.berth.platform.OutboxEvent;
import io.berth.platform.Scope;
import io.berth.review.CaseId;
import io.berth.review.CaseState;
import io.berth.review.ReviewCases;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Matches waiting orders anew where what they lack may have come: an authorisation was verified, or
 * facts and evidence changed. What asks for it is written down with the event and worked off in
 * batches, so that a thousand orders are not one event's work, and nothing is lost with a replica.
 *
 * <p>It also looks, now and then, for orders whose case was decided long ago: where every attempt
 * to deliver the news failed, they would wait until they expire.
 */
@ApplicationScoped
public class OrderRematches implements OutboxConsumer {

  private static final Logger LOG = Logger.getLogger(OrderRematches.class);
  private static final Scope SYSTEM = Scope.system("leasing");
  private static final int BATCH = 20;
  private static final int PAGE = 100;

  /** How long one replica may take over one; then it comes due again. */
  private static final Duration CLAIM = Duration.ofMinutes(2);

  /** What fails so often waits for the next thing that asks for it. */
  private static final int ATTEMPTS_MAX = 10;

  private final OrderRematchStore rematches;
  private final OrderResumption resumption;
  private final OrderStore orders;
  private final ReviewCases cases;
  private final Inventory inventory;
  private final Database database;
  private final Clock clock;

  OrderRematches(
      OrderRematchStore rematches,
      OrderResumption resumption,
      OrderStore orders,
      ReviewCases cases,
      Inventory inventory,
      Database database,
      Clock clock) {
    this.rematches = rematches;
    this.resumption = resumption;
    this.orders = orders;
    this.cases = cases;
    this.inventory = inventory;
    this.database = database;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "leasing.orderRematches";
  }

  @Override
  public Set<String> types() {
    return Set.of(
        "authorisation.changed",
        "organization.factsChanged",
        "organization.verified",
        "organization.screened",
        "node.flagsChanged");
  }

  @Override
  public Uni<Void> handle(OutboxEvent event) {
    Instant now = clock.instant();
    return switch (event.type()) {
      case "authorisation.changed" ->
          event.payload().path("state").asText().equalsIgnoreCase("verified")
              // Its holder may be a provider, whose nodes any tenant's order may want.
              ? database.sql(SYSTEM, connection -> rematches.wishAll(connection, now))
              : Uni.createFrom().voidItem();
      case "node.flagsChanged" ->
          database.sql(SYSTEM, connection -> rematches.wishAll(connection, now));
      default -> changed(OrganizationId.fromString(event.subject()), now);
    };
  }

  private Uni<Void> changed(OrganizationId organization, Instant now) {
    return inventory
        .isProvider(organization)
        .chain(isProvider ->
            database.sql(
                SYSTEM,
                connection ->
                    rematches
                        .wishOf(connection, organization, now)
                        .chain(() ->
                            isProvider
                                ? rematches.wishAll(connection, now)
                                : Uni.createFrom().voidItem())));
  }

  @Scheduled(
      every = "${berth.leasing.order-rematch-interval:1s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> tick() {
    return rematchDue().replaceWithVoid();
  }

  /** Matches one batch anew; gives how many it took on. */
  Uni<Integer> rematchDue() {
    Instant now = clock.instant();
    return database
        .sql(SYSTEM, connection -> rematches.claim(connection, now, now.plus(CLAIM), BATCH))
        .chain(due ->
            Multi.createFrom()
                .iterable(due)
                .onItem()
                .transformToUniAndConcatenate(this::rematch)
                .onItem()
                .ignoreAsUni()
                .replaceWith(due.size()));
  }

  private Uni<Void> rematch(Due due) {
    return resumption
        .matchAgain(due.order())
        .chain(() -> database.sql(SYSTEM, connection -> rematches.done(connection, due)))
        .onFailure()
        .recoverWithUni(failure -> {
          LOG.warnf(
              failure,
              "An order could not be matched anew: orderId=%s attempt=%d",
              due.order(),
              due.attempts());
          return due.attempts() < ATTEMPTS_MAX
              ? Uni.createFrom().voidItem()
              : database.sql(SYSTEM, connection -> rematches.done(connection, due));
        });
  }

  @Scheduled(
      every = "${berth.leasing.order-decided-sweep-interval:5m}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> sweep() {
    return resumeDecided();
  }

  /** Goes on with every order that still waits for a case which is decided. */
  Uni<Void> resumeDecided() {
    return resumeDecided(null);
  }

  private Uni<Void> resumeDecided(@Nullable OrderId after) {
    return database
        .sql(SYSTEM, connection -> orders.waitingAfter(connection, after, PAGE))
        .chain(page -> {
          Set<CaseId> reviews = new LinkedHashSet<>();
          for (Order order : page) {
            if (order.review() != null) {
              reviews.add(order.review());
            }
          }
          Uni<Void> done =
              Multi.createFrom()
                  .iterable(reviews)
                  .onItem()
                  .transformToUniAndConcatenate(this::resumeIfDecided)
                  .onItem()
                  .ignoreAsUni();
          return page.size() < PAGE ? done : done.chain(() -> resumeDecided(last(page)));
        });
  }

  private static OrderId last(List<Order> page) {
    return page.getLast().id();
  }

  private Uni<Void> resumeIfDecided(CaseId id) {
    return cases
        .get(SYSTEM, id)
        .chain(review ->
            review.state() == CaseState.OPEN || review.state() == CaseState.PROPOSED
                ? Uni.createFrom().voidItem()
                : resumption.decided(id, review.state() == CaseState.APPROVED))
        .onFailure()
        .recoverWithUni(failure -> {
          LOG.warnf(failure, "Orders of a decided case could not go on: caseId=%s", id);
          return Uni.createFrom().voidItem();
        });
  }
}
