package io.berth.leasing.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.leasing.Lease;
import io.berth.leasing.LeaseId;
import io.berth.platform.Database;
import io.berth.platform.OrganizationId;
import io.berth.platform.Scope;
import io.berth.testing.BerthTest;
import io.berth.testing.OwnMarket;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which of the leases that are due somebody gets. */
@BerthTest
class DeliveryClaimTest {

  private static final Instant LATER = Instant.parse("2090-01-01T00:00:00Z");

  @Inject LeaseStore leases;
  @Inject Database database;

  @Test
  void takesOnlySoManyOfOneCluster() throws Throwable {
    OrganizationId tenant = OwnMarket.tenant("DE");
    try (OwnMarket slow = new OwnMarket("nvidia-h100-sxm", "DE", 1);
        OwnMarket other = new OwnMarket("nvidia-h100-sxm", "DE", 1)) {
      List<LeaseId> ofSlow = Stream.of(1, 2, 3).map(number -> lease(slow, tenant)).toList();
      LeaseId ofOther = lease(other, tenant);
      List<LeaseId> inOrder = List.of(ofSlow.get(0), ofSlow.get(1), ofSlow.get(2), ofOther);

      assertThat(due(inOrder, 10, 5, Set.of())).containsExactlyElementsOf(inOrder);
      assertThat(due(inOrder, 10, 2, Set.of()))
          .containsExactly(ofSlow.get(0), ofSlow.get(1), ofOther);
      assertThat(due(inOrder, 10, 2, Set.of(ofSlow.get(0))))
          .containsExactly(ofSlow.get(1), ofOther);
      assertThat(due(inOrder, 10, 1, Set.of(ofSlow.get(0)))).containsExactly(ofOther);
      assertThat(due(inOrder, 1, 2, Set.of())).containsExactly(ofSlow.get(0));
    }
  }

  private static LeaseId lease(OwnMarket market, OrganizationId tenant) {
    Instant start = Instant.now().truncatedTo(ChronoUnit.HOURS).plus(Duration.ofHours(30));
    return LeaseId.fromString(market.lease(tenant, 1, start.toString(), "PT1H"));
  }

  /** As if no others were there; nothing of it stays. */
  private List<LeaseId> due(List<LeaseId> inOrder, int limit, int ofOneMax, Set<LeaseId> underWay)
      throws Throwable {
    AtomicReference<List<LeaseId>> found = new AtomicReference<>(List.of());
    VertxContextSupport.subscribeAndAwait(() ->
        database
            .sql(
                Scope.system("leasing"),
                connection ->
                    alone(connection, inOrder)
                        .chain(() ->
                            leases.lockDue(connection, LATER, limit, ofOneMax, Set.of(), underWay))
                        .invoke(due -> found.set(due.stream().map(Lease::id).toList()))
                        .chain(() -> Uni.createFrom().<Void>failure(new UndoneException())))
            .onFailure(UndoneException.class)
            .recoverWithNull());
    return found.get();
  }

  private static Uni<Void> alone(SqlConnection connection, List<LeaseId> inOrder) {
    return connection
        .preparedQuery(
            "update lease set claimed_until = null, next_delivery_at ="
                + " $1::timestamptz - interval '1 hour' + array_position($2, id) * interval '1 second'")
        .execute(
            Tuple.of(
                LATER.atOffset(ZoneOffset.UTC),
                inOrder.stream().map(LeaseId::value).toArray(UUID[]::new)))
        .replaceWithVoid();
  }

  private static final class UndoneException extends RuntimeException {}
}
