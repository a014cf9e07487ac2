package io.berth.sandbox.cluster;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a request's URI names.
 *
 * @param kind the kind of object
 * @param namespace the namespace, or empty for all of them or for a kind that lives in none
 * @param name the object's name, or empty for the collection
 * @param subresource the subresource, or empty
 * @param query the decoded query parameters
 */
record ResourcePath(
    ResourceKind kind,
    String namespace,
    String name,
    String subresource,
    Map<String, String> query) {

  private static final List<String> NAMESPACE_SUBRESOURCES = List.of("status", "finalize");

  /** Empty where the path names nothing that this API serves. */
  static Optional<ResourcePath> parse(String uri) {
    int mark = uri.indexOf('?');
    String path = mark < 0 ? uri : uri.substring(0, mark);
    List<String> segments =
        Arrays.stream(path.split("/")).skip(1).map(ResourcePath::decode).toList();
    String group;
    int next;
    if (segments.size() > 2 && segments.getFirst().equals("api")) {
      group = "";
      next = 1;
    } else if (segments.size() > 3 && segments.getFirst().equals("apis")) {
      group = segments.get(1);
      next = 2;
    } else {
      return Optional.empty();
    }
    String version = segments.get(next);
    List<String> rest = segments.subList(next + 1, segments.size());
    String namespace = "";
    if (rest.size() > 2
        && rest.getFirst().equals("namespaces")
        && !NAMESPACE_SUBRESOURCES.contains(rest.get(2))) {
      namespace = rest.get(1);
      rest = rest.subList(2, rest.size());
    }
    if (rest.isEmpty() || rest.size() > 3) {
      return Optional.empty();
    }
    String name = rest.size() > 1 ? rest.get(1) : "";
    String subresource = rest.size() > 2 ? rest.get(2) : "";
    String inNamespace = namespace;
    return ResourceKind.find(group, version, rest.getFirst())
        .filter(kind ->
            kind.namespaced() ? !inNamespace.isEmpty() || name.isEmpty() : inNamespace.isEmpty())
        .map(kind ->
            new ResourcePath(
                kind,
                inNamespace,
                name,
                subresource,
                query(mark < 0 ? "" : uri.substring(mark + 1))));
  }

  boolean isStatus() {
    return subresource.equals("status");
  }

  private static Map<String, String> query(String text) {
    Map<String, String> parameters = new HashMap<>();
    for (String parameter : text.split("&", -1)) {
      int equals = parameter.indexOf('=');
      if (equals > 0) {
        parameters.put(
            decode(parameter.substring(0, equals)), decode(parameter.substring(equals + 1)));
      }
    }
    return Map.copyOf(parameters);
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
