package io.berth.platform.internal;

import io.berth.platform.ProblemException;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.MultivaluedMap;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Refuses query parameters that an operation does not have: a filter with a slip in its name would
 * else silently not filter. Refuses values that are not of their parameter's type as well, which
 * the framework would answer with a 404 that names no place.
 */
public class QueryParameterGuard {

  private final ConcurrentHashMap<Method, Map<String, Class<?>>> known = new ConcurrentHashMap<>();

  @ServerRequestFilter
  void check(ResourceInfo resource, ContainerRequestContext request) {
    MultivaluedMap<String, String> sent = request.getUriInfo().getQueryParameters();
    if (sent.isEmpty()) {
      return;
    }
    Map<String, Class<?>> declared =
        known.computeIfAbsent(resource.getResourceMethod(), QueryParameterGuard::declared);
    sent.forEach((name, values) -> {
      Class<?> type = declared.get(name);
      if (type == null) {
        throw ProblemException.malformed(
            "?" + name,
            "There is no query parameter '"
                + name
                + "' here; known are "
                + declared.keySet()
                + ".");
      }
      values.forEach(value -> checkType(name, value, type));
    });
  }

  /** Checks the types that have no reader of their own, which would say what is wrong itself. */
  private static void checkType(String name, String value, Class<?> type) {
    String expected = null;
    try {
      if (type == Integer.class || type == int.class) {
        expected = "a whole number in range";
        Integer.parseInt(value);
      } else if (type == Long.class || type == long.class) {
        expected = "a whole number in range";
        Long.parseLong(value);
      } else if (type == Instant.class) {
        expected = "a time in RFC 3339, such as 2026-11-01T00:00:00Z";
        Instant.parse(value);
      } else if (type.isEnum() && !hasReader(type)) {
        Object[] constants = type.getEnumConstants();
        expected = "one of " + Arrays.toString(constants);
        if (Arrays.stream(constants).noneMatch(one -> ((Enum<?>) one).name().equals(value))) {
          throw new IllegalArgumentException(name);
        }
      }
    } catch (IllegalArgumentException | DateTimeParseException e) {
      throw ProblemException.malformed("?" + name, name + " must be " + expected + ".");
    }
  }

  /** Whether the framework reads the type by a method of its own, so that names do not count. */
  private static boolean hasReader(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .anyMatch(method -> method.getName().equals("fromString"));
  }

  private static Map<String, Class<?>> declared(Method method) {
    Map<String, Class<?>> names = new TreeMap<>();
    collect(method.getParameters(), names);
    for (Parameter parameter : method.getParameters()) {
      // Parameters gathered in a record of their own (@BeanParam).
      if (parameter.getType().isRecord()) {
        for (var component : parameter.getType().getRecordComponents()) {
          add(
              component.getAnnotation(RestQuery.class),
              component.getName(),
              component.getType(),
              names);
        }
        collect(parameter.getType().getDeclaredConstructors()[0].getParameters(), names);
      } else {
        for (var field : parameter.getType().getDeclaredFields()) {
          add(field.getAnnotation(RestQuery.class), field.getName(), field.getType(), names);
        }
      }
    }
    return names;
  }

  private static void collect(Parameter[] parameters, Map<String, Class<?>> names) {
    for (Parameter parameter : parameters) {
      add(
          parameter.getAnnotation(RestQuery.class),
          parameter.getName(),
          parameter.getType(),
          names);
      QueryParam standard = parameter.getAnnotation(QueryParam.class);
      if (standard != null) {
        names.put(standard.value(), parameter.getType());
      }
    }
  }

  private static void add(
      @org.jspecify.annotations.Nullable RestQuery query,
      String name,
      Class<?> type,
      Map<String, Class<?>> names) {
    if (query != null) {
      names.put(query.value().isEmpty() ? name : query.value(), type);
    }
  }
}
