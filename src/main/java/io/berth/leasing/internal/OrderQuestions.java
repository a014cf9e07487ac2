package io.berth.leasing.internal;

import io.berth.booking.Fills.Outcome;
import io.berth.leasing.Order;
import io.berth.platform.Scope;
import io.berth.platform.StoredJson;
import io.berth.platform.Tx;
import io.berth.policy.Decisions;
import io.berth.policy.OrderReview;
import io.berth.policy.ReasonView;
import io.berth.review.CaseId;
import io.berth.review.ReviewCases;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;

/** What an order that still waits waits for now. */
@ApplicationScoped
public class OrderQuestions {

  private final ReviewCases cases;
  private final Decisions decisions;
  private final StoredJson json;

  OrderQuestions(ReviewCases cases, Decisions decisions, StoredJson json) {
    this.cases = cases;
    this.decisions = decisions;
    this.json = json;
  }

  /**
   * Leaves a locked order waiting, for the case about what holds it by what is known now: another
   * case than before where that is another question.
   */
  Uni<Void> askAgain(SqlConnection connection, Scope scope, Order order, Outcome.OnHold onHold) {
    OrderReview review = OrderReview.of(onHold.decision());
    return cases
        .open(Tx.of(connection), scope, review.toCase(order.tenant(), order.id(), onHold.summary()))
        .chain(found ->
            found.equals(order.review())
                ? Uni.createFrom().voidItem()
                : decisions
                    .record(connection, scope, onHold.decision())
                    .chain(() -> waitFor(connection, order, found, onHold)));
  }

  private Uni<Void> waitFor(
      SqlConnection connection, Order order, CaseId review, Outcome.OnHold onHold) {
    return connection
        .preparedQuery(
            "update capacity_order set case_id = $2, decision_id = $3, detail = $4, reasons = $5,"
                + " version = version + 1 where id = $1 and state = 'IN_REVIEW'")
        .execute(
            Tuple.of(
                order.id().value(),
                review.value(),
                onHold.decision().id().value(),
                onHold.summary() + " What it needs has changed: see wouldChange of the reasons.",
                json.write(onHold.decision().reasons().stream().map(ReasonView::of).toList())))
        .replaceWithVoid();
  }
}
