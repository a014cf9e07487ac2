package io.berth.policy.domain;

import static java.util.stream.Collectors.joining;

import io.berth.policy.PackChange;
import io.berth.policy.PackChange.How;
import io.berth.policy.PackChange.Part;
import io.berth.policy.domain.PackDocument.Definition;
import io.berth.policy.domain.PackDocument.Group;
import io.berth.policy.domain.PackDocument.Located;
import io.berth.policy.domain.PackDocument.Rule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Says what changed from one version of a pack to another. */
final class PackComparison {

  private final List<PackChange> changes = new ArrayList<>();

  private PackComparison() {}

  /** The changes: the pack's own, then rules, groups and definitions, each as they are written. */
  static List<PackChange> between(PackDocument before, PackDocument after) {
    PackComparison comparison = new PackComparison();
    comparison.pack(before, after);
    comparison.rules(before, after);
    comparison.groups(before, after);
    comparison.definitions(before, after);
    return List.copyOf(comparison.changes);
  }

  private void pack(PackDocument before, PackDocument after) {
    Subject pack = new Subject(Part.PACK, after.id(), "The pack");
    member(pack, "id", before.id(), after.id());
    member(pack, "title", before.title(), after.title());
  }

  private void rules(PackDocument before, PackDocument after) {
    Map<String, Rule> old = byName(before.rules(), rule -> rule.id().text());
    Map<String, Rule> fresh = byName(after.rules(), rule -> rule.id().text());
    fresh.forEach((id, rule) -> {
      Rule was = old.get(id);
      if (was == null) {
        whole(
            Part.RULE,
            id,
            How.ADDED,
            "Rule "
                + id
                + " is new: "
                + rule.verdict()
                + ", "
                + PackWords.windows(rule.windows())
                + ". "
                + rule.title()
                + ".");
      } else {
        rule(id, was, rule);
      }
    });
    old.forEach((id, rule) -> {
      if (!fresh.containsKey(id)) {
        whole(
            Part.RULE,
            id,
            How.REMOVED,
            "Rule "
                + id
                + " is gone; it said "
                + rule.verdict()
                + ", "
                + PackWords.windows(rule.windows())
                + ". "
                + rule.title()
                + ".");
      }
    });
  }

  private void rule(String id, Rule was, Rule is) {
    Subject rule = new Subject(Part.RULE, id, "Rule " + id);
    if (was.verdict() != is.verdict()) {
      changed(
          rule,
          "verdict",
          was.verdict().name(),
          is.verdict().name(),
          "Rule " + id + " now says " + is.verdict() + "; it said " + was.verdict() + ".");
    }
    String windowsBefore = PackWords.windows(was.windows());
    String windowsAfter = PackWords.windows(is.windows());
    if (!windowsBefore.equals(windowsAfter)) {
      changed(
          rule,
          "windows",
          windowsBefore,
          windowsAfter,
          "Rule " + id + " now holds " + windowsAfter + "; it held " + windowsBefore + ".");
    }
    member(rule, "condition", text(was.condition()), text(is.condition()));
    member(rule, "missing", names(was.missing()), names(is.missing()));
    member(rule, "authority", lower(was.authority()), lower(is.authority()));
    member(rule, "citation", was.citation(), is.citation());
    member(rule, "confidence", was.confidence(), is.confidence());
    member(rule, "title", was.title(), is.title());
    member(rule, "code", was.code(), is.code());
    member(rule, "message", was.message(), is.message());
    member(rule, "wouldChange", was.wouldChange(), is.wouldChange());
    member(rule, "conflicts", names(was.conflicts()), names(is.conflicts()));
  }

  private void groups(PackDocument before, PackDocument after) {
    Map<String, Group> old = byName(before.groups(), Group::name);
    Map<String, Group> fresh = byName(after.groups(), Group::name);
    fresh.forEach((name, group) -> {
      Group was = old.get(name);
      if (was == null) {
        whole(
            Part.GROUP,
            name,
            How.ADDED,
            "Group " + name + " is new: " + PackWords.versions(group.versions()) + ".");
      } else {
        changes.addAll(GroupComparison.between(was, group));
      }
    });
    old.keySet().stream()
        .filter(name -> !fresh.containsKey(name))
        .forEach(name -> whole(Part.GROUP, name, How.REMOVED, "Group " + name + " is gone."));
  }

  private void definitions(PackDocument before, PackDocument after) {
    Map<String, Definition> old = byName(before.definitions(), Definition::name);
    Map<String, Definition> fresh = byName(after.definitions(), Definition::name);
    fresh.forEach((name, definition) -> {
      Definition was = old.get(name);
      String is = text(definition.expression());
      if (was == null) {
        whole(Part.DEFINITION, name, How.ADDED, "Definition " + name + " is new: " + is + ".");
      } else {
        member(
            new Subject(Part.DEFINITION, name, "Definition " + name),
            "condition",
            text(was.expression()),
            is);
      }
    });
    old.keySet().stream()
        .filter(name -> !fresh.containsKey(name))
        .forEach(
            name -> whole(Part.DEFINITION, name, How.REMOVED, "Definition " + name + " is gone."));
  }

  /** What a change is about; {@code words} begin its sentence. */
  private record Subject(Part part, String name, String words) {}

  private void member(Subject subject, String member, String before, String after) {
    if (before.equals(after)) {
      return;
    }
    String sentence =
        before.isEmpty()
            ? subject.words() + " has a " + PackWords.member(member) + " now: " + after
            : after.isEmpty()
                ? subject.words()
                    + " has no "
                    + PackWords.member(member)
                    + " any more; it was: "
                    + before
                : subject.words()
                    + " has another "
                    + PackWords.member(member)
                    + ": "
                    + after
                    + "; it was: "
                    + before;
    changed(subject, member, before, after, sentence + ".");
  }

  private void changed(
      Subject subject, String member, String before, String after, String sentence) {
    changes.add(
        new PackChange(
            subject.part(),
            subject.name(),
            How.CHANGED,
            member,
            before.isEmpty() ? null : before,
            after.isEmpty() ? null : after,
            sentence));
  }

  private void whole(Part part, String name, How how, String sentence) {
    changes.add(new PackChange(part, name, how, null, null, null, sentence));
  }

  private static <T> Map<String, T> byName(List<T> parts, Function<T, String> name) {
    Map<String, T> byName = new LinkedHashMap<>();
    parts.forEach(part -> byName.put(name.apply(part), part));
    return byName;
  }

  /** White space between two words means nothing in a condition. */
  private static String text(@Nullable Expression expression) {
    return expression == null ? "" : expression.text().strip().replaceAll("\\s+", " ");
  }

  private static String names(List<Located> names) {
    return names.stream().map(Located::text).sorted().collect(joining(", "));
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
