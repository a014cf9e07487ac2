package io.berth.policy.domain;

import io.berth.policy.PackChange;
import io.berth.policy.PackChange.How;
import io.berth.policy.PackChange.Part;
import io.berth.policy.domain.PackDocument.Group;
import io.berth.policy.domain.PackDocument.GroupVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Says what changed in a group of countries; its versions are told apart by their start. */
final class GroupComparison {

  private final Group after;
  private final List<PackChange> changes = new ArrayList<>();

  private GroupComparison(Group after) {
    this.after = after;
  }

  static List<PackChange> between(Group before, Group after) {
    GroupComparison comparison = new GroupComparison(after);
    for (GroupVersion version : after.versions()) {
      GroupVersion was = sameStart(before, version);
      if (was == null) {
        comparison.added(version);
      } else {
        comparison.changed(was, version);
      }
    }
    for (GroupVersion version : before.versions()) {
      if (sameStart(after, version) == null) {
        comparison.add(
            "versions",
            PackWords.version(version),
            null,
            "no longer has a version from " + PackWords.start(version.window()) + ".");
      }
    }
    return comparison.changes;
  }

  private static @Nullable GroupVersion sameStart(Group group, GroupVersion version) {
    return group.versions().stream()
        .filter(other -> Objects.equals(other.window().from(), version.window().from()))
        .findFirst()
        .orElse(null);
  }

  private void added(GroupVersion version) {
    int index = after.versions().indexOf(version);
    List<String> earlier =
        index == 0 ? List.of() : after.versions().get(index - 1).memberCountries();
    add(
        "versions",
        null,
        PackWords.version(version),
        "has a new version from "
            + PackWords.start(version.window())
            + ": "
            + PackWords.memberMoves(earlier, version.memberCountries())
            + ".");
  }

  private void changed(GroupVersion was, GroupVersion is) {
    String from = "from " + PackWords.start(is.window());
    if (!sorted(was).equals(sorted(is))) {
      add(
          "members",
          String.join(", ", sorted(was)),
          String.join(", ", sorted(is)),
          from
              + " has other members: "
              + PackWords.memberMoves(was.memberCountries(), is.memberCountries())
              + ".");
    }
    if (!Objects.equals(was.window().until(), is.window().until())) {
      add(
          "until",
          PackWords.end(was.window()),
          PackWords.end(is.window()),
          from
              + " now ends: "
              + PackWords.end(is.window())
              + "; before: "
              + PackWords.end(was.window())
              + ".");
    }
    Stream.of(
            new String[] {"source", was.source(), is.source()},
            new String[] {"confidence", was.confidence(), is.confidence()})
        .filter(member -> !member[1].equals(member[2]))
        .forEach(member ->
            add(
                member[0],
                member[1],
                member[2],
                from
                    + " has another "
                    + member[0]
                    + ": "
                    + member[2]
                    + "; it was: "
                    + member[1]
                    + "."));
  }

  private void add(String member, @Nullable String before, @Nullable String now, String predicate) {
    changes.add(
        new PackChange(
            Part.GROUP,
            after.name(),
            How.CHANGED,
            member,
            before,
            now,
            "Group " + after.name() + " " + predicate));
  }

  private static List<String> sorted(GroupVersion version) {
    return version.memberCountries().stream().sorted().toList();
  }
}
