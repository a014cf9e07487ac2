package io.berth.policy;

import io.berth.inventory.Regime;
import io.berth.platform.Figure;
import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import io.berth.policy.NodeFacts.Authorisation;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Packs, tenants and nodes made up from a seed, with everything in them that packs can say. */
final class RandomPolicies {

  static final Instant START = Questions.moment("2026-01-01");
  private static final int DAYS = 60;
  private static final List<String> COUNTRIES = List.of("US", "DE", "CN", "HK", "FI", "AE", "SG");
  private static final List<String> TENANT_COUNTRIES =
      List.of("tenant.residence", "tenant.ultimateParent", "tenant.endUse");
  private static final List<String> NODE_COUNTRIES =
      List.of(
          "provider.residence",
          "provider.ultimateParent",
          "node.country",
          "accelerator.vendorCountry");
  private static final List<String> FIGURES =
      List.of(
          "accelerator.tpp",
          "accelerator.performanceDensity",
          "accelerator.dramGbPerSecond",
          "accelerator.interconnectGbPerSecond",
          "provider.ownedBySdnPercent",
          "tenant.ownedBySdnPercent",
          "tenant.ownedByListedPercent");
  private static final List<String> YES_OR_NO =
      List.of(
          "request.usNexus",
          "node.stateFunded",
          "node.authorised",
          "node.authorisedBy.US_BIS",
          "node.handoverAuthorisedBy.US_BIS",
          "node.handoverAuthorisedBy.MY_MITI",
          "node.excludesTenant",
          "node.allowsTenant",
          "(\"bank\" in node.zones)",
          "(\"3A090.a\" in node.classifiedAs)",
          "accelerator.datacentre");
  private static final List<String> FACTS =
      List.of("tenant.ultimateParent", "node.country", "accelerator.tpp", "request.mode");
  private static final int GROUPS = 3;
  private static final int DEFINITIONS = 3;

  private final Random random;

  RandomPolicies(long seed) {
    this.random = new Random(seed);
  }

  /** The text of a pack. */
  String pack(String id, int rules) {
    StringBuilder text = new StringBuilder();
    text.append("id: ").append(id).append("\nversion: \"1\"\ntitle: A pack\ngroups:\n");
    for (int group = 0; group < GROUPS; group++) {
      text.append("  G").append(group).append(":\n");
      int cut = random.nextInt(DAYS);
      text.append(groupVersion(day(random.nextInt(DAYS) - DAYS), day(cut)));
      if (random.nextBoolean()) {
        text.append(groupVersion(day(cut + random.nextInt(3)), null));
      }
    }
    text.append("definitions:\n");
    for (int definition = 0; definition < DEFINITIONS; definition++) {
      text.append("  d").append(definition).append(": '");
      text.append(condition(2, definition)).append("'\n");
    }
    text.append("rules:\n");
    for (int rule = 0; rule < rules; rule++) {
      text.append(rule(rule, rules));
    }
    return text.toString();
  }

  private String groupVersion(String from, @Nullable String until) {
    return "    - from: "
        + from
        + "\n"
        + (until == null ? "" : "      until: " + until + "\n")
        + "      source: A guess\n      confidence: none\n      members: ["
        + String.join(", ", some(COUNTRIES))
        + "]\n";
  }

  private String rule(int number, int rules) {
    StringBuilder text = new StringBuilder();
    text.append("  - id: r").append(number);
    text.append("\n    title: A rule\n    authority: platform\n    citation: A test\n");
    if (random.nextInt(8) == 0) {
      text.append("    missing: [").append(String.join(", ", some(FACTS))).append("]\n");
      text.append("    verdict: HOLD_EVIDENCE\n");
    } else {
      text.append("    condition: '").append(condition(3, DEFINITIONS)).append("'\n");
      text.append("    verdict: ").append(any(List.of(Verdict.values()))).append('\n');
    }
    if (random.nextInt(3) == 0) {
      int from = random.nextInt(DAYS);
      text.append("    windows: [{from: ").append(day(from)).append(", until: ");
      text.append(day(from + 1 + random.nextInt(DAYS))).append("}]\n");
    }
    if (random.nextInt(4) == 0 && rules > 1) {
      int other = (number + 1 + random.nextInt(rules - 1)) % rules;
      text.append("    conflicts: [r").append(other).append("]\n");
    }
    text.append("    code: tested\n    message: It holds.\n    wouldChange: Nothing\n");
    return text.toString();
  }

  private String condition(int depth, int definitions) {
    if (depth == 0 || random.nextInt(4) == 0) {
      return comparison(definitions);
    }
    String left = condition(depth - 1, definitions);
    String right = condition(depth - 1, definitions);
    return switch (random.nextInt(8)) {
      case 0, 1, 2 -> "(" + left + " && " + right + ")";
      case 3, 4, 5 -> "(" + left + " || " + right + ")";
      case 6 -> "!(" + left + ")";
      default -> "(" + comparison(definitions) + " ? " + left + " : " + right + ")";
    };
  }

  private String comparison(int definitions) {
    String anyCountry = random.nextBoolean() ? any(TENANT_COUNTRIES) : any(NODE_COUNTRIES);
    return switch (random.nextInt(14)) {
      case 0, 1 -> anyCountry + " in group.G" + random.nextInt(GROUPS);
      case 2 -> anyCountry + (random.nextBoolean() ? " == " : " != ") + "country." + any(COUNTRIES);
      case 3 -> any(TENANT_COUNTRIES) + " == " + any(NODE_COUNTRIES);
      case 4 -> any(NODE_COUNTRIES) + " in [country.CN, " + any(TENANT_COUNTRIES) + "]";
      case 5, 6 ->
          any(FIGURES)
              + any(List.of(".atLeast(", ".atMost(", ".above(", ".below("))
              + any(List.of("10", "20.5", "30"))
              + ")";
      case 7 -> any(YES_OR_NO);
      case 8 -> any(YES_OR_NO) + " == " + any(YES_OR_NO);
      case 9 -> "request.mode == mode." + any(List.of(Mode.values()));
      case 10 ->
          "partyList."
              + any(List.of(DeniedPartyList.values()))
              + " in "
              + any(List.of("tenant.listedOn", "provider.listedOn"));
      case 11 -> "tenantRule.NO_NVIDIA in tenant.ownRules";
      case 12 -> "accelerator.model in [\"m0\", \"m1\"]";
      default ->
          definitions == 0 ? any(List.of("true", "false")) : "is.d" + random.nextInt(definitions);
    };
  }

  TenantFacts tenant() {
    return new TenantFacts(
        maybe(() -> any(COUNTRIES)),
        maybe(() -> any(COUNTRIES)),
        maybe(() -> any(COUNTRIES)),
        maybe(() -> subset(DeniedPartyList.class)),
        figure(),
        figure(),
        figure(),
        maybe(() -> subset(TenantRule.class)));
  }

  RequestFacts request() {
    return new RequestFacts(
        maybe(() -> any(List.of(Mode.values()))),
        maybe(() -> any(List.of(Workload.values()))),
        maybe(() -> any(List.of(DataResidency.values()))),
        maybe(random::nextBoolean));
  }

  IndexedNode node(List<OrganizationId> providers) {
    return new IndexedNode(
        maybe(() -> any(providers)),
        new ProviderFacts(
            maybe(() -> any(COUNTRIES)),
            maybe(() -> any(COUNTRIES)),
            maybe(() -> subset(DeniedPartyList.class)),
            figure(),
            figure(),
            figure()),
        nodeFacts(),
        new AcceleratorFacts(
            maybe(() -> "m" + random.nextInt(3)),
            maybe(() -> any(List.of("NVIDIA", "AMD"))),
            maybe(() -> any(COUNTRIES)),
            maybe(random::nextBoolean),
            figure(),
            figure(),
            figure(),
            figure()));
  }

  NodeFacts nodeFacts() {
    return new NodeFacts(
        maybe(() -> any(COUNTRIES)),
        random.nextInt(3) == 0 ? moment() : null,
        maybe(random::nextBoolean),
        maybe(this::authorisations),
        maybe(random::nextBoolean),
        maybe(random::nextBoolean),
        maybe(() -> Set.copyOf(some(List.of("bank", "eu-sovereign", "health")))),
        maybe(() -> Set.copyOf(some(List.of("3A090.a", "3A090.b")))),
        random.nextInt(3) == 0 ? moment() : null);
  }

  private List<Authorisation> authorisations() {
    List<Authorisation> authorisations = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      Instant start = moment();
      authorisations.add(
          new Authorisation(
              "a" + i,
              start,
              random.nextBoolean() ? start.plus(Duration.ofHours(1 + random.nextInt(500))) : null,
              maybe(() -> any(List.of(Regime.values()))),
              random.nextInt(4) > 0,
              maybe(random::nextBoolean)));
    }
    return authorisations;
  }

  /** Approvals that fit the tenant's facts, or not. */
  List<ReviewApproval> approvals(
      TenantFacts tenant, RequestFacts request, PackSet packs, List<IndexedNode> nodes) {
    List<ReviewApproval> approvals = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      Instant from = moment();
      approvals.add(
          new ReviewApproval(
              "case_" + i,
              grounds(packs, nodes),
              random.nextInt(4) == 0 ? "other" : ReviewApproval.factsHash(tenant, request),
              from,
              random.nextBoolean() ? from.plus(Duration.ofDays(10)) : null));
    }
    return approvals;
  }

  /** Half of what can be approved at all. */
  private Set<Ground> grounds(PackSet packs, List<IndexedNode> nodes) {
    Set<Ground> grounds = new TreeSet<>();
    for (PackTimeline timeline : packs.timelines()) {
      for (RulePack pack : timeline.versions().values()) {
        for (IndexedNode node : nodes) {
          String model = node.accelerator().model();
          String country = node.node().country();
          for (String rule : List.of("r0", "r1", "r2")) {
            if (model != null && country != null && random.nextBoolean()) {
              grounds.add(
                  new Ground(
                      pack.hash(),
                      rule,
                      model,
                      country,
                      Ground.hashOfPlace(node.provider(), node.node())));
            }
          }
        }
      }
    }
    return grounds;
  }

  Period period() {
    Instant start = moment();
    return new Period(start, start.plus(Duration.ofMinutes(1 + random.nextInt(40_000))));
  }

  Instant moment() {
    return START.plus(Duration.ofMinutes(random.nextInt(DAYS * 24 * 60)));
  }

  boolean oneIn(int many) {
    return random.nextInt(many) == 0;
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  <T> T any(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  private Figure figure() {
    return switch (random.nextInt(4)) {
      case 0 -> Figure.unknown();
      case 1 -> Figure.of(number(), number().add(BigDecimal.valueOf(40)));
      default -> Figure.exact(number());
    };
  }

  private BigDecimal number() {
    return any(List.of("5", "10", "20.5", "25", "30", "35").stream().map(BigDecimal::new).toList());
  }

  private <T> @Nullable T maybe(Supplier<T> value) {
    return random.nextInt(6) == 0 ? null : value.get();
  }

  private List<String> some(List<String> values) {
    List<String> some = new ArrayList<>();
    values.stream().filter(value -> random.nextInt(3) == 0).forEach(some::add);
    return some.isEmpty() ? List.of(values.getFirst()) : some;
  }

  private <E extends Enum<E>> Set<E> subset(Class<E> type) {
    Set<E> subset = EnumSet.noneOf(type);
    for (E constant : type.getEnumConstants()) {
      if (random.nextInt(4) == 0) {
        subset.add(constant);
      }
    }
    return subset;
  }

  private static String day(int day) {
    return START.plus(Duration.ofDays(day)).toString().substring(0, 10).toLowerCase(Locale.ROOT);
  }
}
