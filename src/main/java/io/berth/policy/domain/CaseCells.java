package io.berth.policy.domain;

import io.berth.catalog.AcceleratorModel;
import io.berth.inventory.Regime;
import io.berth.platform.Figure;
import io.berth.platform.Period;
import io.berth.policy.AcceleratorFacts;
import io.berth.policy.DataResidency;
import io.berth.policy.DeniedPartyList;
import io.berth.policy.Facts;
import io.berth.policy.Mode;
import io.berth.policy.NodeFacts;
import io.berth.policy.NodeFacts.Authorisation;
import io.berth.policy.PolicyQuestion;
import io.berth.policy.ProviderFacts;
import io.berth.policy.RequestFacts;
import io.berth.policy.TenantFacts;
import io.berth.policy.TenantRule;
import io.berth.policy.Verdict;
import io.berth.policy.Workload;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The cells of one row of worked cases. What it cannot read it reports with the column's name. */
final class CaseCells {

  /** What a row must have. */
  static final List<String> COLUMNS =
      List.of(
          "id",
          "tRes",
          "tParent",
          "tEnd",
          "tListed",
          "tElPct",
          "tPolicy",
          "model",
          "nCountry",
          "nAuth",
          "nState",
          "pParent",
          "mode",
          "workload",
          "data",
          "usNexus");

  private static final String UNKNOWN = "?";
  private static final BigDecimal WHOLE_PERCENT = BigDecimal.valueOf(100);
  private static final Map<String, DeniedPartyList> LISTS =
      Map.of("SDN", DeniedPartyList.SDN, "EL", DeniedPartyList.ENTITY_LIST);
  private static final Map<String, TenantRule> OWN_RULES =
      Map.of(
          "eu-owned-only",
          TenantRule.EU_OWNED_ONLY,
          "no-nvidia",
          TenantRule.NO_NVIDIA,
          "eu-sovereign-only",
          TenantRule.EU_SOVEREIGN_ONLY);
  private static final Map<String, Boolean> YES_OR_NO =
      Map.of("true", true, "false", false, "", false);
  private static final Map<String, Mode> MODES =
      Map.of("remote", Mode.REMOTE, "possession", Mode.POSSESSION);
  private static final Map<String, Workload> WORKLOADS =
      Map.of("training", Workload.TRAINING, "inference", Workload.INFERENCE);
  private static final Map<String, DataResidency> RESIDENCIES =
      Map.of(
          "", DataResidency.ANYWHERE,
          "none", DataResidency.ANYWHERE,
          "eea-only", DataResidency.EEA_ONLY);

  private final Map<String, String> cells;
  private final Collection<AcceleratorModel> models;
  private final BiConsumer<String, String> problems;

  /**
   * Over one row.
   *
   * @param cells by column; no surrounding space
   * @param problems takes a column and what is wrong with it
   */
  CaseCells(
      Map<String, String> cells,
      Collection<AcceleratorModel> models,
      BiConsumer<String, String> problems) {
    this.cells = cells;
    this.models = models;
    this.problems = problems;
  }

  /** What a row says of a question, except when. */
  record Row(
      TenantFacts tenant,
      RequestFacts request,
      ProviderFacts provider,
      NodeFacts node,
      AcceleratorFacts accelerator) {

    PolicyQuestion on(Period period) {
      return new PolicyQuestion(tenant, request, provider, node, accelerator, period);
    }
  }

  String id() {
    String id = cell("id");
    if (id.isEmpty()) {
      problems.accept("id", "a row needs a name");
    }
    return id;
  }

  /** Null where none is expected. */
  @Nullable Verdict verdict(String column) {
    String cell = cell(column);
    if (cell.isEmpty()) {
      return null;
    }
    for (Verdict verdict : Verdict.values()) {
      if (verdict.name().equals(cell)) {
        return verdict;
      }
    }
    problems.accept(column, "not a verdict: " + cell);
    return null;
  }

  Row facts() {
    Figure tenantListed = percent("tElPct");
    Figure tenantBlocked = blocked("tSdnPct", tenantListed);
    Figure providerListed = percent("pElPct");
    Figure providerBlocked = blocked("pSdnPct", providerListed);
    String nodeCountry = country("nCountry");
    return new Row(
        new TenantFacts(
            country("tRes"),
            country("tParent"),
            country("tEnd"),
            several("tListed", LISTS),
            most(tenantListed, tenantBlocked),
            tenantBlocked,
            most(tenantListed, tenantBlocked),
            several("tPolicy", OWN_RULES)),
        new RequestFacts(
            one("mode", MODES),
            one("workload", WORKLOADS),
            one("data", RESIDENCIES),
            one("usNexus", YES_OR_NO)),
        new ProviderFacts(
            // Where a row says nothing of it, a provider is at home where its node stands.
            cell("pRes").isEmpty() ? nodeCountry : country("pRes"),
            country("pParent"),
            several("pListed", LISTS),
            most(providerListed, providerBlocked),
            providerBlocked,
            most(providerListed, providerBlocked)),
        new NodeFacts(nodeCountry, null, one("nState", YES_OR_NO), authorisations()),
        accelerator());
  }

  /** None where a row says nothing of it, unless nothing is known of any list. */
  private Figure blocked(String column, Figure listed) {
    return cell(column).isEmpty() && !listed.isKnown() ? Figure.unknown() : percent(column);
  }

  private String cell(String column) {
    return Objects.requireNonNullElse(cells.get(column), "");
  }

  private @Nullable String country(String column) {
    String cell = cell(column);
    if (cell.equals(UNKNOWN)) {
      return null;
    }
    if (!Countries.codes().contains(cell)) {
      problems.accept(
          column,
          cell.isEmpty()
              ? "a country, or ? where it is unknown"
              : "not a country code of ISO 3166-1 alpha-2: " + cell);
      return null;
    }
    return cell;
  }

  private <T> @Nullable T one(String column, Map<String, T> values) {
    String cell = cell(column);
    T value = values.get(cell.toLowerCase(Locale.ROOT));
    if (value == null && !cell.equals(UNKNOWN)) {
      problems.accept(column, notOneOf(cell, values));
    }
    return value;
  }

  private <T> @Nullable Set<T> several(String column, Map<String, T> values) {
    if (cell(column).equals(UNKNOWN)) {
      return null;
    }
    Set<T> found = new HashSet<>();
    for (String part : parts(column)) {
      T value = values.get(part);
      if (value == null) {
        problems.accept(column, notOneOf(part, values));
      } else {
        found.add(value);
      }
    }
    return found;
  }

  private static String notOneOf(String cell, Map<String, ?> values) {
    List<String> known = values.keySet().stream().filter(key -> !key.isEmpty()).sorted().toList();
    return (cell.isEmpty() ? "must not be blank" : "unknown value " + cell)
        + "; the values here are "
        + String.join(", ", known)
        + ", or ? where it is unknown";
  }

  private List<String> parts(String column) {
    return Arrays.stream(cell(column).split(";"))
        .map(String::strip)
        .filter(part -> !part.isEmpty())
        .toList();
  }

  /** The share of two lists' parties together is at least the greater one. */
  private static Figure most(Figure one, Figure other) {
    if (one.min() == null || one.max() == null || other.min() == null || other.max() == null) {
      return Figure.unknown();
    }
    return Figure.of(one.min().max(other.min()), one.max().max(other.max()));
  }

  private Figure percent(String column) {
    String cell = cell(column);
    if (cell.equals(UNKNOWN)) {
      return Figure.unknown();
    }
    try {
      Figure figure = cell.isEmpty() ? Figure.exact(BigDecimal.ZERO) : Figure.parse(cell);
      if (figure.max() != null && figure.max().compareTo(WHOLE_PERCENT) > 0) {
        problems.accept(column, "more than 100 percent");
      }
      return figure;
    } catch (IllegalArgumentException e) {
      problems.accept(column, "not a percentage: " + cell);
      return Figure.unknown();
    }
  }

  /** Null where it is unknown whether there are any, or when one of them starts or ends. */
  private @Nullable List<Authorisation> authorisations() {
    String column = "nAuth";
    if (cell(column).equals(UNKNOWN)) {
      return null;
    }
    List<Authorisation> found = new ArrayList<>();
    boolean isWhole = true;
    for (String part : parts(column)) {
      int at = part.lastIndexOf('@');
      String[] days = part.substring(at + 1).split("\\.\\.", 2);
      try {
        if (at < 1) {
          problems.accept(column, "an authorisation is written ID@DATE or REGIME/ID@DATE: " + part);
        } else if (Arrays.asList(days).contains(UNKNOWN)) {
          isWhole = false;
        } else {
          found.add(
              authorisation(
                  part.substring(0, at),
                  moment(days[0]),
                  days.length < 2 ? null : moment(days[1])));
        }
      } catch (DateTimeException e) {
        problems.accept(column, "not a date such as 2026-02-01: " + part.substring(at + 1));
      } catch (IllegalArgumentException e) {
        problems.accept(column, e.getMessage() + ": " + part);
      }
    }
    return isWhole ? found : null;
  }

  /** One of which the cell does not say who issued it is the US authority's, as in cases of old. */
  private static Authorisation authorisation(String text, Instant start, @Nullable Instant end) {
    int slash = text.indexOf('/');
    String issuer = slash < 0 ? "" : text.substring(0, slash);
    String id = text.substring(slash + 1);
    if (issuer.equals(UNKNOWN)) {
      return new Authorisation(id, start, end, null);
    }
    for (Regime regime : Regime.values()) {
      if (regime.wire().equals(issuer)) {
        return new Authorisation(id, start, end, regime);
      }
    }
    return new Authorisation(text, start, end, Regime.US_BIS);
  }

  private static Instant moment(String date) {
    return LocalDate.parse(date).atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  private AcceleratorFacts accelerator() {
    String cell = cell("model");
    if (cell.equals(UNKNOWN)) {
      return Facts.unknownAccelerator();
    }
    for (AcceleratorModel model : models) {
      if (cell.equals(model.id()) || cell.equals(model.alias()) || cell.equals(model.name())) {
        return Facts.of(model);
      }
    }
    problems.accept("model", cell.isEmpty() ? "must not be blank" : "no accelerator " + cell);
    return Facts.unknownAccelerator();
  }
}
