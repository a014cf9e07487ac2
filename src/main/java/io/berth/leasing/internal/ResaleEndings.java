package io.berth.leasing.internal;

import io.berth.leasing.Lease;
import io.berth.leasing.NoticeKind;
import io.berth.leasing.Resale;
import io.berth.leasing.ResaleState;
import io.berth.platform.Outbox;
import io.berth.platform.Tx;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Map;

/** Writes down that an offer of a lease's rest has ended by itself, and tells its seller. */
@ApplicationScoped
class ResaleEndings {

  private final ResaleStore resales;
  private final NoticeStore notices;
  private final Outbox outbox;

  ResaleEndings(ResaleStore resales, NoticeStore notices, Outbox outbox) {
    this.resales = resales;
    this.notices = notices;
    this.outbox = outbox;
  }

  /**
   * Ends a locked offer of a locked lease where something has ended it. The seller is told once,
   * since it is open no more then. Nobody else is: who sells is not named to others.
   */
  Uni<Void> endIfOver(SqlConnection connection, Lease lease, Resale resale, Instant now) {
    return resale
        .endedBy(lease, now)
        .map(why ->
            resales
                .settle(connection, resale.id(), ResaleState.ENDED, now)
                .chain(() ->
                    notices.tellTenant(
                        connection,
                        lease,
                        NoticeKind.RESALE_ENDED,
                        "Your offer to sell the rest of this lease ended unsold: " + why + ".",
                        now))
                .chain(() ->
                    outbox.append(
                        Tx.of(connection),
                        "resale.settled",
                        resale.id(),
                        Map.of("state", "ended"))))
        .orElseGet(() -> Uni.createFrom().voidItem());
  }
}
