package io.berth.platform.internal;

import io.berth.platform.ProblemException;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ResourceInfo;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Refuses query parameters that an operation does not have: a filter with a slip in its name would
 * else silently not filter.
 */
public class QueryParameterGuard {

  private final ConcurrentHashMap<Method, Set<String>> known = new ConcurrentHashMap<>();

  @ServerRequestFilter
  void check(ResourceInfo resource, ContainerRequestContext request) {
    Set<String> sent = request.getUriInfo().getQueryParameters().keySet();
    if (sent.isEmpty()) {
      return;
    }
    Set<String> declared =
        known.computeIfAbsent(resource.getResourceMethod(), QueryParameterGuard::declared);
    for (String name : sent) {
      if (!declared.contains(name)) {
        throw ProblemException.malformed(
            "?" + name,
            "There is no query parameter '" + name + "' here; known are " + declared + ".");
      }
    }
  }

  private static Set<String> declared(Method method) {
    Set<String> names = new TreeSet<>();
    collect(method.getParameters(), names);
    for (Parameter parameter : method.getParameters()) {
      // Parameters gathered in a record of their own (@BeanParam).
      if (parameter.getType().isRecord()) {
        for (var component : parameter.getType().getRecordComponents()) {
          add(component.getAnnotation(RestQuery.class), component.getName(), names);
        }
        collect(parameter.getType().getDeclaredConstructors()[0].getParameters(), names);
      } else {
        for (var field : parameter.getType().getDeclaredFields()) {
          add(field.getAnnotation(RestQuery.class), field.getName(), names);
        }
      }
    }
    return names;
  }

  private static void collect(Parameter[] parameters, Set<String> names) {
    for (Parameter parameter : parameters) {
      add(parameter.getAnnotation(RestQuery.class), parameter.getName(), names);
      QueryParam standard = parameter.getAnnotation(QueryParam.class);
      if (standard != null) {
        names.add(standard.value());
      }
    }
  }

  private static void add(
      @org.jspecify.annotations.Nullable RestQuery query, String name, Set<String> names) {
    if (query != null) {
      names.add(query.value().isEmpty() ? name : query.value());
    }
  }
}
