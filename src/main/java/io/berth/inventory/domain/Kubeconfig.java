package io.berth.inventory.domain;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.berth.inventory.ClusterCredentials;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;

/**
 * Takes server and credentials out of a kubeconfig, and nothing else: whatever would run a program,
 * read a file of this machine, weaken TLS or change where requests go is refused. (The format:
 * Kubernetes' {@code client-go}, {@code tools/clientcmd/api/v1}.)
 */
public final class Kubeconfig {

  /** How long the text may be. */
  public static final int LENGTH_MAX = 131_072;

  private static final int NESTING_DEPTH_MAX = 20;
  private static final int ENTRIES_COUNT_MAX = 100;

  private static final String FILE = "names a file, and files of this service are not read: give ";
  private static final String PROGRAM =
      "would run a program or log in elsewhere: give a token or a client certificate";

  /** Members that are known and refused, with the reason. */
  private static final Map<String, String> REFUSED =
      Map.ofEntries(
          Map.entry("exec", PROGRAM),
          Map.entry("auth-provider", PROGRAM),
          Map.entry("certificate-authority", FILE + "certificate-authority-data"),
          Map.entry("client-certificate", FILE + "client-certificate-data"),
          Map.entry("client-key", FILE + "client-key-data"),
          Map.entry("tokenFile", FILE + "token"),
          Map.entry(
              "insecure-skip-tls-verify",
              "is not accepted: give certificate-authority-data to check the cluster against"),
          Map.entry("proxy-url", "is not accepted: clusters are reached directly"),
          Map.entry("tls-server-name", "is not accepted: the server's own name is checked"),
          Map.entry("as", "is not accepted: the service acts as the account given"),
          Map.entry("as-uid", "is not accepted: the service acts as the account given"),
          Map.entry("as-groups", "is not accepted: the service acts as the account given"),
          Map.entry("as-user-extra", "is not accepted: the service acts as the account given"),
          Map.entry("username", "is not accepted: give a token or a client certificate"),
          Map.entry("password", "is not accepted: give a token or a client certificate"));

  private static final Set<String> ROOT_MEMBERS =
      Set.of(
          "apiVersion", "kind", "clusters", "users", "contexts", "current-context", "preferences");
  private static final Map<String, Set<String>> ENTRY_MEMBERS =
      Map.of(
          "cluster", Set.of("server", "certificate-authority-data"),
          "user", Set.of("token", "client-certificate-data", "client-key-data"),
          "context", Set.of("cluster", "user", "namespace"));

  private static final ObjectMapper YAML = yaml();

  private final List<Fault> faults = new ArrayList<>();

  private Kubeconfig() {}

  /** What came of reading one. */
  public sealed interface Result {}

  /**
   * It was taken.
   *
   * @param server address of the Kubernetes API, not yet checked
   * @param credentials as given, PEM not yet checked
   * @param clusterPointer where the cluster stands that was taken
   * @param userPointer where the user stands that was taken
   */
  public record Taken(
      String server, ClusterCredentials credentials, String clusterPointer, String userPointer)
      implements Result {}

  /** It was refused, for at least one reason. */
  public record Refused(List<Fault> faults) implements Result {

    /** Copies the list. */
    public Refused {
      faults = List.copyOf(faults);
    }
  }

  /**
   * A place at fault.
   *
   * @param pointer JSON pointer into the YAML document; the empty one for the whole
   * @param detail what is wrong there; nothing of a secret
   */
  public record Fault(String pointer, String detail) {}

  /** Reads one. */
  public static Result read(String text) {
    return new Kubeconfig().readDocument(text);
  }

  private Result readDocument(String text) {
    JsonNode root;
    try {
      root = YAML.readTree(text);
    } catch (JacksonException e) {
      // Its message may quote the text, secrets included.
      String place =
          e.getLocation() == null ? "" : " (line " + Math.max(1, e.getLocation().getLineNr()) + ")";
      return new Refused(List.of(new Fault("", "is not readable as one YAML document" + place)));
    }
    if (!root.isObject()) {
      return new Refused(List.of(new Fault("", "is not a kubeconfig: a YAML mapping is needed")));
    }
    checkMembers("", root, ROOT_MEMBERS);
    JsonNode kind = root.path("kind");
    if (!kind.isMissingNode() && !kind.asText().equals("Config")) {
      fault("/kind", "must be Config");
    }
    if (!root.path("preferences").isEmpty()) {
      fault("/preferences", "is not read: remove what is in it");
    }
    List<Entry> clusters = entries(root, "clusters", "cluster");
    List<Entry> users = entries(root, "users", "user");
    List<Entry> contexts = entries(root, "contexts", "context");
    if (!faults.isEmpty()) {
      return new Refused(faults);
    }
    Optional<Entry> context = context(root, contexts);
    Optional<Entry> cluster = context.flatMap(chosen -> referred(chosen, "cluster", clusters));
    Optional<Entry> user = context.flatMap(chosen -> referred(chosen, "user", users));
    if (cluster.isEmpty() || user.isEmpty()) {
      return new Refused(faults);
    }
    String server = text(cluster.get(), "server");
    if (server == null) {
      fault(cluster.get().pointer(), "must have a server");
    }
    ClusterCredentials credentials =
        credentials(user.get(), data(cluster.get(), "certificate-authority-data"));
    if (!faults.isEmpty() || server == null || credentials == null) {
      return new Refused(faults);
    }
    return new Taken(server, credentials, cluster.get().pointer(), user.get().pointer());
  }

  private record Entry(String name, JsonNode body, String pointer) {}

  private List<Entry> entries(JsonNode root, String list, String member) {
    List<Entry> entries = new ArrayList<>();
    JsonNode items = root.path(list);
    if (!items.isArray() || items.isEmpty() || items.size() > ENTRIES_COUNT_MAX) {
      fault("/" + list, "must be a list of 1 to " + ENTRIES_COUNT_MAX + " entries");
      return entries;
    }
    for (int i = 0; i < items.size(); i++) {
      JsonNode item = items.get(i);
      String pointer = "/" + list + "/" + i;
      if (!item.path("name").isTextual() || !item.path(member).isObject()) {
        fault(pointer, "must have a name and a " + member);
        continue;
      }
      checkMembers(pointer, item, Set.of("name", member));
      String bodyPointer = pointer + "/" + member;
      checkMembers(bodyPointer, item.get(member), ENTRY_MEMBERS.getOrDefault(member, Set.of()));
      String name = item.get("name").textValue();
      if (entries.stream().anyMatch(entry -> entry.name().equals(name))) {
        fault(pointer + "/name", "is there twice");
      }
      entries.add(new Entry(name, item.get(member), bodyPointer));
    }
    return entries;
  }

  private void checkMembers(String pointer, JsonNode object, Set<String> known) {
    object
        .fieldNames()
        .forEachRemaining(name -> {
          if (!known.contains(name)) {
            fault(
                pointer + JsonPointer.empty().appendProperty(name),
                REFUSED.getOrDefault(name, "is not read here: remove it"));
          }
        });
  }

  private Optional<Entry> context(JsonNode root, List<Entry> contexts) {
    JsonNode current = root.path("current-context");
    if (current.isMissingNode() || current.asText().isEmpty()) {
      if (contexts.size() == 1) {
        return Optional.of(contexts.getFirst());
      }
      fault("/current-context", "must say which of the " + contexts.size() + " contexts is meant");
      return Optional.empty();
    }
    Optional<Entry> named =
        contexts.stream().filter(entry -> entry.name().equals(current.asText())).findFirst();
    if (named.isEmpty()) {
      fault("/current-context", "names a context that is not there");
    }
    return named;
  }

  private Optional<Entry> referred(Entry context, String member, List<Entry> candidates) {
    String name = text(context, member);
    Optional<Entry> found =
        candidates.stream().filter(entry -> entry.name().equals(name)).findFirst();
    if (found.isEmpty()) {
      fault(context.pointer() + "/" + member, "must name a " + member + " that is there");
    }
    return found;
  }

  private @Nullable ClusterCredentials credentials(Entry user, @Nullable String caCertificate) {
    String token = text(user, "token");
    String certificate = data(user, "client-certificate-data");
    String key = data(user, "client-key-data");
    if (token != null && certificate == null && key == null) {
      return new ClusterCredentials.Token(token, caCertificate);
    }
    if (token == null && certificate != null && key != null) {
      return new ClusterCredentials.ClientCertificate(certificate, key, caCertificate);
    }
    if (faults.isEmpty()) {
      fault(
          user.pointer(),
          "must have either a token, or client-certificate-data and client-key-data");
    }
    return null;
  }

  private @Nullable String text(Entry entry, String member) {
    JsonNode value = entry.body().path(member);
    if (value.isMissingNode()) {
      return null;
    }
    if (value.getNodeType() != JsonNodeType.STRING || value.textValue().isBlank()) {
      fault(entry.pointer() + "/" + member, "must be a text that is not empty");
      return null;
    }
    return value.textValue();
  }

  private @Nullable String data(Entry entry, String member) {
    String encoded = text(entry, member);
    if (encoded == null) {
      return null;
    }
    try {
      return new String(
          Base64.getDecoder().decode(encoded.replaceAll("\\s", "")), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      fault(entry.pointer() + "/" + member, "must be base64");
      return null;
    }
  }

  private void fault(String pointer, String detail) {
    faults.add(new Fault(pointer, detail));
  }

  private static ObjectMapper yaml() {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(LENGTH_MAX);
    options.setNestingDepthLimit(NESTING_DEPTH_MAX);
    options.setAllowDuplicateKeys(false);
    options.setMaxAliasesForCollections(0);
    YAMLFactory factory =
        YAMLFactory.builder()
            .loaderOptions(options)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    return new ObjectMapper(factory).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  }
}
