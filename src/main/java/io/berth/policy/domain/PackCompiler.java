package io.berth.policy.domain;

import static java.util.stream.Collectors.toUnmodifiableMap;
import static java.util.stream.Collectors.toUnmodifiableSet;

import io.berth.policy.Ground.RuleText;
import io.berth.policy.InvalidPackException;
import io.berth.policy.domain.CompiledPack.CompiledRule;
import io.berth.policy.domain.PackDocument.Definition;
import io.berth.policy.domain.PackDocument.Group;
import io.berth.policy.domain.PackDocument.GroupVersion;
import io.berth.policy.domain.PackDocument.Located;
import io.berth.policy.domain.PackDocument.Rule;
import io.berth.policy.domain.PackDocument.Window;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Turns a pack's text into rules that can judge, or refuses it whole. */
public final class PackCompiler {

  private final Problems problems;
  private final PackDocument document;
  private final String hash;
  private final ConditionCompiler conditions;

  private PackCompiler(Problems problems, PackDocument document, String text, String hash) {
    this.problems = problems;
    this.document = document;
    this.hash = hash;
    this.conditions =
        new ConditionCompiler(
            problems,
            document.groups().stream().map(Group::name).collect(toUnmodifiableSet()),
            text);
  }

  /**
   * Checks and compiles.
   *
   * @param hash SHA-256 of the text
   * @param onlyStricter whether every rule must object to something
   * @throws InvalidPackException with everything that is wrong
   */
  public static CompiledPack compile(String text, String hash, boolean onlyStricter) {
    Problems problems = new Problems();
    PackDocument document = PackReader.read(text, onlyStricter, problems);
    return new PackCompiler(problems, document, text, hash).compile();
  }

  private CompiledPack compile() {
    Map<String, Condition> definitions = new HashMap<>();
    for (Definition definition : document.definitions()) {
      Condition condition = conditions.compile(definition.expression());
      if (condition != null) {
        definitions.put(ConditionCompiler.definitionVariable(definition.name()), condition);
      }
      // Declared although it may be wrong: its users are not to blame.
      conditions.declareDefinition(definition.name());
    }
    Map<String, Set<String>> conflicts = conflicts();
    List<CompiledRule> rules = new ArrayList<>();
    for (Rule rule : document.rules()) {
      rules.add(compile(rule, conflicts.getOrDefault(rule.id().text(), Set.of())));
    }
    problems.refuseIfAny();
    Map<String, List<GroupVersion>> groups =
        document.groups().stream()
            .collect(
                toUnmodifiableMap(
                    group -> ConditionCompiler.groupVariable(group.name()), Group::versions));
    return new CompiledPack(document, groups, Map.copyOf(definitions), rules, boundaries());
  }

  private CompiledRule compile(Rule rule, Set<String> conflicts) {
    List<Fact> missing = new ArrayList<>();
    for (Located name : rule.missing()) {
      Fact fact = Fact.all().get(name.text());
      if (fact == null) {
        problems.add(name.position(), "unknown fact: " + name.text());
      } else {
        missing.add(fact);
      }
    }
    Condition condition = rule.condition() == null ? null : conditions.compile(rule.condition());
    return new CompiledRule(
        document.id(),
        new RuleText(hash, rule.id().text()),
        rule,
        condition,
        List.copyOf(missing),
        Set.copyOf(conflicts));
  }

  /** A conflict holds both ways, whichever of the two rules names it. */
  private Map<String, Set<String>> conflicts() {
    Set<String> ids =
        document.rules().stream().map(rule -> rule.id().text()).collect(toUnmodifiableSet());
    Map<String, Set<String>> conflicts = new HashMap<>();
    for (Rule rule : document.rules()) {
      for (Located other : rule.conflicts()) {
        if (!ids.contains(other.text()) || other.text().equals(rule.id().text())) {
          problems.add(other.position(), "no other rule has the id " + other.text());
        }
        conflicts.computeIfAbsent(rule.id().text(), id -> new TreeSet<>()).add(other.text());
        conflicts.computeIfAbsent(other.text(), id -> new TreeSet<>()).add(rule.id().text());
      }
    }
    return conflicts;
  }

  /** Every moment at which a rule or a group starts or ends. */
  private TreeSet<Instant> boundaries() {
    Stream<Window> windows =
        Stream.concat(
            document.rules().stream().flatMap(rule -> rule.windows().stream()),
            document.groups().stream()
                .flatMap(group -> group.versions().stream().map(GroupVersion::window)));
    TreeSet<Instant> boundaries = new TreeSet<>();
    windows.forEach(window -> {
      if (window.from() != null) {
        boundaries.add(window.from());
      }
      if (window.until() != null) {
        boundaries.add(window.until());
      }
    });
    return boundaries;
  }
}
