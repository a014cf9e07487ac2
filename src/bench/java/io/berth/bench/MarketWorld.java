package io.berth.bench;

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
import io.berth.matching.CapacityRequest;
import io.berth.matching.NodePolicy;
import io.berth.matching.OfferedPool;
import io.berth.matching.Planner;
import io.berth.matching.Shape;
import io.berth.matching.Slots;
import io.berth.matching.SnapshotNode;
import io.berth.matching.Timeline;
import io.berth.matching.Timeline.Busy;
import io.berth.matching.Viewpoint;
import io.berth.matching.Wanted;
import io.berth.matching.Wanted.Places;
import io.berth.platform.Money;
import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import io.berth.policy.Authority;
import io.berth.policy.Judgement;
import io.berth.policy.Reason;
import io.berth.policy.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * A market of nodes with eight devices each, in pools of {@value #NODES_A_POOL}, always the same.
 * Two live leases in five nodes and as many reservations ahead; the cheaper an offer, the fuller it
 * is. Policy refuses one class of nodes in seven.
 */
final class MarketWorld {

  static final int NODES_A_POOL = 250;
  static final int NODES_A_FABRIC = 125;
  static final int DEVICES = 8;
  static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");

  private static final Currency USD = Currency.getInstance("USD");
  private static final int CLASSES = 2_000;
  private static final int REFUSED_EVERY = 7;
  private static final List<String> COUNTRIES =
      List.of("FI", "SE", "DE", "FR", "NL", "US", "CA", "JP", "SG", "AE", "IN", "BR");
  private static final OrganizationId TENANT = OrganizationId.fresh();

  private final Random random = new Random(125_000);
  private final List<AcceleratorModel> models =
      new AcceleratorCatalog().all().stream().limit(20).toList();
  private final List<OfferedPool> offered = new ArrayList<>();
  private final Judgement allowed = judgement(Verdict.ALLOW);
  private final Judgement denied = judgement(Verdict.DENY);
  private int leases;

  MarketWorld(int nodes) {
    for (int pool = 0; pool < nodes / NODES_A_POOL; pool++) {
      offered.add(pool(pool));
    }
    offered.sort(Planner.BY_PRICE);
  }

  List<OfferedPool> offered() {
    return offered;
  }

  /** Leases and reservations, each a thing that is in the way on one node. */
  int leases() {
    return leases;
  }

  Planner planner() {
    NodePolicy policy =
        (pool, node, period) -> node.traits().policyClass() % REFUSED_EVERY == 0 ? denied : allowed;
    return new Planner(offered, policy, new Viewpoint(NOW, TENANT));
  }

  /** Requests as tenants have them: some model, half of them some country, soon or later. */
  List<CapacityRequest> requests(Shape shape, boolean window, int count) {
    Random chance = new Random(64);
    List<CapacityRequest> requests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Instant start = NOW.plus(Duration.ofMinutes(chance.nextInt(72 * 60)));
      Period period = new Period(start, start.plus(Duration.ofHours(1 + chance.nextInt(72))));
      Wanted any = Wanted.anything();
      Wanted wanted =
          new Wanted(
              chance.nextInt(4) == 0
                  ? Set.of()
                  : Set.of(models.get(chance.nextInt(models.size())).id()),
              any.vendors(),
              chance.nextBoolean()
                  ? Places.ANYWHERE
                  : new Places(
                      Set.of(COUNTRIES.get(chance.nextInt(COUNTRIES.size()))),
                      Set.of(),
                      Set.of(),
                      Set.of()),
              any.providers(),
              any.providersExcluded(),
              any.offer(),
              any.slot(),
              any.needs());
      requests.add(
          new CapacityRequest(
              wanted,
              shape,
              period,
              window ? Optional.of(NOW.plus(Duration.ofDays(300))) : Optional.empty(),
              Optional.empty(),
              Optional.empty()));
    }
    return requests;
  }

  /** What may be taken of a node, to be put in the place of what is. */
  List<List<Busy>> changes(int count) {
    Random chance = new Random(200);
    List<List<Busy>> changes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      changes.add(busy(chance, chance.nextDouble()));
    }
    return changes;
  }

  private OfferedPool pool(int number) {
    AcceleratorModel model = models.get(random.nextInt(models.size()));
    String country = COUNTRIES.get(random.nextInt(COUNTRIES.size()));
    long price = 500_000 + random.nextInt(4_000_000);
    double full = 0.95 - 0.6 * (price - 500_000) / 4_000_000;
    NodePoolId id = NodePoolId.fresh();
    OrganizationId provider = OrganizationId.fresh();
    List<SnapshotNode> nodes = new ArrayList<>();
    for (int i = 0; i < NODES_A_POOL; i++) {
      List<Busy> busy = busy(random, full);
      leases += busy.size();
      nodes.add(
          new SnapshotNode(
              NodeId.fresh(),
              new SnapshotNode.Traits(
                  country,
                  country + "-1",
                  "fabric-" + number + "-" + i / NODES_A_FABRIC,
                  null,
                  DEVICES,
                  8_000L,
                  65_536L,
                  random.nextInt(10) == 0 ? 0.5 : 1,
                  (number * 4 + i % 4) % CLASSES),
              Timeline.of(busy)));
    }
    return new OfferedPool(offer(provider, id, price), nodePool(provider, id, model), model, nodes);
  }

  private static List<Busy> busy(Random chance, double full) {
    List<Busy> busy = new ArrayList<>();
    if (chance.nextDouble() < full * 0.6) {
      Instant start = NOW.minus(Duration.ofHours(chance.nextInt(100)));
      busy.add(
          new Busy(
              slots(chance),
              new Period(start, NOW.plus(Duration.ofHours(1 + chance.nextInt(200))))));
    }
    if (chance.nextDouble() < full * 0.6) {
      Instant start = NOW.plus(Duration.ofHours(200 + chance.nextInt(400)));
      busy.add(
          new Busy(
              slots(chance),
              new Period(start, start.plus(Duration.ofHours(1 + chance.nextInt(100))))));
    }
    return busy;
  }

  private static Slots slots(Random chance) {
    return Slots.first(chance.nextInt(3) == 0 ? 1 + chance.nextInt(DEVICES) : DEVICES);
  }

  private static Offer offer(OrganizationId provider, NodePoolId pool, long price) {
    return new Offer(
        OfferId.fresh(),
        provider,
        pool,
        new Money(price, USD),
        Duration.ofMinutes(1),
        Duration.ofDays(100),
        1,
        100_000,
        Optional.empty(),
        Optional.empty(),
        Duration.ofMinutes(5),
        PriceBasis.QUOTED,
        "",
        OfferState.PUBLISHED,
        0);
  }

  private static NodePool nodePool(OrganizationId provider, NodePoolId id, AcceleratorModel model) {
    return new NodePool(
        id,
        ClusterId.fresh(),
        provider,
        "pool",
        Optional.of(model.id()),
        "nvidia.com/gpu",
        SlotKind.WHOLE_DEVICE,
        Optional.empty(),
        Optional.empty(),
        null);
  }

  private static Judgement judgement(Verdict verdict) {
    Period ever = new Period(NOW, NOW.plus(Duration.ofDays(1000)));
    return Judgement.over(
        List.of(
            new Judgement.Interval(
                ever,
                verdict,
                verdict == Verdict.ALLOW
                    ? List.of()
                    : List.of(
                        new Reason(
                            "some-rule",
                            "some-pack",
                            Authority.LAW,
                            "somewhere",
                            "",
                            verdict,
                            "code",
                            "message",
                            "change",
                            List.of(),
                            List.of())))));
  }
}
