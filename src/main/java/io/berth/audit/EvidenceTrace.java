package io.berth.audit;

import io.berth.platform.Id;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The ids that belong to one file of evidence, by kind; not for several threads at once. */
public final class EvidenceTrace {

  /** How many ids of one kind a file is about at most. */
  public static final int IDS_MAX = 1_000;

  private static final Pattern ID = Pattern.compile("\\b([a-z]+)_[a-z2-7]{26}\\b");

  private final Map<String, Set<String>> byKind = new LinkedHashMap<>();
  private final Set<String> truncated = new TreeSet<>();

  /** Adds an id. */
  public void add(Id id) {
    String wire = id.toString();
    add(wire.substring(0, wire.indexOf('_')), wire);
  }

  /** Adds a name that is no id, under a kind of its own. */
  public void add(String kind, String name) {
    Set<String> known = byKind.computeIfAbsent(kind, key -> new LinkedHashSet<>());
    if (known.size() < IDS_MAX) {
      known.add(name);
    } else if (!known.contains(name)) {
      truncated.add(kind);
    }
  }

  /** Adds every id of some kinds that a text mentions. */
  public void addMentioned(Collection<String> kinds, String text) {
    Matcher matcher = ID.matcher(text);
    while (matcher.find()) {
      if (kinds.contains(matcher.group(1))) {
        add(matcher.group(1), matcher.group());
      }
    }
  }

  /** The ids of a kind, such as {@code quote}, in the order in which they were found. */
  public List<String> of(String kind) {
    return List.copyOf(byKind.getOrDefault(kind, Set.of()));
  }

  /** The ids of several kinds. */
  public List<String> of(Collection<String> kinds) {
    return kinds.stream().flatMap(kind -> of(kind).stream()).toList();
  }

  /** Says that a part leaves something out. */
  public void truncated(String what) {
    truncated.add(what);
  }

  /** Of what there was more than the file holds; empty where it is whole. */
  public List<String> truncated() {
    return List.copyOf(truncated);
  }
}
