package io.berth.policy;

import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import io.berth.policy.NodeFacts.Authorisation;
import io.berth.policy.domain.CompiledPack;
import io.berth.policy.domain.NodeStates;
import io.berth.policy.domain.PackAt;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The verdicts of one set of packs over many nodes: the same as {@link PackSet#judge} gives,
 * without the reasons, and many thousand times faster.
 *
 * <p>Nodes of which the same is known form a class. For a tenant, its use and a period, one byte a
 * class is worked out: comparisons that look at the node only were evaluated once for all tenants,
 * those that look at the tenant only once for all nodes, and both are combined as bits, yes and
 * unknown apart. Immutable and safe to share between threads; what it has worked out it remembers.
 */
public final class VerdictIndex {

  private final PackSet packs;
  private final List<IndexedNode> nodes;
  private final int[] classOfNode;
  private final List<NodeClass> classes;
  private final NodeStates states;
  private final Map<Stretch, PackAt> packsAt = new ConcurrentHashMap<>();

  private VerdictIndex(PackSet packs, List<IndexedNode> nodes) {
    this.packs = packs;
    this.nodes = nodes;
    this.classOfNode = new int[nodes.size()];
    List<OrganizationId> judges = providersWithPacks(packs);
    Map<IndexedNode, Integer> numbers = new HashMap<>();
    Map<PolicyQuestion, Integer> stateNumbers = new HashMap<>();
    List<PolicyQuestion> stateList = new ArrayList<>();
    List<NodeClass> found = new ArrayList<>();
    for (int node = 0; node < classOfNode.length; node++) {
      IndexedNode key = nodes.get(node);
      if (key.owner() != null && !judges.contains(key.owner())) {
        key = new IndexedNode(null, key.provider(), key.node(), key.accelerator());
      }
      Integer known = numbers.get(key);
      if (known == null) {
        known = found.size();
        numbers.put(key, known);
        found.add(NodeClass.of(key, stateNumbers, stateList));
      }
      classOfNode[node] = known;
    }
    this.classes = List.copyOf(found);
    this.states = new NodeStates(stateList);
  }

  /**
   * Over these nodes.
   *
   * @param nodes each is known by its place in the list
   */
  public static VerdictIndex of(PackSet packs, List<IndexedNode> nodes) {
    return new VerdictIndex(packs, List.copyOf(nodes));
  }

  /** The same nodes judged by other packs; nothing of what was worked out carries over. */
  public VerdictIndex with(PackSet others) {
    return new VerdictIndex(others, nodes);
  }

  /** The packs that judge. */
  public PackSet packs() {
    return packs;
  }

  /** How many nodes there are. */
  public int nodeCount() {
    return classOfNode.length;
  }

  /** Works out what a tenant may use. */
  public TenantVerdicts verdicts(IndexedTenant asker) {
    byte[] verdicts = new byte[classes.size()];
    if (classes.isEmpty()) {
      return new TenantVerdicts(classOfNode, verdicts, Map.of());
    }
    PolicyQuestion question = asker.about(nodes.getFirst());
    Instant start = asker.period().start();
    for (Instant end : cuts(asker.period())) {
      judge(asker, question, new Period(start, end), verdicts);
      start = end;
    }
    applyApprovals(asker, verdicts);
    return new TenantVerdicts(classOfNode, verdicts, special(asker));
  }

  /** Where packs, their rules or their groups change. What changes at nodes is in their states. */
  private NavigableSet<Instant> cuts(Period period) {
    NavigableSet<Instant> cuts = new TreeSet<>();
    for (PackTimeline timeline : packs.timelines()) {
      timeline
          .versions()
          .forEach((from, version) -> {
            cuts.add(from);
            cuts.addAll(version.compiled().boundaries());
          });
    }
    NavigableSet<Instant> inside =
        new TreeSet<>(cuts.subSet(period.start(), false, period.end(), false));
    inside.add(period.end());
    return inside;
  }

  private void judge(IndexedTenant asker, PolicyQuestion question, Period period, byte[] verdicts) {
    byte[] common = new byte[states.size()];
    Map<OrganizationId, byte[]> byProvider = new HashMap<>();
    for (PackTimeline timeline : packs.timelines()) {
      Map.Entry<Instant, RulePack> version = timeline.versions().floorEntry(period.start());
      OrganizationId owner = timeline.owner();
      if (version == null) {
        continue;
      }
      if (timeline.judges(asker.tenant(), null)) {
        packAt(version.getValue(), period.start()).judge(question, common);
      } else if (timeline.layer() == PackLayer.PROVIDER && owner != null) {
        packAt(version.getValue(), period.start())
            .judge(question, byProvider.computeIfAbsent(owner, key -> new byte[states.size()]));
      }
    }
    for (int number = 0; number < verdicts.length; number++) {
      NodeClass nodeClass = classes.get(number);
      OrganizationId owner = nodeClass.node().owner();
      byte[] own = owner == null ? null : byProvider.get(owner);
      verdicts[number] = nodeClass.strongest(verdicts[number], common, own, period);
    }
  }

  private PackAt packAt(RulePack pack, Instant moment) {
    Instant boundary = pack.compiled().boundaries().floor(moment);
    Stretch stretch = new Stretch(pack.compiled(), boundary);
    return packsAt.computeIfAbsent(stretch, key -> new PackAt(pack.compiled(), moment, states));
  }

  /** From a boundary of a pack on until the next one; null for before its first. */
  private record Stretch(CompiledPack pack, @Nullable Instant boundary) {}

  /** An approval is about few classes, so these are judged as everywhere else. */
  private void applyApprovals(IndexedTenant asker, byte[] verdicts) {
    if (asker.approvals().isEmpty()) {
      return;
    }
    Set<ModelInCountry> approved =
        asker.approvals().stream()
            .flatMap(approval -> approval.grounds().stream())
            .map(ground -> new ModelInCountry(ground.model(), ground.country()))
            .collect(Collectors.toSet());
    for (int number = 0; number < verdicts.length; number++) {
      IndexedNode node = classes.get(number).node();
      if (approved.contains(
          new ModelInCountry(node.accelerator().model(), node.node().country()))) {
        verdicts[number] = slow(asker, node);
      }
    }
  }

  private record ModelInCountry(@Nullable String model, @Nullable String country) {}

  private Map<Integer, Byte> special(IndexedTenant asker) {
    return asker.nodes().entrySet().stream()
        .collect(
            Collectors.toUnmodifiableMap(
                Map.Entry::getKey,
                entry -> {
                  IndexedNode node = nodes.get(entry.getKey());
                  return slow(
                      asker,
                      new IndexedNode(
                          node.owner(), node.provider(), entry.getValue(), node.accelerator()));
                }));
  }

  private byte slow(IndexedTenant asker, IndexedNode node) {
    return (byte) packs.judge(asker.tenant(), node.owner(), asker.about(node)).verdict().ordinal();
  }

  private static List<OrganizationId> providersWithPacks(PackSet packs) {
    return packs.timelines().stream()
        .filter(timeline -> timeline.layer() == PackLayer.PROVIDER)
        .map(PackTimeline::owner)
        .flatMap(Stream::ofNullable)
        .distinct()
        .toList();
  }

  /**
   * Nodes of which the same is known.
   *
   * @param node one of them, with its owner only where that has packs
   * @param froms when each state begins; the first at the beginning of time
   * @param stateNumbers the states that follow on one another
   */
  private record NodeClass(IndexedNode node, Instant[] froms, int[] stateNumbers) {

    static NodeClass of(
        IndexedNode node, Map<PolicyQuestion, Integer> numbers, List<PolicyQuestion> states) {
      NavigableSet<Instant> changes = new TreeSet<>(List.of(Instant.MIN));
      NodeFacts facts = node.node();
      addIfKnown(changes, facts.countryEvidenceEnd());
      addIfKnown(changes, facts.flagsEvidenceEnd());
      if (facts.authorisations() != null) {
        for (Authorisation authorisation : facts.authorisations()) {
          addIfKnown(changes, authorisation.start());
          addIfKnown(changes, authorisation.end());
        }
      }
      Instant[] froms = changes.toArray(Instant[]::new);
      int[] stateNumbers =
          Arrays.stream(froms)
              .map(from -> NodeStates.state(node.provider(), at(facts, from), node.accelerator()))
              .mapToInt(state ->
                  numbers.computeIfAbsent(
                      state,
                      key -> {
                        states.add(key);
                        return states.size() - 1;
                      }))
              .toArray();
      return new NodeClass(node, froms, stateNumbers);
    }

    private static void addIfKnown(NavigableSet<Instant> changes, @Nullable Instant moment) {
      if (moment != null) {
        changes.add(moment);
      }
    }

    /** What is known of a node at a moment, without dates. */
    private static NodeFacts at(NodeFacts facts, Instant moment) {
      List<Authorisation> all = facts.authorisations();
      return new NodeFacts(
          facts.countryAt(moment),
          null,
          facts.stateFundedAt(moment),
          all == null ? null : always(all, moment),
          facts.excludesTenant(),
          facts.allowsTenant(),
          facts.zonesAt(moment),
          facts.classifiedAs(),
          null);
    }

    /** What those that hold at a moment are for, each kind once. */
    private static List<Authorisation> always(List<Authorisation> all, Instant moment) {
      return all.stream()
          .filter(one -> one.holdsAt(moment))
          .map(one ->
              new Authorisation(
                  "held", Instant.MIN, null, one.regime(), one.coversPlace(), one.coversHandover()))
          .distinct()
          .sorted(Comparator.comparing(Authorisation::toString))
          .toList();
    }

    byte strongest(byte known, byte[] common, byte @Nullable [] own, Period period) {
      byte strongest = known;
      for (int i = 0; i < froms.length; i++) {
        boolean isLater = !froms[i].isBefore(period.end());
        boolean isOver = i + 1 < froms.length && !froms[i + 1].isAfter(period.start());
        if (!isLater && !isOver) {
          int state = stateNumbers[i];
          strongest = (byte) Math.max(strongest, common[state]);
          strongest = own == null ? strongest : (byte) Math.max(strongest, own[state]);
        }
      }
      return strongest;
    }
  }
}
