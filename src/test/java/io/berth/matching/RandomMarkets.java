package io.berth.matching;

import io.berth.catalog.AcceleratorCatalog;
import io.berth.catalog.AcceleratorModel;
import io.berth.catalog.SlotKind;
import io.berth.inventory.ClusterId;
import io.berth.inventory.NodeId;
import io.berth.inventory.NodePool;
import io.berth.inventory.NodePoolId;
import io.berth.market.Offer;
import io.berth.market.OfferId;
import io.berth.market.OfferState;
import io.berth.market.PriceBasis;
import io.berth.matching.Shape.Layout;
import io.berth.matching.Shape.Together;
import io.berth.matching.Timeline.Busy;
import io.berth.platform.Money;
import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Small markets and requests by chance, with everything in them that a planner must heed. */
final class RandomMarkets {

  static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");
  static final OrganizationId TENANT = OrganizationId.fresh();
  static final OrganizationId OTHER = OrganizationId.fresh();
  static final Viewpoint SEEN = new Viewpoint(NOW, TENANT);

  private static final Currency USD = Currency.getInstance("USD");
  private static final AcceleratorModel H100 =
      new AcceleratorCatalog().find("nvidia-h100-sxm").orElseThrow();

  private final Random random;

  RandomMarkets(long seed) {
    random = new Random(seed);
  }

  /** Offers in the planner's order, and what each node's timeline was made of. */
  List<OfferedPool> pools() {
    List<OfferedPool> pools = new ArrayList<>();
    for (int p = 0; p < 1 + random.nextInt(3); p++) {
      boolean shares = random.nextInt(4) == 0;
      List<SnapshotNode> nodes = new ArrayList<>();
      for (int n = 0; n < random.nextInt(6); n++) {
        nodes.add(node(shares));
      }
      pools.add(pool(1 + random.nextInt(3), shares, nodes));
    }
    pools.sort(Planner.BY_PRICE);
    return pools;
  }

  Shape shape() {
    Together together = Together.values()[random.nextInt(Together.values().length)];
    return random.nextBoolean()
        ? new Shape.Count(1 + random.nextInt(10), Layout.values()[random.nextInt(2)], together)
        : new Shape.Grid(1 + random.nextInt(3), 1 + random.nextInt(4), together);
  }

  /** Whole devices or shares, so that both sorts of pool are asked for. */
  Wanted wanted() {
    return random.nextInt(4) == 0
        ? Wanted.anything().withSlot(new Wanted.SlotWanted(SlotKind.SHARE, Optional.empty()))
        : Wanted.anything();
  }

  /** A period of up to an hour, and how much later it may start. */
  CapacityRequest request() {
    Instant start = NOW.plus(Duration.ofMinutes(random.nextInt(60)));
    Period period = new Period(start, start.plus(Duration.ofMinutes(1 + random.nextInt(60))));
    return new CapacityRequest(
        wanted(),
        shape(),
        period,
        random.nextBoolean()
            ? Optional.of(start.plus(Duration.ofMinutes(1 + random.nextInt(150))))
            : Optional.empty(),
        random.nextInt(3) == 0 ? Optional.of(new Money(2, USD)) : Optional.empty(),
        random.nextInt(6) == 0 ? Optional.of(new Money(8, USD)) : Optional.empty());
  }

  private SnapshotNode node(boolean shares) {
    int slots = random.nextInt(20) == 0 ? 70 : 1 + random.nextInt(8);
    List<Busy> busy = new ArrayList<>();
    for (int i = 0; i < random.nextInt(4); i++) {
      int from = random.nextInt(slots);
      Instant start = NOW.plus(Duration.ofMinutes(random.nextInt(240) - 60L));
      busy.add(
          new Busy(
              Slots.parse("{[" + from + "," + (from + 1 + random.nextInt(slots - from)) + ")}"),
              new Period(start, start.plus(Duration.ofMinutes(1 + random.nextInt(90)))),
              random.nextInt(3) == 0 ? NOW.plusSeconds(random.nextInt(3) - 1L) : null,
              shares ? (random.nextBoolean() ? TENANT : OTHER) : null,
              true,
              null));
    }
    boolean refused = random.nextInt(4) == 0;
    return new SnapshotNode(
        NodeId.fresh(),
        new SnapshotNode.Traits(
            refused ? "CN" : "FI",
            null,
            group("fabric"),
            group("domain"),
            slots,
            null,
            null,
            random.nextInt(3) == 0 ? 0.5 : 1,
            refused ? 1 : 0),
        Timeline.of(busy));
  }

  private @Nullable String group(String name) {
    int number = random.nextInt(3);
    return number == 0 ? null : name + number;
  }

  private OfferedPool pool(long micros, boolean shares, List<SnapshotNode> nodes) {
    NodePoolId pool = NodePoolId.fresh();
    OrganizationId provider = OrganizationId.fresh();
    return new OfferedPool(
        new Offer(
            OfferId.fresh(),
            provider,
            pool,
            new Money(micros, USD),
            Duration.ofMinutes(1),
            random.nextInt(5) == 0 ? Duration.ofMinutes(30) : Duration.ofDays(30),
            1,
            random.nextInt(5) == 0 ? 4 : 100,
            random.nextInt(4) == 0
                ? Optional.of(NOW.plus(Duration.ofMinutes(random.nextInt(90))))
                : Optional.empty(),
            random.nextInt(4) == 0
                ? Optional.of(NOW.plus(Duration.ofMinutes(91 + random.nextInt(90))))
                : Optional.empty(),
            Duration.ofMinutes(random.nextInt(6)),
            PriceBasis.QUOTED,
            "",
            OfferState.PUBLISHED,
            0),
        new NodePool(
            pool,
            ClusterId.fresh(),
            provider,
            "pool",
            Optional.of(H100.id()),
            "nvidia.com/gpu",
            shares ? SlotKind.SHARE : SlotKind.WHOLE_DEVICE,
            Optional.empty(),
            Optional.empty(),
            null),
        H100,
        nodes);
  }
}
