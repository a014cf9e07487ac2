package io.berth.market.internal;

import io.berth.inventory.NodePoolId;
import io.berth.market.Offer;
import io.berth.market.OfferId;
import io.berth.market.OfferState;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hibernate.exception.ConstraintViolationException;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Queries over offers. */
@ApplicationScoped
public class OfferStore {

  /** SQLSTATE of a unique index that is violated. */
  private static final String UNIQUE_VIOLATION = "23505";

  private static final int CAUSE_DEPTH_MAX = 10;

  /** One offer. */
  public Uni<Optional<Offer>> find(Mutiny.Session session, OfferId id) {
    return session
        .find(OfferRow.class, id.value())
        .map(row -> Optional.ofNullable(row).map(OfferRow::toOffer));
  }

  /** One offer, locked against other changes until the transaction ends. */
  public Uni<Optional<OfferRow>> lock(Mutiny.Session session, OfferId id) {
    return session
        .find(OfferRow.class, id.value(), LockModeType.PESSIMISTIC_WRITE)
        .map(Optional::ofNullable);
  }

  /** Published offers that are not over at {@code now}. */
  public Uni<List<Offer>> published(Mutiny.Session session, Instant now) {
    return session
        .createQuery(
            "from OfferRow where state = PUBLISHED"
                + " and (availableUntil is null or availableUntil > :now) order by id",
            OfferRow.class)
        .setParameter("now", now)
        .getResultList()
        .map(rows -> rows.stream().map(OfferRow::toOffer).toList());
  }

  /** What is published of a pool. */
  public Uni<List<Offer>> publishedOf(Mutiny.Session session, NodePoolId pool) {
    return session
        .createQuery("from OfferRow where state = PUBLISHED and poolId = :pool", OfferRow.class)
        .setParameter("pool", pool.value())
        .getResultList()
        .map(rows -> rows.stream().map(OfferRow::toOffer).toList());
  }

  /**
   * A page of the offers that {@code sight} covers, in the order in which they were made.
   *
   * @param state only offers in this state; null for all
   * @param pool only offers of this pool; null for all
   */
  public Uni<Page<Offer>> list(
      Mutiny.Session session,
      OfferSight sight,
      @Nullable OfferState state,
      @Nullable NodePoolId pool,
      PageRequest page) {
    List<String> conditions = new ArrayList<>();
    Map<String, Object> parameters = new LinkedHashMap<>();
    if (!sight.all()) {
      List<String> reasons = new ArrayList<>();
      sight
          .own()
          .ifPresent(own -> {
            reasons.add("providerId = :own");
            parameters.put("own", own.value());
          });
      if (sight.published()) {
        reasons.add("state = PUBLISHED");
      }
      conditions.add(reasons.isEmpty() ? "false" : "(" + String.join(" or ", reasons) + ")");
    }
    if (state != null) {
      conditions.add("state = :state");
      parameters.put("state", state);
    }
    if (pool != null) {
      conditions.add("poolId = :pool");
      parameters.put("pool", pool.value());
    }
    page.afterId(OfferId::fromString)
        .ifPresent(after -> {
          conditions.add("id > :after");
          parameters.put("after", after.value());
        });
    String where = conditions.isEmpty() ? "" : " where " + String.join(" and ", conditions);
    var query =
        session
            .createQuery("from OfferRow" + where + " order by id", OfferRow.class)
            .setMaxResults(page.limit());
    parameters.forEach(query::setParameter);
    return query
        .getResultList()
        .map(rows ->
            page.page(
                rows.stream().map(OfferRow::toOffer).toList(), offer -> offer.id().toString()));
  }

  /**
   * Whether a failure to write an offer came of the index that allows one published offer a pool:
   * the only unique one beside the primary key.
   */
  public static boolean isSecondPublished(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < CAUSE_DEPTH_MAX; depth++) {
      if (cause instanceof ConstraintViolationException violation
          && UNIQUE_VIOLATION.equals(violation.getSQLState())) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }
}
