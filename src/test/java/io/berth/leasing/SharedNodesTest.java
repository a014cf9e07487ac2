package io.berth.leasing;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.booking.Bookings;
import io.berth.inventory.NodeId;
import io.berth.platform.Database;
import io.berth.platform.OrganizationId;
import io.berth.platform.Scope;
import io.berth.testing.BerthTest;
import io.berth.testing.OwnMarket;
import io.quarkus.vertx.VertxContextSupport;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which leases are alone on their nodes. */
@BerthTest
class SharedNodesTest {

  @Inject Bookings bookings;
  @Inject Database database;
  @Inject Clock clock;

  private OwnMarket market;
  private Instant start;

  @BeforeEach
  void open() {
    market = new OwnMarket("nvidia-h100-sxm", "FI", 2);
    start = clock.instant().truncatedTo(ChronoUnit.HOURS).plus(2, ChronoUnit.DAYS);
  }

  @AfterEach
  void close() {
    market.close();
  }

  @Test
  void tellsWhichNodesOthersHaveSomethingOfAtAMoment() throws Throwable {
    LeaseId whole = lease(8, 0);
    LeaseId part = lease(4, 0);
    LeaseId rest = lease(4, 0);
    LeaseId later = lease(8, 2);

    Map<UUID, Set<NodeId>> shared = shared(List.of(whole, part, rest), start.plusSeconds(60));

    assertThat(shared).containsOnlyKeys(part.value(), rest.value());
    assertThat(shared.get(part.value())).hasSize(1).isEqualTo(shared.get(rest.value()));
    assertThat(shared(List.of(later), start.plusSeconds(60)))
        .as("a node that another lease has until this one starts")
        .containsOnlyKeys(later.value());
    assertThat(shared(List.of(later), start.plus(Duration.ofHours(2)).plusSeconds(60))).isEmpty();
  }

  @Test
  void tellsOfANodeThatLostWhatALeaseDoesNotHave() throws Throwable {
    LeaseId whole = lease(8, 0);
    LeaseId part = lease(4, 0);
    Instant moment = start.plusSeconds(60);
    assertThat(shared(List.of(whole, part), moment)).isEmpty();

    lose(start.minusSeconds(60));
    assertThat(shared(List.of(whole, part), moment)).as("lost before they began").isEmpty();

    lose(moment);
    assertThat(shared(List.of(whole, part), moment)).containsOnlyKeys(part.value());
  }

  /** All nodes' devices are gone, as where their plugin starts anew. */
  private void lose(Instant since) {
    String lost =
        IntStream.range(0, 8)
            .mapToObj(slot -> "\"%d\": \"%s\"".formatted(slot, since))
            .collect(Collectors.joining(", ", "{", "}"));
    for (NodeId node : market.nodes()) {
      OwnMarket.execute("update node set slots_lost = ? where id = ?", lost, node.value());
    }
  }

  private LeaseId lease(int accelerators, int hour) {
    OrganizationId tenant = OwnMarket.tenant("DE");
    return LeaseId.fromString(
        market.lease(tenant, accelerators, start.plus(Duration.ofHours(hour)).toString(), "PT1H"));
  }

  private Map<UUID, Set<NodeId>> shared(List<LeaseId> leases, Instant now) throws Throwable {
    return VertxContextSupport.subscribeAndAwait(() ->
        database.sql(
            Scope.system("leasing"), connection -> bookings.shared(connection, leases, now)));
  }
}
