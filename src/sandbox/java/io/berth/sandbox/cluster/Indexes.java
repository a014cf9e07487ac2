package io.berth.sandbox.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Completed indexes as a job's status writes them, such as {@code 0-2,5}. */
final class Indexes {

  private Indexes() {}

  static Set<Integer> parse(@Nullable String text) {
    Set<Integer> indexes = new TreeSet<>();
    if (text == null || text.isEmpty()) {
      return indexes;
    }
    for (String range : text.split(",", -1)) {
      String[] ends = range.split("-", 2);
      int last = Integer.parseInt(ends[ends.length - 1]);
      for (int i = Integer.parseInt(ends[0]); i <= last; i++) {
        indexes.add(i);
      }
    }
    return indexes;
  }

  static String format(Set<Integer> indexes) {
    List<String> ranges = new ArrayList<>();
    for (int first : indexes) {
      if (indexes.contains(first - 1)) {
        continue;
      }
      int last = first;
      while (indexes.contains(last + 1)) {
        last++;
      }
      ranges.add(first == last ? Integer.toString(first) : first + "-" + last);
    }
    return String.join(",", ranges);
  }
}
