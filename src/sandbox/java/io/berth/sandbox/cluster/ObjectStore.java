package io.berth.sandbox.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.crud.KubernetesCrudDispatcherException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.mockwebserver.crud.Attribute;
import io.fabric8.mockwebserver.crud.AttributeSet;
import io.fabric8.mockwebserver.dsl.HttpMethod;
import io.fabric8.mockwebserver.http.Buffer;
import io.fabric8.mockwebserver.http.Headers;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The cluster's objects: fabric8's CRUD mock, with what it lacks that our work depends on. Each
 * change is on disk before its answer leaves; a write to an object keeps its status; a merge patch
 * follows RFC 7386 (the mock appends to arrays and stores nulls).
 *
 * <p>The controllers share it with the requests; {@link #exclusively} keeps the two apart. Objects
 * that it hands out are shared and must not be changed: build changed copies.
 */
final class ObjectStore extends KubernetesCrudDispatcher {

  private static final String JSON_SUFFIX = ".json";
  private static final String NO_NAMESPACE = "_";

  private final ReentrantLock exclusive = new ReentrantLock();
  private final KubernetesSerialization serialization = new KubernetesSerialization();
  private final Map<String, List<? extends HasMetadata>> parsedByPlural = new HashMap<>();
  private final @Nullable Path folder;
  private long deletions;

  /** Loads what the folder holds; without a folder nothing survives. */
  ObjectStore(@Nullable Path folder) {
    this.folder = folder;
    if (folder != null) {
      load(folder);
    }
  }

  /** Runs the work with no request in between. */
  <T> T exclusively(Supplier<T> work) {
    exclusive.lock();
    try {
      return work.get();
    } finally {
      exclusive.unlock();
    }
  }

  /**
   * How many objects went away since the start: the sign that there may be something to collect.
   */
  long deletions() {
    return deletions;
  }

  /** All objects of the kind, in every namespace, in the order in which they were last written. */
  @SuppressWarnings("unchecked")
  <T extends HasMetadata> List<T> list(Class<T> type) {
    ResourceKind kind = kindOf(type);
    return (List<T>)
        parsedByPlural.computeIfAbsent(
            kind.plural(),
            _ ->
                entries(kind, "").stream()
                    .map(e -> serialization.unmarshal(e.getValue(), type))
                    .toList());
  }

  /** The kind's objects in one namespace. */
  <T extends HasMetadata> List<T> list(Class<T> type, String namespace) {
    return list(type).stream()
        .filter(o -> namespace.equals(o.getMetadata().getNamespace()))
        .toList();
  }

  <T extends HasMetadata> Optional<T> find(Class<T> type, String namespace, String name) {
    return list(type).stream()
        .filter(o -> name.equals(o.getMetadata().getName()))
        .filter(o -> namespace.isEmpty() || namespace.equals(o.getMetadata().getNamespace()))
        .findFirst();
  }

  /** How many objects of a kind a namespace holds. */
  int count(ResourceKind kind, String namespace) {
    return entries(kind, namespace).size();
  }

  /** Every object of every kind, with only what all objects have. */
  List<GenericKubernetesResource> all() {
    List<String> texts;
    synchronized (map) {
      texts = List.copyOf(map.values());
    }
    return texts.stream()
        .map(t -> serialization.unmarshal(t, GenericKubernetesResource.class))
        .toList();
  }

  /** Creates the object with a status, which the API itself would drop. */
  void create(HasMetadata object) {
    String path = kindOf(object).collectionPath(namespaceOf(object));
    String json = serialization.asJson(object);
    check(handleCreate(request(HttpMethod.POST, path, json)), path);
    if (kindOf(object).hasStatus()) {
      check(handleUpdate(request(HttpMethod.PUT, pathOf(object) + "/status", json)), path);
    }
  }

  /** Replaces everything but the status. */
  void replace(HasMetadata object) {
    String path = pathOf(object);
    check(handleUpdate(request(HttpMethod.PUT, path, unversioned(object))), path);
  }

  /** Replaces the status alone. */
  void replaceStatus(HasMetadata object) {
    String path = pathOf(object) + "/status";
    check(handleUpdate(request(HttpMethod.PUT, path, unversioned(object))), path);
  }

  /**
   * Deletes the object, or marks it where it has finalizers; nothing happens when it is gone
   * already.
   */
  void delete(HasMetadata object) {
    handleDelete(pathOf(object));
  }

  String asJson(Object object) {
    return serialization.asJson(object);
  }

  <T> T parse(String json, Class<T> type) {
    return serialization.unmarshal(json, type);
  }

  static RecordedRequest request(HttpMethod method, String path, String body) {
    return request(method, path, body, "application/json");
  }

  static RecordedRequest request(HttpMethod method, String path, String body, String contentType) {
    return new RecordedRequest(
        "HTTP/1.1",
        method,
        path,
        Headers.builder().add("Content-Type", contentType).build(),
        new Buffer(body.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public boolean isStatusSubresourceEnabledForResource(String path) {
    return ResourcePath.parse(path).map(p -> p.kind().hasStatus()).orElse(false);
  }

  /**
   * The mock takes the path of a namespace's status for a collection called status in that
   * namespace.
   */
  @Override
  public AttributeSet getKey(String path) {
    return super.getKey(path.replaceFirst("^(/api/v1/namespaces/[^/]+)/status$", "$1"));
  }

  @Override
  public JsonNode merge(JsonNode base, String patch) throws KubernetesCrudDispatcherException {
    return merged(base, asNode(patch));
  }

  @Override
  public void processEvent(
      String path,
      AttributeSet pathAttributes,
      @Nullable AttributeSet oldAttributes,
      @Nullable GenericKubernetesResource resource,
      @Nullable String newState) {
    super.processEvent(path, pathAttributes, oldAttributes, resource, newState);
    parsedByPlural.remove(value(pathAttributes, "plural"));
    if (newState == null) {
      deletions++;
    }
    if (folder != null) {
      keep(folder, oldAttributes == null ? pathAttributes : oldAttributes, newState);
    }
  }

  private List<Map.Entry<AttributeSet, String>> entries(ResourceKind kind, String namespace) {
    AttributeSet query = getKey(kind.collectionPath(namespace));
    synchronized (map) {
      return map.entrySet().stream()
          .filter(e -> e.getKey().matches(query))
          .map(Map.Entry::copyOf)
          .toList();
    }
  }

  private static ResourceKind kindOf(HasMetadata object) {
    return ResourceKind.ofApi(object.getApiVersion(), object.getKind());
  }

  private static ResourceKind kindOf(Class<? extends HasMetadata> type) {
    return ResourceKind.ofApi(HasMetadata.getApiVersion(type), HasMetadata.getKind(type));
  }

  private static String namespaceOf(HasMetadata object) {
    String namespace = object.getMetadata().getNamespace();
    return namespace == null ? "" : namespace;
  }

  static String pathOf(HasMetadata object) {
    return kindOf(object).objectPath(namespaceOf(object), object.getMetadata().getName());
  }

  /**
   * Nothing comes between our reading and writing, so the version that was read need not be
   * checked.
   */
  private String unversioned(HasMetadata object) {
    ObjectNode json = serialization.convertValue(object, ObjectNode.class);
    ((ObjectNode) json.path("metadata")).remove("resourceVersion");
    return serialization.asJson(json);
  }

  private static void check(MockResponse response, String path) {
    if (response.code() >= 300) {
      String body = response.getBody() == null ? "" : response.getBody().readUtf8();
      throw new IllegalStateException(path + " answered " + response.code() + ": " + body);
    }
  }

  private static JsonNode merged(JsonNode base, JsonNode patch) {
    if (!(patch instanceof ObjectNode changes)) {
      return patch;
    }
    ObjectNode result =
        base instanceof ObjectNode object ? object.deepCopy() : changes.objectNode();
    changes
        .properties()
        .forEach(change -> {
          if (change.getValue().isNull()) {
            result.remove(change.getKey());
          } else {
            JsonNode old = result.path(change.getKey());
            result.set(change.getKey(), merged(old, change.getValue()));
          }
        });
    return result;
  }

  /** One file an object, so that a change costs the object's size and not the cluster's. */
  private static void keep(Path folder, AttributeSet key, @Nullable String state) {
    String group = value(key, "api");
    String namespace = value(key, "namespace");
    Path directory =
        folder
            .resolve(group.isEmpty() ? "core" : group)
            .resolve(value(key, "version"))
            .resolve(value(key, "plural"))
            .resolve(namespace.isEmpty() ? NO_NAMESPACE : namespace);
    Path file = directory.resolve(value(key, "name") + JSON_SUFFIX);
    try {
      if (state == null) {
        Files.deleteIfExists(file);
      } else {
        Files.createDirectories(directory);
        AtomicFiles.write(file, state);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep the cluster's state", e);
    }
  }

  private void load(Path folder) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    List<Path> files = new ArrayList<>();
    try (Stream<Path> walk = Files.walk(folder)) {
      walk.filter(f -> f.toString().endsWith(JSON_SUFFIX)).forEach(files::add);
      List<GenericKubernetesResource> objects = new ArrayList<>();
      for (Path file : files) {
        objects.add(
            serialization.unmarshal(Files.readString(file), GenericKubernetesResource.class));
      }
      objects.sort((a, b) -> Long.compare(version(a), version(b)));
      objects.forEach(this::restore);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the cluster's state", e);
    }
  }

  private void restore(GenericKubernetesResource object) {
    String path = pathOf(object);
    super.processEvent(path, getKey(path), null, object, serialization.asJson(object));
    // Versions go on from where they were, so that no version names two states.
    long version = version(object);
    long reached;
    do {
      reached = requestResourceVersion();
    } while (reached < version);
  }

  private static long version(HasMetadata object) {
    return Long.parseLong(object.getMetadata().getResourceVersion());
  }

  private static String value(AttributeSet set, String key) {
    Attribute attribute = set.getAttribute(key);
    return attribute == null ? "" : attribute.getValues().iterator().next().toString();
  }
}
