package io.berth.bench;

import io.berth.platform.Figure;
import io.berth.platform.Period;
import io.berth.policy.AcceleratorFacts;
import io.berth.policy.DataResidency;
import io.berth.policy.IndexedNode;
import io.berth.policy.IndexedTenant;
import io.berth.policy.Mode;
import io.berth.policy.NodeFacts;
import io.berth.policy.NodeFacts.Authorisation;
import io.berth.policy.PackSet;
import io.berth.policy.PolicyQuestion;
import io.berth.policy.ProviderFacts;
import io.berth.policy.RequestFacts;
import io.berth.policy.RulePack;
import io.berth.policy.TenantFacts;
import io.berth.policy.Workload;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A market and a pack of a size that is hard on a policy engine, the same each time. Every fact is
 * known, so that engines without a third truth value can answer too.
 */
final class BenchWorld {

  static final int NODES = 125_000;
  static final int NODE_CLASSES = 2_000;
  static final int TENANTS = 500;
  static final int RULES = 200;

  private static final int GROUPS = 20;
  private static final Period PERIOD =
      new Period(Instant.parse("2026-11-01T00:00:00Z"), Instant.parse("2026-11-08T00:00:00Z"));
  private static final List<String> COUNTRIES =
      List.of(
          "AE", "AR", "AT", "AU", "BE", "BR", "CA", "CH", "CL", "CN", "CZ", "DE", "DK", "EG", "ES",
          "FI", "FR", "GB", "GR", "HK", "HU", "ID", "IE", "IL", "IN", "IS", "IT", "JP", "KE", "KR",
          "KZ", "LT", "LU", "MA", "MO", "MX", "MY", "NG", "NL", "NO", "NZ", "PH", "PL", "PT", "QA",
          "RO", "RU", "SA", "SE", "SG", "TH", "TR", "TW", "UA", "US", "VN", "ZA");

  private final Random random;
  private final List<List<String>> groups;

  /** One rule in both languages. */
  record Rule(String verdict, String cel, String cedar) {}

  private final List<Rule> rules;
  private final List<IndexedNode> nodes;
  private final List<IndexedTenant> tenants;

  BenchWorld() {
    random = new Random(20261101);
    groups =
        Stream.generate(() -> Stream.generate(this::country).limit(6).distinct().sorted().toList())
            .limit(GROUPS)
            .toList();
    rules = IntStream.range(0, RULES).mapToObj(this::rule).toList();
    List<IndexedNode> classes = Stream.generate(this::node).limit(NODE_CLASSES).toList();
    nodes =
        IntStream.range(0, NODES)
            .mapToObj(i -> classes.get(i < NODE_CLASSES ? i : random.nextInt(NODE_CLASSES)))
            .toList();
    tenants = Stream.generate(this::tenant).limit(TENANTS).toList();
  }

  List<Rule> rules() {
    return rules;
  }

  List<IndexedNode> nodes() {
    return nodes;
  }

  List<IndexedTenant> tenants() {
    return tenants;
  }

  /** The pack's text; the version makes texts differ. */
  String packText(int version) {
    StringBuilder text = new StringBuilder("id: bench\nversion: \"");
    text.append(version).append("\"\ntitle: A pack for benchmarks\ngroups:\n");
    for (int group = 0; group < GROUPS; group++) {
      text.append("  G").append(group).append(":\n    - from: 2020-01-01\n");
      text.append("      source: made up\n      confidence: none\n      members: [");
      text.append(String.join(", ", groups.get(group))).append("]\n");
    }
    text.append("rules:\n");
    for (int rule = 0; rule < RULES; rule++) {
      text.append("  - id: r").append(rule).append("\n    title: Rule ").append(rule);
      text.append("\n    authority: platform\n    citation: made up\n    condition: ");
      text.append(rules.get(rule).cel()).append("\n    verdict: ");
      text.append(rules.get(rule).verdict());
      text.append("\n    code: made\n    message: It holds.\n    wouldChange: Nothing\n");
    }
    return text.toString();
  }

  PackSet packs() {
    return PackSet.of(RulePack.compile(packText(1)));
  }

  /** The question that one tenant asks about one node. */
  static PolicyQuestion question(IndexedTenant tenant, IndexedNode node) {
    return new PolicyQuestion(
        tenant.facts(),
        tenant.request(),
        node.provider(),
        node.node(),
        node.accelerator(),
        tenant.period());
  }

  private static final Figure NOTHING = Figure.exact(BigDecimal.ZERO);

  IndexedTenant tenant() {
    return new IndexedTenant(
        null,
        new TenantFacts(
            country(),
            country(),
            country(),
            Set.of(),
            Figure.exact(BigDecimal.valueOf(random.nextInt(10) == 0 ? random.nextInt(100) : 0)),
            Set.of()),
        new RequestFacts(
            any(List.of(Mode.values())),
            any(List.of(Workload.values())),
            any(List.of(DataResidency.values())),
            random.nextBoolean()),
        PERIOD);
  }

  private IndexedNode node() {
    return new IndexedNode(
        null,
        new ProviderFacts("US", country(), Set.of(), NOTHING, NOTHING, NOTHING),
        new NodeFacts(
            country(),
            null,
            random.nextInt(10) == 0,
            random.nextInt(5) == 0
                ? List.of(
                    new Authorisation("LIC", Instant.parse("2026-01-01T00:00:00Z"), null, null))
                : List.of()),
        new AcceleratorFacts(
            "model-" + random.nextInt(40),
            "Vendor",
            any(List.of("US", "CN")),
            true,
            Figure.exact(BigDecimal.valueOf(1_000 + 500L * random.nextInt(80))),
            Figure.exact(BigDecimal.valueOf(1 + random.nextInt(40))),
            Figure.exact(BigDecimal.valueOf(500 + 500L * random.nextInt(16))),
            Figure.exact(BigDecimal.valueOf(100 + 100L * random.nextInt(18)))));
  }

  private Rule rule(int number) {
    int group = random.nextInt(GROUPS);
    int other = random.nextInt(GROUPS);
    int tpp = 1_000 + 250 * random.nextInt(160);
    int density = 1 + random.nextInt(40);
    String one = country();
    String device = "accelerator.tpp.atLeast(" + tpp + ")";
    String cedarDevice = "resource.tpp >= " + tpp;
    List<String> verdicts = List.of("WARN", "WARN", "WARN", "HOLD_REVIEW", "HOLD_LICENCE", "DENY");
    String[] texts =
        switch (number % 8) {
          case 0 ->
              both(
                  device + " && node.country in " + cel(group) + " && !node.authorised",
                  cedarDevice
                      + " && "
                      + in(group, "resource.country")
                      + " && !resource.authorised");
          case 1 ->
              both(
                  device + " && provider.ultimateParent in " + cel(group) + " && !node.authorised",
                  cedarDevice
                      + " && "
                      + in(group, "resource.providerParent")
                      + " && !resource.authorised");
          case 2 ->
              both(
                  device
                      + " && request.mode == mode.POSSESSION && tenant.ultimateParent in "
                      + cel(group),
                  cedarDevice
                      + " && context.mode == \"POSSESSION\" && "
                      + in(group, "principal.ultimateParent"));
          case 3 ->
              both(
                  "request.workload == workload.TRAINING && tenant.ultimateParent in "
                      + cel(group)
                      + " && accelerator.performanceDensity.atLeast("
                      + density
                      + ")",
                  "context.workload == \"TRAINING\" && "
                      + in(group, "principal.ultimateParent")
                      + " && resource.density >= "
                      + density);
          case 4 ->
              both(
                  "tenant.endUse != node.country && node.country in "
                      + cel(group)
                      + " && tenant.residence in "
                      + cel(other)
                      + " && "
                      + device,
                  "principal.endUse != resource.country && "
                      + in(group, "resource.country")
                      + " && "
                      + in(other, "principal.residence")
                      + " && "
                      + cedarDevice);
          case 5 ->
              both(
                  "tenant.residence in " + cel(group) + " && tenant.ownedByListedPercent.above(49)",
                  in(group, "principal.residence") + " && principal.owned > 49");
          case 6 ->
              both(
                  "request.dataResidency == residency.EEA_ONLY && node.country in "
                      + cel(group)
                      + " && !(tenant.residence in "
                      + cel(group)
                      + ")",
                  "context.residency == \"EEA_ONLY\" && "
                      + in(group, "resource.country")
                      + " && !("
                      + in(group, "principal.residence")
                      + ")");
          default ->
              both(
                  "node.stateFunded && node.country == country."
                      + one
                      + " && accelerator.vendorCountry != country."
                      + one,
                  "resource.stateFunded && resource.country == \""
                      + one
                      + "\" && resource.vendorCountry != \""
                      + one
                      + "\"");
        };
    return new Rule(any(verdicts), texts[0], texts[1]);
  }

  private static String[] both(String cel, String cedar) {
    // Quoted, since a condition may begin with what YAML takes for something else.
    return new String[] {"'" + cel + "'", cedar};
  }

  private static String cel(int group) {
    return "group.G" + group;
  }

  private String in(int group, String attribute) {
    List<String> quoted = new ArrayList<>();
    groups.get(group).forEach(code -> quoted.add('"' + code + '"'));
    return "[" + String.join(", ", quoted) + "].contains(" + attribute + ")";
  }

  private String country() {
    return any(COUNTRIES).toUpperCase(Locale.ROOT);
  }

  private <T> T any(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }
}
