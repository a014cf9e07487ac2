package io.berth.platform;

import io.smallrye.mutiny.Uni;
import java.util.Set;

/**
 * Hears of events after the transaction that wrote them has been committed. Every CDI bean of this
 * type is one named consumer; each gets every event of its types at least once, whatever other
 * consumers do with it, in no promised order.
 */
public interface OutboxConsumer {

  /** A name that never changes: deliveries are kept under it. */
  String name();

  /** The types of events it wants. */
  Set<String> types();

  /**
   * Handles an event; must be idempotent. Called outside any transaction. A failure brings the
   * event back later, a bounded number of times.
   */
  Uni<Void> handle(OutboxEvent event);
}
