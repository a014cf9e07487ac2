package io.berth.policy;

import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The packs in force at one moment, immutable. Each judges for itself and the strongest verdict
 * wins, so that whoever adds a pack can only make things stricter; conflicts and definitions do not
 * cross packs. A version that is scheduled counts for the part of a period that lies after its
 * date.
 */
public final class PackSet {

  /** Everything, for callers that ask which packs there are at all. */
  private static final Period EVER = new Period(Instant.MIN, Instant.MAX);

  private final long revision;
  private final List<PackTimeline> packs;

  private PackSet(long revision, List<PackTimeline> packs) {
    this.revision = revision;
    this.packs =
        packs.stream()
            .sorted(Comparator.comparing(PackTimeline::layer).thenComparing(PackTimeline::packId))
            .toList();
    if (this.packs.isEmpty() || this.packs.getFirst().layer() != PackLayer.BASELINE) {
      throw new IllegalArgumentException("without a baseline nothing would be judged");
    }
  }

  /** The baseline alone. */
  public static PackSet of(RulePack baseline) {
    return new PackSet(
        0, List.of(PackTimeline.of(PackLayer.BASELINE, null, baseline, Instant.MIN)));
  }

  /**
   * What the database holds.
   *
   * @param packs active and scheduled versions, in any order
   */
  static PackSet of(long revision, List<PackTimeline> packs) {
    List<PackTimeline> joined = new ArrayList<>();
    for (PackTimeline pack : packs) {
      int known = -1;
      for (int i = 0; i < joined.size(); i++) {
        known = joined.get(i).isSamePack(pack) ? i : known;
      }
      if (known < 0) {
        joined.add(pack);
      } else {
        joined.set(known, joined.get(known).and(pack));
      }
    }
    return new PackSet(revision, joined);
  }

  /**
   * The packs that once judged, as they did then.
   *
   * @param judged every pack that a decision names
   * @throws IllegalArgumentException where there is no baseline among them, or one is not what its
   *     layer asks for
   */
  public static PackSet again(Map<PackRef, RulePack> judged) {
    return of(
        0,
        judged.entrySet().stream()
            .map(pack -> {
              PackRef ref = pack.getKey();
              return PackTimeline.of(
                  ref.layer(),
                  ref.owner(),
                  pack.getValue(),
                  ref.from() == null ? Instant.MIN : ref.from());
            })
            .toList());
  }

  /** The version of the baseline that is in force; the first by name where there are several. */
  public RulePack baseline() {
    return packs.getFirst().first();
  }

  /** The packs with all their versions. */
  List<PackTimeline> timelines() {
    return packs;
  }

  /** Counts the changes of what is in force: two sets of one revision hold the same packs. */
  public long revision() {
    return revision;
  }

  /**
   * Judges by the baseline and the operator's packs, the provider's packs and the tenant's packs.
   *
   * @param tenant whose packs judge as a tenant's; null for one that is only described
   * @param provider whose packs judge as a provider's; null for one that is only described
   */
  public Judgement judge(
      @Nullable OrganizationId tenant, @Nullable OrganizationId provider, PolicyQuestion question) {
    List<Judgement> judgements =
        packs.stream()
            .filter(pack -> pack.judges(tenant, provider))
            .map(pack -> pack.judge(question))
            .toList();
    return Judgement.together(judgements);
  }

  /** The packs that judge what this tenant does with these providers, scheduled versions too. */
  public List<PackRef> packs(
      @Nullable OrganizationId tenant, Collection<OrganizationId> providers) {
    return packs(tenant, providers, EVER);
  }

  /** The packs that judge what this tenant does with these providers in some part of a period. */
  public List<PackRef> packs(
      @Nullable OrganizationId tenant, Collection<OrganizationId> providers, Period period) {
    return packs.stream()
        .filter(pack ->
            pack.judges(tenant, null)
                || providers.stream().anyMatch(provider -> pack.judges(tenant, provider)))
        .flatMap(pack -> pack.within(period))
        .distinct()
        .toList();
  }

  /**
   * What if this pack were in force as well: in place of all versions of the pack of the same
   * layer, owner and id, or beside the others.
   */
  public PackSet with(PackLayer layer, @Nullable OrganizationId owner, RulePack pack) {
    PackTimeline added = PackTimeline.of(layer, owner, pack, Instant.MIN);
    return replaced(added::isSamePack, Stream.of(added));
  }

  /** What if this pack, which is not in force yet, came into force at a moment. */
  public PackSet with(
      PackLayer layer, @Nullable OrganizationId owner, RulePack pack, Instant from) {
    PackTimeline added = PackTimeline.of(layer, owner, pack, from);
    Stream<PackTimeline> joined =
        Stream.of(packs.stream().filter(added::isSamePack).reduce(added, (a, b) -> b.and(a)));
    return replaced(added::isSamePack, joined);
  }

  /**
   * What if all versions of a pack were gone.
   *
   * @throws IllegalArgumentException where no baseline would be left
   */
  public PackSet without(PackLayer layer, @Nullable OrganizationId owner, String packId) {
    return replaced(pack -> pack.isPack(layer, owner, packId), Stream.empty());
  }

  private PackSet replaced(Predicate<PackTimeline> old, Stream<PackTimeline> added) {
    return new PackSet(
        revision, Stream.concat(packs.stream().filter(old.negate()), added).toList());
  }
}
