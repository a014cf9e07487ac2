package io.berth.sandbox.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.berth.sandbox.cluster.AccountTokens.Grant;
import io.fabric8.kubernetes.api.model.APIGroup;
import io.fabric8.kubernetes.api.model.APIGroupBuilder;
import io.fabric8.kubernetes.api.model.APIGroupListBuilder;
import io.fabric8.kubernetes.api.model.APIResourceListBuilder;
import io.fabric8.kubernetes.api.model.APIVersionsBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.mockwebserver.dsl.HttpMethod;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The API in front of the objects: who may call, what the cluster is, what is allowed, and the rest
 * from the CRUD mock. What it does not simulate it refuses, so that no caller takes silence for
 * success.
 */
final class ApiServer {

  private static final String BEARER = "Bearer ";
  private static final String SUFFIX_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
  private static final int SUFFIX_LENGTH = 5;
  private static final String APPLY_PATCH = "application/apply-patch+yaml";
  private static final String MERGE_PATCH = "application/merge-patch+json";
  private static final String ACCESS_REVIEWS =
      "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
  private static final String NAMESPACE_FINALIZER = "kubernetes";
  private static final Set<String> SERVED_BY_THE_STORE =
      Set.of("metadata.name", "metadata.namespace");
  private static final Set<HttpMethod> STATUS_METHODS =
      Set.of(HttpMethod.GET, HttpMethod.PUT, HttpMethod.PATCH);
  private static final Pattern LABEL_REQUIREMENT =
      Pattern.compile("!?[-A-Za-z0-9_./]+|[-A-Za-z0-9_./]+(==|=|!=)[-A-Za-z0-9_.]+");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ObjectStore store;
  private final Admission admission;
  private final byte[] authorization;
  private final AccountTokens accountTokens;
  private volatile String version;
  private volatile Set<String> denied = Set.of();
  private volatile boolean kueue;
  private volatile boolean servesClaims;

  /** What containers of images print, whatever they are told to do. */
  private final Map<String, List<String>> printed = new ConcurrentHashMap<>();

  ApiServer(ObjectStore store, Admission admission, String token, String version) {
    this.store = store;
    this.admission = admission;
    this.authorization = (BEARER + token).getBytes(StandardCharsets.UTF_8);
    this.accountTokens = new AccountTokens(store);
    this.version = version;
  }

  void setVersion(String version) {
    this.version = version;
  }

  void setKueue(boolean kueue) {
    this.kueue = kueue;
  }

  void serveClaims() {
    servesClaims = true;
  }

  void setPrinted(String image, String log) {
    printed.put(image, log.lines().toList());
  }

  void setDenied(Set<String> denied) {
    this.denied = Set.copyOf(denied);
  }

  /** Answers one request; never throws. */
  MockResponse answer(RecordedRequest request) {
    MockResponse response;
    try {
      response =
          store.exclusively(() -> {
            Optional<Grant> grant = authenticate(request);
            return route(request, grant);
          });
    } catch (Refusal refusal) {
      response = status(refusal.code(), refusal.reason(), refusal.text());
    } catch (RuntimeException e) {
      response = status(500, "InternalError", String.valueOf(e.getMessage()));
    }
    return response.getWebSocketListener() != null
        ? response
        : response.setHeader("Content-Type", "application/json");
  }

  /** Whose account it is, where it is not the one that may do everything. */
  private Optional<Grant> authenticate(RecordedRequest request) {
    String header = Objects.requireNonNullElse(request.getHeader("Authorization"), "");
    if (MessageDigest.isEqual(authorization, header.getBytes(StandardCharsets.UTF_8))) {
      return Optional.empty();
    }
    Optional<Grant> grant = accountTokens.of(header.replaceFirst("^" + BEARER, ""));
    if (grant.isEmpty()) {
      throw Refusal.unauthorized();
    }
    return grant;
  }

  private MockResponse route(RecordedRequest request, Optional<Grant> grant) {
    String path = request.getPath().replaceFirst("\\?.*", "");
    if (request.method() == HttpMethod.GET) {
      Optional<Object> page = page(path);
      if (page.isPresent()) {
        return json(200, page.get());
      }
    }
    if (path.equals(ACCESS_REVIEWS) && request.method() == HttpMethod.POST && grant.isEmpty()) {
      return review(request);
    }
    ResourcePath resource =
        ResourcePath.parse(request.getPath())
            .filter(named -> isServed(named.kind()))
            .orElseThrow(
                () -> Refusal.notFound("the server could not find the requested resource"));
    grant.ifPresent(account -> account.check(resource, request.method() == HttpMethod.GET));
    if (resource.kind().plural().equals("serviceaccounts")
        && resource.subresource().equals("token")
        && request.method() == HttpMethod.POST) {
      authorize(request, resource);
      return token(request, resource);
    }
    if (resource.kind().plural().equals("pods")
        && resource.subresource().equals("log")
        && request.method() == HttpMethod.GET) {
      authorize(request, resource);
      return log(resource);
    }
    if (!resource.subresource().isEmpty()
        && !(resource.isStatus()
            && resource.kind().hasStatus()
            && STATUS_METHODS.contains(request.method()))) {
      throw Refusal.notFound(
          "the subresource "
              + resource.kind().plural()
              + "/"
              + resource.subresource()
              + " is not simulated");
    }
    checkSelectors(request, resource);
    if (resource.query().containsKey("dryRun")) {
      throw Refusal.badRequest("dry runs are not simulated");
    }
    authorize(request, resource);
    MockResponse response =
        switch (request.method()) {
          case GET -> paged(resource, read(request, resource));
          case POST -> create(request, resource);
          case PUT -> store.handleUpdate(request);
          case PATCH -> patch(request, resource);
          case DELETE -> delete(request, resource);
          default -> throw Refusal.methodNotAllowed();
        };
    if (response.code() == 404) {
      throw notFound(resource);
    }
    // The mock answers a patch with 202, which Kubernetes never does.
    return response.code() == 202 ? response.setResponseCode(200) : response;
  }

  private boolean isServed(ResourceKind kind) {
    return switch (kind.group()) {
      case ResourceKind.KUEUE -> kueue;
      case ResourceKind.CLAIMS -> servesClaims;
      default -> true;
    };
  }

  private Optional<Object> page(String path) {
    return switch (path) {
      case "/version" -> {
        String[] parts = version.replaceFirst("^v", "").split("\\.", 3);
        yield Optional.of(
            Map.of(
                "major",
                parts[0],
                "minor",
                parts[1],
                "gitVersion",
                version,
                "platform",
                "linux/amd64"));
      }
      case "/healthz", "/livez", "/readyz" -> Optional.of("ok");
      case "/api" -> Optional.of(new APIVersionsBuilder().withVersions("v1").build());
      case "/apis" ->
          Optional.of(new APIGroupListBuilder().withGroups(groups("/apis/", true)).build());
      default ->
          groups(path, false).stream()
              .findFirst()
              .<Object>map(group -> group)
              .or(() -> apiResources(path));
    };
  }

  /** The groups whose path it is, or begins like it. */
  private List<APIGroup> groups(String path, boolean beginning) {
    Map<String, APIGroup> groups = new TreeMap<>();
    for (ResourceKind kind : ResourceKind.ALL) {
      String own = "/apis/" + kind.group();
      if (!kind.group().isEmpty()
          && isServed(kind)
          && (beginning ? own.startsWith(path) : own.equals(path))) {
        groups.put(
            kind.group(),
            new APIGroupBuilder()
                .withName(kind.group())
                .addNewVersion(kind.apiVersion(), kind.version())
                .withNewPreferredVersion(kind.apiVersion(), kind.version())
                .build());
      }
    }
    return List.copyOf(groups.values());
  }

  private Optional<Object> apiResources(String path) {
    String apiVersion = path.replaceFirst("^/apis?/", "");
    APIResourceListBuilder list = new APIResourceListBuilder().withGroupVersion(apiVersion);
    for (ResourceKind kind : ResourceKind.ALL) {
      if (kind.apiVersion().equals(apiVersion) && isServed(kind)) {
        list.addNewResource()
            .withName(kind.plural())
            .withKind(kind.kind())
            .withNamespaced(kind.namespaced())
            .withVerbs(
                "create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")
            .endResource();
      }
    }
    return list.hasResources() ? Optional.of(list.build()) : Optional.empty();
  }

  /** Answers what the account may do, which the CRUD mock would only store. */
  private MockResponse review(RecordedRequest request) {
    ObjectNode review = body(request);
    JsonNode asked = review.path("spec").path("resourceAttributes");
    String resource = asked.path("resource").asText();
    if (asked.hasNonNull("subresource") && !asked.path("subresource").asText().isEmpty()) {
      resource += "/" + asked.path("subresource").asText();
    }
    boolean allowed =
        !denied.contains(
            permission(asked.path("verb").asText(), asked.path("group").asText(), resource));
    ObjectNode status = review.putObject("status").put("allowed", allowed);
    if (!allowed) {
      status.put("reason", "denied by the simulated cluster");
    }
    return json(201, review);
  }

  /** Makes a token for an account, as its subresource does. */
  private MockResponse token(RecordedRequest request, ResourcePath resource) {
    ObjectNode asked = body(request);
    JsonNode seconds = asked.path("spec").path("expirationSeconds");
    AccountTokens.Made made =
        accountTokens.make(
            resource.namespace(),
            resource.name(),
            seconds.isNumber()
                ? Optional.of(Duration.ofSeconds(seconds.asLong()))
                : Optional.empty());
    asked
        .putObject("status")
        .put("token", made.token())
        .put("expirationTimestamp", Times.format(made.expiresAt()));
    return json(201, asked);
  }

  /** What a pod has written; a log that is followed ends there too. */
  private MockResponse log(ResourcePath resource) {
    Pod pod =
        store
            .find(Pod.class, resource.namespace(), resource.name())
            .orElseThrow(() -> notFound(resource));
    if (PodResources.phase(pod).equals("Pending")) {
      throw Refusal.badRequest("the container is waiting to start: ContainerCreating");
    }
    Container container = pod.getSpec().getContainers().getFirst();
    List<String> lines = printed.get(String.valueOf(container.getImage()));
    if (lines == null) {
      lines = ContainerScript.of(container).lines();
    }
    String tail = resource.query().get("tailLines");
    int first = tail == null ? 0 : Math.max(0, lines.size() - Integer.parseInt(tail));
    String text = lines.stream().skip(first).map(line -> line + "\n").collect(Collectors.joining());
    return new MockResponse().setResponseCode(200).setBody(text);
  }

  private void authorize(RecordedRequest request, ResourcePath resource) {
    boolean one = !resource.name().isEmpty();
    String verb =
        switch (request.method()) {
          case GET -> isWatch(resource) ? "watch" : one ? "get" : "list";
          case POST -> "create";
          case PUT -> "update";
          case PATCH -> "patch";
          case DELETE -> one ? "delete" : "deletecollection";
          default -> throw Refusal.methodNotAllowed();
        };
    ResourceKind kind = resource.kind();
    String target =
        resource.subresource().isEmpty()
            ? kind.plural()
            : kind.plural() + "/" + resource.subresource();
    if (denied.contains(permission(verb, kind.group(), target))) {
      throw Refusal.forbidden(
          "%s is forbidden: cannot %s resource \"%s\" in API group \"%s\""
              .formatted(kind.qualifiedPlural(), verb, target, kind.group()));
    }
  }

  private static String permission(String verb, String group, String resource) {
    return verb + " " + group + "/" + resource;
  }

  /**
   * The mock takes a selector that it does not understand for none, which would list or delete
   * everything.
   */
  private static void checkSelectors(RecordedRequest request, ResourcePath resource) {
    String labels = resource.query().getOrDefault("labelSelector", "");
    for (String requirement : labels.isEmpty() ? new String[0] : labels.split(",", -1)) {
      if (!LABEL_REQUIREMENT.matcher(requirement).matches()) {
        throw Refusal.badRequest("the label selector " + requirement + " is not simulated");
      }
    }
    if (request.method() == HttpMethod.DELETE && resource.query().containsKey("fieldSelector")) {
      throw Refusal.badRequest("deletion by fields is not simulated");
    }
  }

  private static boolean isWatch(ResourcePath resource) {
    String watch = resource.query().getOrDefault("watch", "false");
    return watch.equals("true") || watch.equals("1");
  }

  private MockResponse read(RecordedRequest request, ResourcePath resource) {
    String labels = resource.query().getOrDefault("labelSelector", "");
    List<String> fields =
        List.of(resource.query().getOrDefault("fieldSelector", "").split(",")).stream()
            .filter(
                f -> !f.isEmpty() && !SERVED_BY_THE_STORE.contains(f.replaceFirst("!?==?.*", "")))
            .toList();
    if (fields.isEmpty() || isWatch(resource)) {
      if (!fields.isEmpty()) {
        throw Refusal.badRequest("a watch by " + fields + " is not simulated");
      }
      return store.handleGet(request.getPath());
    }
    // The mock finds nothing by other fields, so they are looked at here.
    String unfiltered = resource.kind().collectionPath(resource.namespace());
    String query = labels.isEmpty() ? "" : "?labelSelector=" + labels;
    ObjectNode list = tree(store.handleGet(unfiltered + query).getBody().readUtf8());
    ArrayNode kept = list.arrayNode();
    for (JsonNode item : list.path("items")) {
      if (fields.stream().allMatch(field -> matches(item, field))) {
        kept.add(item);
      }
    }
    list.set("items", kept);
    return json(200, list);
  }

  /** The page of a list that is asked for; the mock knows no pages. */
  private MockResponse paged(ResourcePath resource, MockResponse response) {
    String limit = resource.query().getOrDefault("limit", "0");
    if (limit.equals("0") || !resource.name().isEmpty() || isWatch(resource)) {
      return response;
    }
    return json(
        200,
        ListPages.page(
            tree(response.getBody().readUtf8()),
            Integer.parseInt(limit),
            resource.query().getOrDefault("continue", "")));
  }

  private static boolean matches(JsonNode item, String requirement) {
    String[] sides = requirement.split("!?==?", 2);
    String value = item.at("/" + sides[0].replace('.', '/')).asText();
    return value.equals(sides[1]) != requirement.contains("!=");
  }

  private MockResponse create(RecordedRequest request, ResourcePath resource) {
    if (!resource.name().isEmpty()
        || (resource.kind().namespaced() && resource.namespace().isEmpty())) {
      throw Refusal.methodNotAllowed();
    }
    return create(resource.kind(), resource.namespace(), body(request));
  }

  private MockResponse create(ResourceKind kind, String namespace, ObjectNode object) {
    ObjectNode metadata = object.withObject("/metadata");
    if (metadata.path("name").asText().isEmpty()
        && !metadata.path("generateName").asText().isEmpty()) {
      metadata.put("name", metadata.path("generateName").asText() + suffix());
    }
    if (kind.namespaced()) {
      String named = metadata.path("namespace").asText();
      if (!named.isEmpty() && !named.equals(namespace)) {
        throw Refusal.badRequest(
            "the namespace of the object does not match the namespace on the URL");
      }
      metadata.put("namespace", namespace);
    } else {
      metadata.remove("namespace");
    }
    if (kind.equals(ResourceKind.NAMESPACES)) {
      metadata
          .withObject("/labels")
          .put("kubernetes.io/metadata.name", metadata.path("name").asText());
    }
    admission.check(kind, namespace, object);
    String json = object.toString();
    if (kind.equals(ResourceKind.PODS)) {
      json = store.asJson(admission.admit(store.parse(json, Pod.class)));
    }
    return store.handleCreate(
        ObjectStore.request(HttpMethod.POST, kind.collectionPath(namespace), json));
  }

  /**
   * Server-side apply without owners of fields: creates what is missing, merges into what is there.
   */
  private MockResponse patch(RecordedRequest request, ResourcePath resource) {
    String type = request.getHeader("Content-Type");
    if (type == null || !type.startsWith(APPLY_PATCH)) {
      return store.handlePatch(request);
    }
    if (store.handleGet(resource.kind().objectPath(resource.namespace(), resource.name())).code()
        == 404) {
      return create(resource.kind(), resource.namespace(), body(request));
    }
    String path = request.getPath().replaceFirst("\\?.*", "");
    ObjectNode patch = body(request);
    patch.withObject("/metadata").remove("managedFields");
    return store.handlePatch(
        ObjectStore.request(HttpMethod.PATCH, path, patch.toString(), MERGE_PATCH));
  }

  private MockResponse delete(RecordedRequest request, ResourcePath resource) {
    if (!resource.kind().equals(ResourceKind.NAMESPACES)) {
      return store.handleDelete(request.getPath());
    }
    if (resource.name().isEmpty()) {
      throw Refusal.methodNotAllowed();
    }
    Namespace namespace =
        store.find(Namespace.class, "", resource.name()).orElseThrow(() -> notFound(resource));
    // The finalizer keeps the namespace until the control loop has emptied it.
    store.replace(
        new NamespaceBuilder(namespace)
            .editMetadata()
            .withFinalizers(NAMESPACE_FINALIZER)
            .endMetadata()
            .build());
    store.delete(namespace);
    store.replaceStatus(
        new NamespaceBuilder(namespace)
            .withNewStatus()
            .withPhase("Terminating")
            .endStatus()
            .build());
    return store.handleGet(resource.kind().objectPath("", resource.name()));
  }

  static String suffix() {
    StringBuilder suffix = new StringBuilder(SUFFIX_LENGTH);
    for (int i = 0; i < SUFFIX_LENGTH; i++) {
      suffix.append(
          SUFFIX_ALPHABET.charAt(ThreadLocalRandom.current().nextInt(SUFFIX_ALPHABET.length())));
    }
    return suffix.toString();
  }

  private static ObjectNode body(RecordedRequest request) {
    return tree(request.getBody().readUtf8());
  }

  private static ObjectNode tree(String json) {
    try {
      if (JSON.readTree(json) instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException _) {
      // Falls through to the same refusal.
    }
    throw Refusal.badRequest("the body is not a JSON object");
  }

  private static Refusal notFound(ResourcePath resource) {
    return Refusal.notFound(
        resource.kind().qualifiedPlural() + " \"" + resource.name() + "\" not found");
  }

  private MockResponse status(int code, String reason, String message) {
    return json(
        code,
        new StatusBuilder()
            .withStatus("Failure")
            .withCode(code)
            .withReason(reason)
            .withMessage(message)
            .build());
  }

  private MockResponse json(int code, Object body) {
    return new MockResponse().setResponseCode(code).setBody(store.asJson(body));
  }
}
