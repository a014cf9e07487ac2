package io.berth.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.inventory.Regime;
import io.berth.platform.Figure;
import io.berth.policy.NodeFacts.Authorisation;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Each field of a question in turn is unknown, then has every value that rules tell apart: what is
 * permitted while it is unknown must come out the same whatever it turns out to be.
 */
class EveryValueOfAnUnknownTest {

  private static final RulePack BASELINE = RulePack.exportBaseline();

  /** Of every kind that the groups and the rules of the baseline tell apart. */
  private static final List<String> COUNTRIES =
      List.of(
          "US", "DE", "PL", "NO", "GB", "CN", "HK", "MO", "RU", "NI", "IR", "CU", "KP", "AE", "VN",
          "SG", "MY");

  private static final List<Boolean> YES_AND_NO = List.of(true, false);

  /** One field: how it is given a value, and the values that it is tried with. */
  private record Field<T>(
      String name, BiConsumer<Questions, @Nullable T> setter, List<T> values, @Nullable T unknown) {

    void hold(PolicyQuestion question) {
      Verdict unknownVerdict = judge(question, unknown);
      if (!unknownVerdict.permits()) {
        return;
      }
      for (T value : values) {
        assertThat(judge(question, value))
            .as("%s = %s in %s", name, value, question)
            .isEqualTo(unknownVerdict);
      }
    }

    private Verdict judge(PolicyQuestion question, @Nullable T value) {
      Questions changed = Questions.like(question);
      setter.accept(changed, value);
      return BASELINE.judge(changed.ask()).verdict();
    }
  }

  @TestFactory
  Stream<DynamicTest> permitsOnlyWhatEveryValueWouldPermit() {
    List<PolicyQuestion> questions =
        Stream.of("/policy/cases.csv", "/policy/baseline-cases.csv")
            .flatMap(resource -> BaselineCasesTest.cases(resource).cases().stream())
            .map(PolicyCases.Case::question)
            .distinct()
            .toList();
    return fields().stream()
        .map(field -> DynamicTest.dynamicTest(field.name(), () -> questions.forEach(field::hold)));
  }

  private static List<Field<?>> fields() {
    List<Field<?>> fields = new ArrayList<>();
    fields.add(field("tenant.residence", (q, v) -> q.residence = v, COUNTRIES));
    fields.add(field("tenant.ultimateParent", (q, v) -> q.parent = v, COUNTRIES));
    fields.add(field("tenant.endUse", (q, v) -> q.endUse = v, COUNTRIES));
    fields.add(field("tenant.listedOn", (q, v) -> q.listedOn = v, subsets(DeniedPartyList.class)));
    fields.add(
        figure(
            "tenant.ownedByListedPercent",
            (q, v) -> q.ownedByListedPercent = v,
            "0",
            "0.1",
            "49.9",
            "50",
            "100"));
    fields.add(
        figure(
            "tenant.ownedBySdnPercent",
            (q, v) -> q.ownedBySdnPercent = v,
            "0",
            "49.9",
            "50",
            "100"));
    fields.add(
        figure(
            "tenant.ownedByBisListedPercent",
            (q, v) -> q.ownedByBisListedPercent = v,
            "0",
            "49.9",
            "50",
            "100"));
    fields.add(
        figure(
            "provider.ownedByListedPercent",
            (q, v) -> q.providerOwnedByListedPercent = v,
            "0",
            "0.1",
            "100"));
    fields.add(
        figure(
            "provider.ownedBySdnPercent",
            (q, v) -> q.providerOwnedBySdnPercent = v,
            "0",
            "49.9",
            "50",
            "100"));
    fields.add(
        figure(
            "provider.ownedByBisListedPercent",
            (q, v) -> q.providerOwnedByBisListedPercent = v,
            "0",
            "49.9",
            "50",
            "100"));
    fields.add(field("provider.residence", (q, v) -> q.providerResidence = v, COUNTRIES));
    fields.add(field("tenant.ownRules", (q, v) -> q.ownRules = v, subsets(TenantRule.class)));
    fields.add(field("request.mode", (q, v) -> q.mode = v, List.of(Mode.values())));
    fields.add(field("request.workload", (q, v) -> q.workload = v, List.of(Workload.values())));
    fields.add(
        field(
            "request.dataResidency",
            (q, v) -> q.dataResidency = v,
            List.of(DataResidency.values())));
    fields.add(field("request.usNexus", (q, v) -> q.usNexus = v, YES_AND_NO));
    fields.add(field("provider.ultimateParent", (q, v) -> q.providerParent = v, COUNTRIES));
    fields.add(
        field(
            "provider.listedOn", (q, v) -> q.providerListedOn = v, subsets(DeniedPartyList.class)));
    fields.add(field("node.country", (q, v) -> q.nodeCountry = v, COUNTRIES));
    fields.add(field("node.stateFunded", (q, v) -> q.stateFunded = v, YES_AND_NO));
    fields.add(
        field(
            "node.authorisations",
            (q, v) -> q.authorisations = v,
            List.<List<Authorisation>>of(
                List.of(),
                List.of(
                    new Authorisation(
                        "LIC-1", Questions.moment("2020-01-01"), null, Regime.US_BIS)))));
    fields.add(
        accelerator(
            "accelerator.model",
            (a, v) -> with(a, v, a.vendor(), a.vendorCountry(), a.datacentre()),
            List.of("nvidia-h20", "amd-mi308x", "nvidia-h200-sxm", "nvidia-rtx-pro-6000d", "new"),
            null));
    fields.add(
        accelerator(
            "accelerator.vendor",
            (a, v) -> with(a, a.model(), v, a.vendorCountry(), a.datacentre()),
            List.of("NVIDIA", "AMD"),
            null));
    fields.add(
        accelerator(
            "accelerator.vendorCountry",
            (a, v) -> with(a, a.model(), a.vendor(), v, a.datacentre()),
            COUNTRIES,
            null));
    fields.add(
        accelerator(
            "accelerator.datacentre",
            (a, v) -> with(a, a.model(), a.vendor(), a.vendorCountry(), v),
            YES_AND_NO,
            null));
    fields.add(
        accelerator(
            "accelerator.tpp",
            (a, v) ->
                with(
                    a, v, a.performanceDensity(), a.dramGbPerSecond(), a.interconnectGbPerSecond()),
            figures("0", "1599", "1600", "2399", "2400", "4799", "4800", "20999", "21000"),
            Figure.unknown()));
    fields.add(
        accelerator(
            "accelerator.performanceDensity",
            (a, v) -> with(a, a.tpp(), v, a.dramGbPerSecond(), a.interconnectGbPerSecond()),
            figures("0", "1.59", "1.6", "3.19", "3.2", "5.91", "5.92"),
            Figure.unknown()));
    fields.add(
        accelerator(
            "accelerator.dramGbPerSecond",
            (a, v) -> with(a, a.tpp(), a.performanceDensity(), v, a.interconnectGbPerSecond()),
            figures("0", "6499", "6500"),
            Figure.unknown()));
    fields.add(
        accelerator(
            "accelerator.interconnectGbPerSecond",
            (a, v) -> with(a, a.tpp(), a.performanceDensity(), a.dramGbPerSecond(), v),
            figures("0", "599", "600"),
            Figure.unknown()));
    return fields;
  }

  private static <T> Field<T> field(
      String name, BiConsumer<Questions, @Nullable T> setter, List<T> values) {
    return new Field<>(name, setter, values, null);
  }

  private static Field<Figure> figure(
      String name, BiConsumer<Questions, @Nullable Figure> setter, String... values) {
    return new Field<>(name, setter, figures(values), Figure.unknown());
  }

  private static <T> Field<T> accelerator(
      String name,
      BiFunction<AcceleratorFacts, @Nullable T, AcceleratorFacts> change,
      List<T> values,
      @Nullable T unknown) {
    return new Field<>(
        name, (q, v) -> q.accelerator = change.apply(q.accelerator, v), values, unknown);
  }

  private static List<Figure> figures(String... values) {
    return Arrays.stream(values).map(value -> Figure.exact(new BigDecimal(value))).toList();
  }

  private static <E extends Enum<E>> List<Set<E>> subsets(Class<E> type) {
    List<Set<E>> subsets = new ArrayList<>(List.of(Set.of()));
    for (E constant : type.getEnumConstants()) {
      subsets.add(Set.of(constant));
    }
    return subsets;
  }

  private static AcceleratorFacts with(
      AcceleratorFacts facts,
      @Nullable String model,
      @Nullable String vendor,
      @Nullable String vendorCountry,
      @Nullable Boolean datacentre) {
    return new AcceleratorFacts(
        model,
        vendor,
        vendorCountry,
        datacentre,
        facts.tpp(),
        facts.performanceDensity(),
        facts.dramGbPerSecond(),
        facts.interconnectGbPerSecond());
  }

  private static AcceleratorFacts with(
      AcceleratorFacts facts, Figure tpp, Figure density, Figure dram, Figure interconnect) {
    return new AcceleratorFacts(
        facts.model(),
        facts.vendor(),
        facts.vendorCountry(),
        facts.datacentre(),
        tpp,
        density,
        dram,
        interconnect);
  }
}
