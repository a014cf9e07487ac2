package io.berth.platform.internal;

import io.berth.platform.ProblemException;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ResourceInfo;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/**
 * Refuses query parameters that an operation does not have: a filter with a slip in its name would
 * else silently not filter. Refuses values that are not of the parameter's type, too, which the
 * framework would answer with 404 and without a word about where.
 *
 * <p>A parameter's type is text (never empty), a number, a boolean, a time, a duration, or has a
 * static {@code fromString(String)}.
 */
public class QueryParameterGuard {

  private final ConcurrentHashMap<Method, Map<String, Type>> known = new ConcurrentHashMap<>();

  @ServerRequestFilter
  void check(ResourceInfo resource, ContainerRequestContext request) {
    Map<String, List<String>> sent = request.getUriInfo().getQueryParameters();
    if (sent.isEmpty()) {
      return;
    }
    Map<String, Type> declared =
        known.computeIfAbsent(resource.getResourceMethod(), QueryParameterGuard::declared);
    sent.forEach((name, values) -> check(name, values, declared));
  }

  private static void check(String name, List<String> values, Map<String, Type> declared) {
    Type type = declared.get(name);
    if (type == null) {
      throw ProblemException.malformed(
          "?" + name,
          "There is no query parameter '" + name + "' here; known are " + declared.keySet() + ".");
    }
    boolean isMany = false;
    if (type instanceof ParameterizedType generic
        && generic.getRawType() instanceof Class<?> raw
        && Collection.class.isAssignableFrom(raw)) {
      isMany = true;
      type = generic.getActualTypeArguments()[0];
    }
    if (values.size() > 1 && !isMany) {
      throw ProblemException.malformed("?" + name, "'" + name + "' is given more than once.");
    }
    for (String value : values) {
      check(name, value, type);
    }
  }

  private static void check(String name, String value, Type type) {
    if (value.isEmpty()) {
      // The framework would take it for absent, and the list would not be filtered.
      throw ProblemException.malformed("?" + name, "'" + name + "' is empty: leave it out.");
    }
    if (value.indexOf('\0') >= 0) {
      throw ProblemException.malformed("?" + name, "'" + name + "' must not hold NUL.");
    }
    if (!(type instanceof Class<?> simple) || simple == String.class) {
      return;
    }
    try {
      read(value, simple);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw ProblemException.malformed("?" + name, name + " must be " + form(simple) + ".");
    }
  }

  private static void read(String value, Class<?> type) {
    if (type == int.class || type == Integer.class) {
      Integer.parseInt(value);
    } else if (type == long.class || type == Long.class) {
      Long.parseLong(value);
    } else if (type == BigDecimal.class) {
      new BigDecimal(value);
    } else if (type == boolean.class || type == Boolean.class) {
      if (!value.equals("true") && !value.equals("false")) {
        throw new IllegalArgumentException("neither true nor false");
      }
    } else if (type == Instant.class) {
      WireTime.instant(value);
    } else if (type == Duration.class) {
      Duration.parse(value);
    } else {
      readByFactory(value, type);
    }
  }

  /** Calls {@code fromString}, as the framework does, or else looks for an enum's constant. */
  private static void readByFactory(String value, Class<?> type) {
    try {
      Method factory = type.getMethod("fromString", String.class);
      if (Modifier.isStatic(factory.getModifiers()) && factory.trySetAccessible()) {
        factory.invoke(null, value);
      }
    } catch (NoSuchMethodException | IllegalAccessException e) {
      Object[] constants = type.getEnumConstants();
      if (constants != null
          && Arrays.stream(constants).noneMatch(one -> ((Enum<?>) one).name().equals(value))) {
        throw new IllegalArgumentException("no such constant", e);
      }
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof ProblemException refusal) {
        // It says itself what is wrong.
        throw refusal;
      }
      throw new IllegalArgumentException(e.getCause());
    }
  }

  private static String form(Class<?> type) {
    String wireForm = WireForms.of(type);
    return wireForm.isEmpty() ? "of another form" : wireForm;
  }

  private static Map<String, Type> declared(Method method) {
    Map<String, Type> types = new TreeMap<>();
    collect(method.getParameters(), types);
    for (Parameter parameter : method.getParameters()) {
      // Parameters gathered in a record of their own (@BeanParam).
      if (parameter.getType().isRecord()) {
        for (var component : parameter.getType().getRecordComponents()) {
          add(
              component.getAnnotation(RestQuery.class),
              component.getName(),
              component.getGenericType(),
              types);
        }
        collect(parameter.getType().getDeclaredConstructors()[0].getParameters(), types);
      } else {
        for (var field : parameter.getType().getDeclaredFields()) {
          add(field.getAnnotation(RestQuery.class), field.getName(), field.getGenericType(), types);
        }
      }
    }
    return types;
  }

  private static void collect(Parameter[] parameters, Map<String, Type> types) {
    for (Parameter parameter : parameters) {
      add(
          parameter.getAnnotation(RestQuery.class),
          parameter.getName(),
          parameter.getParameterizedType(),
          types);
      QueryParam standard = parameter.getAnnotation(QueryParam.class);
      if (standard != null) {
        types.put(standard.value(), parameter.getParameterizedType());
      }
    }
  }

  private static void add(
      @Nullable RestQuery query, String name, Type type, Map<String, Type> types) {
    if (query != null) {
      types.put(query.value().isEmpty() ? name : query.value(), type);
    }
  }
}
