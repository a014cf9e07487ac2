package io.berth.policy.domain;

import io.berth.policy.Authority;
import io.berth.policy.Verdict;
import io.berth.policy.domain.PackDocument.Definition;
import io.berth.policy.domain.PackDocument.Group;
import io.berth.policy.domain.PackDocument.GroupVersion;
import io.berth.policy.domain.PackDocument.Located;
import io.berth.policy.domain.PackDocument.Rule;
import io.berth.policy.domain.PackDocument.Window;
import java.io.StringReader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * Reads a pack's YAML. It works on the parsed nodes rather than on bound objects, because only they
 * still know their lines and columns, and because no scalar is then guessed to be a boolean or a
 * number (the country code {@code NO} is text).
 */
final class PackReader {

  private static final Pattern KEBAB = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");
  private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.+-]*");
  private static final Pattern GROUP = Pattern.compile("[A-Z][A-Za-z0-9]*");
  private static final Pattern CAMEL = Pattern.compile("[a-z][A-Za-z0-9]*");

  private static final Set<String> PACK_FIELDS =
      Set.of("id", "version", "title", "groups", "definitions", "rules");
  private static final Set<String> GROUP_FIELDS =
      Set.of("from", "until", "source", "confidence", "members");
  private static final Set<String> RULE_FIELDS =
      Set.of(
          "id",
          "title",
          "authority",
          "citation",
          "confidence",
          "windows",
          "condition",
          "missing",
          "verdict",
          "code",
          "message",
          "wouldChange",
          "conflicts");

  private final Problems problems;
  private final boolean onlyStricter;
  private final List<String> lines;

  private PackReader(Problems problems, boolean onlyStricter, String text) {
    this.problems = problems;
    this.onlyStricter = onlyStricter;
    this.lines = text.lines().toList();
  }

  /** The document as far as it could be read; what could not be is among the problems. */
  static PackDocument read(String text, boolean onlyStricter, Problems problems) {
    Node root = parse(text, problems);
    problems.refuseIfAny();
    if (root == null) {
      problems.add(Position.START, "the pack is empty");
      problems.refuseIfAny();
      throw new IllegalStateException("a problem was just added");
    }
    return new PackReader(problems, onlyStricter, text).pack(root);
  }

  private static @Nullable Node parse(String text, Problems problems) {
    if (text.length() > PackLimits.TEXT_CHARACTERS_MAX) {
      problems.add(
          Position.START,
          "the pack is longer than " + PackLimits.TEXT_CHARACTERS_MAX + " characters");
      return null;
    }
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(PackLimits.TEXT_CHARACTERS_MAX);
    options.setNestingDepthLimit(PackLimits.YAML_DEPTH_MAX);
    options.setMaxAliasesForCollections(0);
    Yaml yaml = new Yaml(options);
    try {
      for (Event event : yaml.parse(new StringReader(text))) {
        if (event instanceof AliasEvent) {
          // An alias would stand in two places, and a problem with it in only one of them.
          problems.add(Position.of(event.getStartMark()), "aliases are not allowed");
        }
      }
      problems.refuseIfAny();
      return yaml.compose(new StringReader(text));
    } catch (MarkedYAMLException e) {
      Mark mark = e.getProblemMark() == null ? e.getContextMark() : e.getProblemMark();
      problems.add(
          mark == null ? Position.START : Position.of(mark), "not YAML: " + e.getProblem());
    } catch (YAMLException e) {
      problems.add(Position.START, "not YAML: " + e.getMessage());
    }
    return null;
  }

  private PackDocument pack(Node root) {
    YamlFields fields = new YamlFields(problems, root, PACK_FIELDS);
    Located id = fields.name("id", KEBAB);
    Located version = fields.name("version", VERSION);
    String title = fields.prose("title");
    List<Group> groups = groups(fields);
    List<Definition> definitions = definitions(fields);
    List<Rule> rules = new ArrayList<>();
    for (Node node : fields.items("rules", PackLimits.RULES_MAX)) {
      rules.add(rule(node));
    }
    if (!fields.has("rules")) {
      problems.add(fields.position(), "the field rules is missing");
    }
    refuseDuplicates(rules);
    return new PackDocument(id.text(), version.text(), title, groups, definitions, rules);
  }

  private void refuseDuplicates(List<Rule> rules) {
    Set<String> seen = new HashSet<>();
    for (Rule rule : rules) {
      if (!rule.id().text().isEmpty() && !seen.add(rule.id().text())) {
        problems.add(rule.id().position(), "the rule id " + rule.id().text() + " is given twice");
      }
    }
  }

  private List<Group> groups(YamlFields pack) {
    List<Group> groups = new ArrayList<>();
    Node node = pack.node("groups");
    if (node == null) {
      return groups;
    }
    YamlFields fields = new YamlFields(problems, node);
    if (fields.names().size() > PackLimits.GROUPS_MAX) {
      problems.add(fields.position(), "more than " + PackLimits.GROUPS_MAX + " groups");
      return groups;
    }
    for (String name : fields.names()) {
      requireForm(fields, name, GROUP, "group");
      List<GroupVersion> versions = new ArrayList<>();
      for (Node version : fields.items(name, PackLimits.GROUP_VERSIONS_MAX)) {
        versions.add(groupVersion(version, versions));
      }
      requireItems(fields, name, versions);
      groups.add(new Group(name, List.copyOf(versions)));
    }
    return groups;
  }

  private GroupVersion groupVersion(Node node, List<GroupVersion> earlier) {
    YamlFields fields = new YamlFields(problems, node, GROUP_FIELDS);
    Window window = window(fields);
    if (window.from() == null && !fields.has("from")) {
      problems.add(fields.position(), "the field from is missing");
    }
    Instant from = window.from();
    Instant before = earlier.isEmpty() ? null : earlier.getLast().window().until();
    if (!earlier.isEmpty() && from != null && (before == null || before.isAfter(from))) {
      problems.add(
          fields.positionOf("from"), "starts before the version above ends: give that an until");
    }
    List<String> members = new ArrayList<>();
    for (Located member : fields.texts("members", Countries.codes().size())) {
      if (!Countries.codes().contains(member.text())) {
        problems.add(member.position(), "not a country code: " + member.text());
      } else if (members.contains(member.text())) {
        problems.add(member.position(), "the member " + member.text() + " is given twice");
      }
      members.add(member.text());
    }
    if (!fields.has("members")) {
      problems.add(fields.position(), "the field members is missing");
    }
    return new GroupVersion(
        window, fields.prose("source"), fields.prose("confidence"), List.copyOf(members));
  }

  private List<Definition> definitions(YamlFields pack) {
    List<Definition> definitions = new ArrayList<>();
    Node node = pack.node("definitions");
    if (node == null) {
      return definitions;
    }
    YamlFields fields = new YamlFields(problems, node);
    if (fields.names().size() > PackLimits.DEFINITIONS_MAX) {
      problems.add(fields.position(), "more than " + PackLimits.DEFINITIONS_MAX + " definitions");
      return definitions;
    }
    for (String name : fields.names()) {
      requireForm(fields, name, CAMEL, "definition");
      Expression expression = expression(fields, name);
      if (expression != null) {
        definitions.add(new Definition(name, expression));
      }
    }
    return definitions;
  }

  private void requireForm(YamlFields fields, String name, Pattern form, String kind) {
    if (name.length() > PackLimits.NAME_CHARACTERS_MAX || !form.matcher(name).matches()) {
      problems.add(fields.positionOfKey(name), "the name of a " + kind + " must match " + form);
    }
  }

  private Rule rule(Node node) {
    YamlFields fields = new YamlFields(problems, node, RULE_FIELDS);
    List<Window> windows = new ArrayList<>();
    for (Node window : fields.items("windows", PackLimits.WINDOWS_MAX)) {
      windows.add(window(new YamlFields(problems, window, Set.of("from", "until"))));
    }
    List<Located> missing = fields.texts("missing", PackLimits.REFERENCES_MAX);
    requireItems(fields, "windows", windows);
    requireItems(fields, "missing", missing);
    Expression condition = fields.has("condition") ? expression(fields, "condition") : null;
    if (fields.has("condition") == fields.has("missing")) {
      problems.add(fields.position(), "a rule has either a condition or missing facts");
    }
    Verdict verdict = fields.constant("verdict", Verdict.class, false);
    if (fields.has("missing") && fields.has("verdict") && verdict.permits()) {
      problems.add(fields.positionOf("verdict"), "a missing fact must not lead to a permit");
    }
    if (onlyStricter && fields.has("verdict") && verdict == Verdict.ALLOW) {
      problems.add(
          fields.positionOf("verdict"),
          "a provider's or tenant's rule can only object: give WARN or something stricter, or take"
              + " the rule out");
    }
    return new Rule(
        fields.name("id", KEBAB),
        fields.prose("title"),
        fields.constant("authority", Authority.class, true),
        fields.prose("citation"),
        fields.has("confidence") ? fields.prose("confidence") : "",
        List.copyOf(windows),
        condition,
        missing,
        verdict,
        fields.name("code", CAMEL).text(),
        fields.prose("message"),
        fields.prose("wouldChange"),
        fields.texts("conflicts", PackLimits.REFERENCES_MAX));
  }

  private void requireItems(YamlFields fields, String name, List<?> items) {
    if (fields.has(name) && items.isEmpty()) {
      problems.add(fields.positionOf(name), name + " must name at least one; or leave it out");
    }
  }

  private Window window(YamlFields fields) {
    Instant from = fields.moment("from");
    Instant until = fields.moment("until");
    if (from != null && until != null && !from.isBefore(until)) {
      problems.add(fields.positionOf("until"), "the window ends before it starts");
    }
    return new Window(from, until);
  }

  private @Nullable Expression expression(YamlFields fields, String name) {
    ScalarNode scalar = fields.scalar(name);
    if (scalar == null) {
      return null;
    }
    if (scalar.getValue().length() > PackLimits.CONDITION_CHARACTERS_MAX) {
      problems.add(
          fields.positionOf(name),
          "the condition is longer than " + PackLimits.CONDITION_CHARACTERS_MAX + " characters");
      return null;
    }
    return new Expression(scalar, lines);
  }
}
