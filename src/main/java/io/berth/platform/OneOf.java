package io.berth.platform;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * In Hibernate's language, that a path has one of some values. Hibernate translates a query with a
 * parameter that is a list anew each time it runs; one with a parameter for each value it keeps. So
 * that there are few such queries, short lists are filled up with their last value.
 *
 * @param condition to be put into a query's {@code where}
 * @param parameters for it, by name
 */
public record OneOf(String condition, Map<String, Object> parameters) {

  private static final int SINGLE_MAX = 16;

  /** Copies the map. */
  public OneOf {
    parameters = Map.copyOf(parameters);
  }

  /**
   * A condition.
   *
   * @param path such as {@code o.id}
   * @param values at least one
   */
  public static OneOf of(String path, Collection<?> values) {
    List<?> all = List.copyOf(values);
    if (all.size() > SINGLE_MAX) {
      return new OneOf(path + " in :values", Map.of("values", all));
    }
    int size = 1;
    while (size < all.size()) {
      size *= 2;
    }
    Map<String, Object> parameters = new LinkedHashMap<>();
    for (int i = 0; i < size; i++) {
      parameters.put("value" + i, all.get(Math.min(i, all.size() - 1)));
    }
    return new OneOf(
        parameters.keySet().stream()
            .map(name -> ":" + name)
            .collect(Collectors.joining(", ", path + " in (", ")")),
        parameters);
  }
}
