package io.berth.matching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.matching.Packing.Node;
import io.berth.matching.Packing.Placement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PackingTest {

  private static final NodeDemand LIGHT = new NodeDemand(2_000, 4_096, 1, 1000, Set.of());
  private static final NodeDemand HEAVY = new NodeDemand(20_000, 4_096, 1, 1000, Set.of());

  @Test
  void placesWhatFitsAnywhereAndTakesNothingTwice() {
    for (int seed = 0; seed < 40; seed++) {
      Random random = new Random(seed);
      List<Node> nodes = randomNodes(random);
      Packing packing = new Packing(nodes);
      Books books = new Books(nodes);
      for (int i = 0; i < 200; i++) {
        NodeDemand demand = randomDemand(random);
        Set<Integer> allowed = randomSubset(nodes.size(), random);
        packing.arrived(demand);

        Optional<Placement> placement = packing.choose(demand, allowed::contains);

        assertThat(placement.isPresent())
            .as("seed %d, demand %d: %s", seed, i, demand)
            .isEqualTo(allowed.stream().anyMatch(node -> books.fits(node, demand)));
        placement.ifPresent(place -> {
          assertThat(allowed).contains(place.node());
          packing.take(demand, place);
          books.take(demand, place);
        });
        assertThat(packing.totalFree()).isEqualTo(books.totalFree());
      }
    }
  }

  @Test
  void answersTheSameToTheSameCalls() {
    Random random = new Random(7);
    List<Node> nodes = randomNodes(random);
    List<NodeDemand> stream = IntStream.range(0, 300).mapToObj(i -> randomDemand(random)).toList();

    assertThat(placements(nodes, stream)).isEqualTo(placements(nodes, stream));
  }

  @Test
  void replaysAStreamThatFitsOnlyWhereCoresAreKeptForThoseWhoNeedThem() {
    List<Node> nodes = new ArrayList<>();
    List<NodeDemand> stream = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      nodes.add(new Node("a", 4_000, 65_536, List.of(1000, 1000)));
      nodes.add(new Node("a", 40_000, 65_536, List.of(1000, 1000)));
      stream.addAll(List.of(LIGHT, HEAVY, LIGHT, HEAVY));
    }
    Collections.shuffle(stream, new Random(1));

    long placed = placements(nodes, stream).stream().filter(Optional::isPresent).count();

    // Nothing is known of the first thirty.
    assertThat(placed).isBetween(380L, 400L);
  }

  @Test
  void leavesModelsThatAreAskedForByNameToThoseWhoDo() {
    NodeDemand any = new NodeDemand(0, 0, 1, 1000, Set.of());
    NodeDemand onlyRare = new NodeDemand(0, 0, 1, 1000, Set.of("rare"));
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      nodes.add(new Node(i < 4 ? "rare" : "common", 0, 0, Collections.nCopies(8, 1000)));
    }
    Packing packing = new Packing(nodes);
    // Who had learned nothing would take the fullest node: this one, of the rare model.
    // go.
    packing.take(any, new Placement(0, List.of(0)));
    for (int i = 0; i < 40; i++) {
      packing.arrived(i % 2 == 0 ? any : onlyRare);
    }

    assertThat(packing.choose(any).orElseThrow().node()).isGreaterThanOrEqualTo(4);
    assertThat(packing.choose(onlyRare).orElseThrow().node()).isZero();
  }

  @Test
  void packsSlotsOnTheFullestNodeWhereNothingIsKnown() {
    Packing packing = new Packing(List.of(slots(8), slots(3), slots(2), slots(0)));

    assertThat(packing.choose(NodeDemand.ofSlots(2))).contains(new Placement(2, List.of(0, 1)));
    assertThat(packing.choose(NodeDemand.ofSlots(3), node -> node != 1))
        .contains(new Placement(0, List.of(0, 1, 2)));
    assertThat(packing.choose(NodeDemand.ofSlots(9))).isEmpty();
  }

  @Test
  void fillsSharedDevicesUp() {
    Packing packing = new Packing(List.of(new Node("a", 0, 0, List.of(1000, 450, 600))));

    assertThat(packing.choose(share(400))).contains(new Placement(0, List.of(1)));
    assertThat(packing.choose(share(500))).contains(new Placement(0, List.of(2)));
    assertThat(packing.choose(share(700))).contains(new Placement(0, List.of(0)));
  }

  @Test
  void givesBackWhatWasTaken() {
    Packing packing = new Packing(List.of(slots(2)));
    NodeDemand both = NodeDemand.ofSlots(2);
    Placement placement = packing.choose(both).orElseThrow();
    packing.take(both, placement);

    assertThat(packing.choose(NodeDemand.ofSlots(1))).isEmpty();
    packing.release(both, placement);
    assertThat(packing.choose(both)).contains(placement);
    assertThat(packing.totalFree()).isEqualTo(2000);
  }

  @Test
  void refusesPlacesThatAreNotThere() {
    Packing packing = new Packing(List.of(slots(1)));
    NodeDemand one = NodeDemand.ofSlots(1);
    Placement placement = new Placement(0, List.of(0));

    assertThatThrownBy(() -> packing.release(one, placement))
        .isInstanceOf(IllegalArgumentException.class);
    packing.take(one, placement);
    assertThatThrownBy(() -> packing.take(one, placement))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(packing.totalFree()).isZero();
  }

  private static Node slots(int free) {
    return new Node("a", 0, 0, Collections.nCopies(free, 1000));
  }

  private static NodeDemand share(int thousandths) {
    return new NodeDemand(0, 0, 1, thousandths, Set.of());
  }

  private static List<Optional<Placement>> placements(List<Node> nodes, List<NodeDemand> stream) {
    Packing packing = new Packing(nodes);
    List<Optional<Placement>> placements = new ArrayList<>();
    for (NodeDemand demand : stream) {
      packing.arrived(demand);
      Optional<Placement> placement = packing.choose(demand);
      placement.ifPresent(place -> packing.take(demand, place));
      placements.add(placement);
    }
    return placements;
  }

  private static List<Node> randomNodes(Random random) {
    return IntStream.range(0, 2 + random.nextInt(8))
        .mapToObj(i ->
            new Node(
                "m" + random.nextInt(3),
                random.nextInt(64_000),
                random.nextInt(262_144),
                IntStream.range(0, random.nextInt(9))
                    .mapToObj(device ->
                        random.nextInt(4) > 0 ? (Integer) 1000 : (Integer) random.nextInt(1001))
                    .toList()))
        .toList();
  }

  private static NodeDemand randomDemand(Random random) {
    Set<String> models = new HashSet<>();
    if (random.nextInt(3) == 0) {
      models.add("m" + random.nextInt(4));
      models.add("m" + random.nextInt(4));
    }
    int devices = Math.max(0, random.nextInt(12) - 7) + random.nextInt(2);
    int share = devices == 1 && random.nextBoolean() ? 1 + random.nextInt(1000) : 1000;
    return new NodeDemand(
        random.nextInt(16_000), random.nextInt(32_768), devices, devices == 0 ? 0 : share, models);
  }

  private static Set<Integer> randomSubset(int size, Random random) {
    Set<Integer> subset = new HashSet<>();
    for (int i = 0; i < size; i++) {
      if (random.nextInt(4) > 0) {
        subset.add(i);
      }
    }
    return subset;
  }

  /** What is free, counted on its own. */
  private static final class Books {

    private final List<Node> nodes;
    private final int[] cpuMilli;
    private final int[] memoryMib;
    private final List<List<Integer>> free;

    Books(List<Node> nodes) {
      this.nodes = nodes;
      cpuMilli = nodes.stream().mapToInt(Node::cpuMilli).toArray();
      memoryMib = nodes.stream().mapToInt(Node::memoryMib).toArray();
      free = new ArrayList<>();
      nodes.forEach(node -> free.add(new ArrayList<>(node.free())));
    }

    boolean fits(int node, NodeDemand demand) {
      Predicate<Integer> enough = device -> device >= demand.thousandths();
      return cpuMilli[node] >= demand.cpuMilli()
          && memoryMib[node] >= demand.memoryMib()
          && (demand.devices() == 0
              || (free.get(node).stream().filter(enough).count() >= demand.devices()
                  && (demand.models().isEmpty()
                      || demand.models().contains(nodes.get(node).model()))));
    }

    void take(NodeDemand demand, Placement place) {
      int node = place.node();
      assertThat(fits(node, demand)).isTrue();
      assertThat(place.devices()).hasSize(demand.devices()).doesNotHaveDuplicates().isSorted();
      cpuMilli[node] -= demand.cpuMilli();
      memoryMib[node] -= demand.memoryMib();
      for (int device : place.devices()) {
        int left = free.get(node).get(device) - demand.thousandths();
        assertThat(left).isNotNegative();
        free.get(node).set(device, left);
      }
    }

    long totalFree() {
      return free.stream().flatMap(List::stream).mapToLong(Integer::longValue).sum();
    }
  }
}
