package io.berth.kubernetes.domain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The admission policies without which no tenant makes pods of its own: {@code
 * k8s/provider/berth-admission.yaml}. A cluster has them where each says there what it says here,
 * apart from what its provider may choose.
 */
public final class AdmissionPolicies {

  /** The oldest server that knows them. */
  public static final ServerVersion SERVER_MIN = new ServerVersion(1, 30);

  /** The policy over pods. */
  public static final String PODS = "berth-lease-pods";

  /** What a tenant's rights rest on; a binding has its policy's name. */
  public static final List<String> NEEDED =
      List.of(PODS, "berth-lease-tenants", "berth-lease-objects");

  private static final String MANIFEST = "/provider/berth-admission.yaml";
  private static final Pattern WORDS =
      Pattern.compile("\\[\\s*('[A-Za-z0-9./_-]+'\\s*(,\\s*'[A-Za-z0-9./_-]+'\\s*)*)?]");

  /** The variables that a provider may choose, and what is in neither case a word of them. */
  private static final Map<String, Predicate<String>> CHOSEN =
      Map.of(
          "taints",
          Pattern.compile(
                  "'(node\\.kubernetes\\.io|node\\.cloudprovider\\.kubernetes\\.io|lease\\.berth\\.io)/")
              .asPredicate(),
          "priorityClasses",
          Pattern.compile("'system-").asPredicate(),
          "resources",
          Pattern.compile("'deviceclass\\.resource\\.kubernetes\\.io/").asPredicate(),
          "annotations",
          Pattern.compile("cni\\.cncf\\.io|cni\\.projectcalico\\.org|cdi\\.k8s\\.io")
              .asPredicate());

  private static final KubernetesSerialization JSON = new KubernetesSerialization();
  private static final List<HasMetadata> SHIPPED = shipped();

  private AdmissionPolicies() {}

  private static List<HasMetadata> shipped() {
    try (InputStream manifest = AdmissionPolicies.class.getResourceAsStream(MANIFEST)) {
      return JSON.unmarshal(
          new String(
              Objects.requireNonNull(manifest, MANIFEST + " is not on the class path")
                  .readAllBytes(),
              StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The policy of a name, as it is shipped. */
  public static ValidatingAdmissionPolicy policy(String name) {
    return shipped(ValidatingAdmissionPolicy.class, name);
  }

  /** The binding of a name, as it is shipped. */
  public static ValidatingAdmissionPolicyBinding binding(String name) {
    return shipped(ValidatingAdmissionPolicyBinding.class, name);
  }

  private static <T extends HasMetadata> T shipped(Class<T> type, String name) {
    return SHIPPED.stream()
        .filter(type::isInstance)
        .map(type::cast)
        .filter(object -> object.getMetadata().getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Whether a policy that was found in a cluster does what the shipped one of its name does. */
  public static boolean isAsShipped(ValidatingAdmissionPolicy found) {
    ObjectNode wanted = spec(policy(found.getMetadata().getName()));
    ObjectNode present = spec(found);
    if (found.getMetadata().getName().equals(PODS)) {
      CHOSEN.forEach((variable, barred) ->
          chosen(present, variable)
              .filter(words -> WORDS.matcher(words).matches() && !barred.test(words))
              .ifPresent(words -> choose(wanted, variable, words)));
    }
    return found.getMetadata().getDeletionTimestamp() == null && present.equals(wanted);
  }

  /** The same of a binding. */
  public static boolean isAsShipped(ValidatingAdmissionPolicyBinding found) {
    return found.getMetadata().getDeletionTimestamp() == null
        && spec(found).equals(spec(binding(found.getMetadata().getName())));
  }

  private static Optional<String> chosen(ObjectNode spec, String name) {
    return variable(spec, name).map(variable -> variable.path("expression").asText());
  }

  private static void choose(ObjectNode spec, String name, String words) {
    variable(spec, name).ifPresent(variable -> variable.put("expression", words));
  }

  private static Optional<ObjectNode> variable(ObjectNode spec, String name) {
    for (JsonNode variable : spec.path("variables")) {
      if (variable.path("name").asText().equals(name) && variable instanceof ObjectNode object) {
        return Optional.of(object);
      }
    }
    return Optional.empty();
  }

  /** A spec without what servers fill in. */
  private static ObjectNode spec(HasMetadata object) {
    JsonNode spec = JSON.convertValue(object, ObjectNode.class).path("spec");
    ObjectNode copy =
        spec instanceof ObjectNode found
            ? found.deepCopy()
            : JSON.convertValue(Map.of(), ObjectNode.class);
    for (String constraints : List.of("matchConstraints", "matchResources")) {
      if (copy.path(constraints) instanceof ObjectNode match) {
        for (String selector : List.of("namespaceSelector", "objectSelector")) {
          if (match.path(selector).isObject() && match.path(selector).isEmpty()) {
            match.remove(selector);
          }
        }
      }
    }
    return copy;
  }
}
