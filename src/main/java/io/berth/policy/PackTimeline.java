package io.berth.policy;

import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The versions of one pack that are in force or will be: the first from the beginning of time (a
 * pack's rules carry their own dates), each later one from the date that it is scheduled for.
 */
final class PackTimeline {

  private final PackLayer layer;
  private final @Nullable OrganizationId owner;
  private final String packId;
  private final NavigableMap<Instant, RulePack> versions;

  private PackTimeline(
      PackLayer layer,
      @Nullable OrganizationId owner,
      String packId,
      NavigableMap<Instant, RulePack> versions) {
    this.layer = layer;
    this.owner = owner;
    this.packId = packId;
    this.versions = versions;
  }

  /**
   * A pack alone.
   *
   * @param from {@link Instant#MIN} for one in force, else when it comes into force
   */
  static PackTimeline of(
      PackLayer layer, @Nullable OrganizationId owner, RulePack pack, Instant from) {
    if (layer.isOwned() != (owner != null)) {
      throw new IllegalArgumentException("only packs of providers and tenants have an owner");
    }
    return new PackTimeline(layer, owner, pack.id(), new TreeMap<>(Map.of(from, pack)));
  }

  /** With the other's versions beside these. */
  PackTimeline and(PackTimeline other) {
    NavigableMap<Instant, RulePack> both = new TreeMap<>(versions);
    both.putAll(other.versions);
    return new PackTimeline(layer, owner, packId, both);
  }

  PackLayer layer() {
    return layer;
  }

  @Nullable OrganizationId owner() {
    return owner;
  }

  /** The versions by when each comes into force. */
  NavigableMap<Instant, RulePack> versions() {
    return versions;
  }

  String packId() {
    return packId;
  }

  RulePack first() {
    return versions.firstEntry().getValue();
  }

  boolean isSamePack(PackTimeline other) {
    return isPack(other.layer, other.owner, other.packId);
  }

  boolean isPack(PackLayer otherLayer, @Nullable OrganizationId otherOwner, String otherId) {
    return layer == otherLayer && Objects.equals(owner, otherOwner) && packId.equals(otherId);
  }

  /** Whether it judges what this tenant does on this provider's nodes. */
  boolean judges(@Nullable OrganizationId tenant, @Nullable OrganizationId provider) {
    return switch (layer) {
      case BASELINE, OPERATOR -> true;
      case PROVIDER -> Objects.equals(owner, provider);
      case TENANT -> Objects.equals(owner, tenant);
    };
  }

  /** The versions that judge some part of a period, in order. */
  Stream<PackRef> within(Period period) {
    Instant first = versions.floorKey(period.start());
    return versions
        .subMap(first == null ? period.start() : first, true, period.end(), false)
        .entrySet()
        .stream()
        .map(version -> ref(version.getKey(), version.getValue()));
  }

  private PackRef ref(Instant from, RulePack pack) {
    return new PackRef(
        layer,
        pack.id(),
        pack.version(),
        pack.hash(),
        owner,
        from.equals(Instant.MIN) ? null : from);
  }

  /** The answer over the question's period, each version judging its part of it. */
  Judgement judge(PolicyQuestion question) {
    Period period = question.period();
    List<Judgement> parts = new ArrayList<>();
    Instant start = period.start();
    while (start.isBefore(period.end())) {
      Instant next = versions.higherKey(start);
      Instant end = next == null || next.isAfter(period.end()) ? period.end() : next;
      Map.Entry<Instant, RulePack> inForce = versions.floorEntry(start);
      Period part = new Period(start, end);
      parts.add(
          inForce == null
              ? Judgement.silent(part)
              : inForce.getValue().judge(part.equals(period) ? question : question.over(part)));
      start = end;
    }
    return parts.size() == 1 ? parts.getFirst() : Judgement.following(parts);
  }
}
