package io.berth.policy.domain;

import static java.util.stream.Collectors.toUnmodifiableMap;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import dev.cel.runtime.CelAttribute;
import dev.cel.runtime.CelUnknownSet;
import io.berth.inventory.Regime;
import io.berth.platform.Figure;
import io.berth.policy.DataResidency;
import io.berth.policy.DeniedPartyList;
import io.berth.policy.Mode;
import io.berth.policy.NodeFacts;
import io.berth.policy.NodeFacts.Authorisation;
import io.berth.policy.PolicyQuestion;
import io.berth.policy.TenantRule;
import io.berth.policy.Workload;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One typed fact that conditions may name.
 *
 * <p>Countries and enumerations have types of their own and declared constants rather than strings,
 * so that a mistyped constant is refused with its place instead of silently never matching.
 */
final class Fact {

  static final OpaqueType FIGURE = OpaqueType.create("figure");
  private static final OpaqueType COUNTRY = OpaqueType.create("country");
  private static final OpaqueType MODE = OpaqueType.create("mode");
  private static final OpaqueType WORKLOAD = OpaqueType.create("workload");
  private static final OpaqueType RESIDENCY = OpaqueType.create("residency");
  private static final OpaqueType PARTY_LIST = OpaqueType.create("partyList");
  private static final OpaqueType TENANT_RULE = OpaqueType.create("tenantRule");

  static final CelType COUNTRIES = ListType.create(COUNTRY);

  private static final Map<String, Fact> ALL =
      Stream.concat(
              authorisedFacts(),
              Stream.of(
                  new Fact("tenant.residence", COUNTRY, q -> q.tenant().residence()),
                  new Fact("tenant.ultimateParent", COUNTRY, q -> q.tenant().ultimateParent()),
                  new Fact("tenant.endUse", COUNTRY, q -> q.tenant().endUse()),
                  new Fact(
                      "tenant.listedOn",
                      ListType.create(PARTY_LIST),
                      q -> listOrNull(q.tenant().listedOn())),
                  figure("tenant.ownedByListedPercent", q -> q.tenant().ownedByListedPercent()),
                  figure("tenant.ownedBySdnPercent", q -> q.tenant().ownedBySdnPercent()),
                  figure(
                      "tenant.ownedByBisListedPercent", q -> q.tenant().ownedByBisListedPercent()),
                  new Fact(
                      "tenant.ownRules",
                      ListType.create(TENANT_RULE),
                      q -> listOrNull(q.tenant().ownRules())),
                  new Fact("request.mode", MODE, q -> q.request().mode()),
                  new Fact("request.workload", WORKLOAD, q -> q.request().workload()),
                  new Fact("request.dataResidency", RESIDENCY, q -> q.request().dataResidency()),
                  new Fact("request.usNexus", SimpleType.BOOL, q -> q.request().usNexus()),
                  new Fact("provider.residence", COUNTRY, q -> q.provider().residence()),
                  figure("provider.ownedByListedPercent", q -> q.provider().ownedByListedPercent()),
                  figure("provider.ownedBySdnPercent", q -> q.provider().ownedBySdnPercent()),
                  figure(
                      "provider.ownedByBisListedPercent",
                      q -> q.provider().ownedByBisListedPercent()),
                  new Fact("provider.ultimateParent", COUNTRY, q -> q.provider().ultimateParent()),
                  new Fact(
                      "provider.listedOn",
                      ListType.create(PARTY_LIST),
                      q -> listOrNull(q.provider().listedOn())),
                  new Fact("node.country", COUNTRY, (q, at) -> q.node().countryAt(at)),
                  new Fact(
                      "node.stateFunded", SimpleType.BOOL, (q, at) -> q.node().stateFundedAt(at)),
                  new Fact(
                      "node.classifiedAs",
                      ListType.create(SimpleType.STRING),
                      q -> listOrNull(q.node().classifiedAs())),
                  new Fact("node.excludesTenant", SimpleType.BOOL, q -> q.node().excludesTenant()),
                  new Fact("node.allowsTenant", SimpleType.BOOL, q -> q.node().allowsTenant()),
                  new Fact(
                      "node.zones",
                      ListType.create(SimpleType.STRING),
                      (q, at) -> listOrNull(q.node().zonesAt(at))),
                  new Fact("node.authorised", SimpleType.BOOL, (q, at) -> authorised(q.node(), at)),
                  new Fact("accelerator.model", SimpleType.STRING, q -> q.accelerator().model()),
                  new Fact("accelerator.vendor", SimpleType.STRING, q -> q.accelerator().vendor()),
                  new Fact(
                      "accelerator.vendorCountry", COUNTRY, q -> q.accelerator().vendorCountry()),
                  new Fact(
                      "accelerator.datacentre", SimpleType.BOOL, q -> q.accelerator().datacentre()),
                  figure("accelerator.tpp", q -> q.accelerator().tpp()),
                  figure(
                      "accelerator.performanceDensity", q -> q.accelerator().performanceDensity()),
                  figure("accelerator.dramGbPerSecond", q -> q.accelerator().dramGbPerSecond()),
                  figure(
                      "accelerator.interconnectGbPerSecond",
                      q -> q.accelerator().interconnectGbPerSecond())))
          .collect(toUnmodifiableMap(Fact::name, Function.identity()));

  private static final Map<String, Constant> CONSTANTS = constants();

  private final String name;
  private final CelType type;
  private final Reader reader;
  private final CelUnknownSet unknown;

  private Fact(String name, CelType type, Reader reader) {
    this.name = name;
    this.type = type;
    this.reader = reader;
    this.unknown = unknown(name);
  }

  private Fact(String name, CelType type, Function<PolicyQuestion, @Nullable Object> reader) {
    this(name, type, (question, at) -> reader.apply(question));
  }

  /** By name, such as {@code tenant.residence}. */
  static Map<String, Fact> all() {
    return ALL;
  }

  /** By name, such as {@code mode.REMOTE}. */
  static Map<String, Constant> allConstants() {
    return CONSTANTS;
  }

  /** What stands for a value that nobody knows. */
  static CelUnknownSet unknown(String name) {
    return CelUnknownSet.create(CelAttribute.fromQualifiedIdentifier(name));
  }

  String name() {
    return name;
  }

  CelType type() {
    return type;
  }

  /** The fact's value at that moment, or an unknown that carries the fact's name. */
  Object valueOrUnknown(PolicyQuestion question, Instant at) {
    Object value = reader.read(question, at);
    return value == null ? unknown : value;
  }

  boolean isKnown(PolicyQuestion question, Instant at) {
    return reader.read(question, at) != null;
  }

  private static Fact figure(String name, Function<PolicyQuestion, Figure> reader) {
    return new Fact(
        name,
        FIGURE,
        question -> {
          Figure figure = reader.apply(question);
          return figure.min() == null || figure.max() == null
              ? null
              : new NamedFigure(name, figure.min(), figure.max());
        });
  }

  /**
   * For each authority two facts: {@code node.authorisedBy.US_BIS}, whether one of its
   * authorisations covers the device where it stands, and {@code node.handoverAuthorisedBy.US_BIS},
   * whether one covers that it goes to where the tenant uses it. One fact an authority, and not one
   * list of them, so that an authorisation of unknown issue leaves each of them unknown.
   */
  private static Stream<Fact> authorisedFacts() {
    return Arrays.stream(Regime.values())
        .flatMap(regime ->
            Stream.of(
                new Fact(
                    "node.authorisedBy." + regime.name(),
                    SimpleType.BOOL,
                    (q, at) -> authorised(q.node(), at, regime, Authorisation::coversPlace)),
                new Fact(
                    "node.handoverAuthorisedBy." + regime.name(),
                    SimpleType.BOOL,
                    (q, at) -> authorised(q.node(), at, regime, Authorisation::coversHandover))));
  }

  private static @Nullable Boolean authorised(
      NodeFacts node,
      Instant at,
      Regime regime,
      Function<Authorisation, @Nullable Boolean> covers) {
    return anyCovers(
        node,
        at,
        authorisation -> {
          Regime issuedUnder = authorisation.regime();
          if (issuedUnder != null && issuedUnder != regime) {
            return false;
          }
          Boolean covered = covers.apply(authorisation);
          return issuedUnder == null && !Boolean.FALSE.equals(covered) ? null : covered;
        });
  }

  /**
   * Whoever issued it: for packs that name no authority, and for those of before there were any.
   */
  private static @Nullable Boolean authorised(NodeFacts node, Instant at) {
    return anyCovers(
        node,
        at,
        authorisation -> {
          // Not a conditional expression, which would unbox what is unknown.
          if (!authorisation.coversPlace()) {
            return false;
          }
          return authorisation.coversHandover();
        });
  }

  private static @Nullable Boolean anyCovers(
      NodeFacts node, Instant at, Function<Authorisation, @Nullable Boolean> covers) {
    if (node.authorisations() == null) {
      return null;
    }
    boolean mayBe = false;
    for (Authorisation authorisation : node.authorisations()) {
      if (authorisation.holdsAt(at)) {
        Boolean covered = covers.apply(authorisation);
        if (Boolean.TRUE.equals(covered)) {
          return true;
        }
        mayBe |= covered == null;
      }
    }
    return mayBe ? null : false;
  }

  private static @Nullable Object listOrNull(@Nullable Collection<?> values) {
    return values == null ? null : List.copyOf(values);
  }

  private static Map<String, Constant> constants() {
    Map<String, Constant> constants = new HashMap<>();
    for (String code : Countries.codes()) {
      constants.put("country." + code, new Constant(COUNTRY, code));
    }
    declare(constants, MODE, Mode.values());
    declare(constants, WORKLOAD, Workload.values());
    declare(constants, RESIDENCY, DataResidency.values());
    declare(constants, PARTY_LIST, DeniedPartyList.values());
    declare(constants, TENANT_RULE, TenantRule.values());
    return Map.copyOf(constants);
  }

  private static void declare(Map<String, Constant> constants, OpaqueType type, Enum<?>[] values) {
    for (Enum<?> value : values) {
      constants.put(type.name() + "." + value.name(), new Constant(type, value));
    }
  }

  /** A value that conditions may name. */
  record Constant(CelType type, Object value) {}

  /** Finds a fact in a question; null where it is unknown. */
  @FunctionalInterface
  private interface Reader {
    @Nullable Object read(PolicyQuestion question, Instant at);
  }
}
