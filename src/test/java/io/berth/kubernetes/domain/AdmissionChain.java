package io.berth.kubernetes.domain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MatchCondition;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.NamedRuleWithOperations;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.Validation;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.Variable;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What an API server makes of the provider's admission policies: their expressions are evaluated as
 * they are, over objects as they come to admission.
 */
final class AdmissionChain {

  private static final KubernetesSerialization KUBERNETES = new KubernetesSerialization();
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_LONG_FOR_INTS);
  private static final CelCompiler COMPILER =
      CelCompilerFactory.standardCelCompilerBuilder()
          .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
          .addLibraries(CelExtensions.strings())
          .addVar("object", SimpleType.DYN)
          .addVar("oldObject", SimpleType.DYN)
          .addVar("request", SimpleType.DYN)
          .addVar("variables", SimpleType.DYN)
          .build();
  private static final CelRuntime RUNTIME =
      CelRuntimeFactory.standardCelRuntimeBuilder().addLibraries(CelExtensions.strings()).build();

  private static final Map<String, CelRuntime.Program> PROGRAMS = new ConcurrentHashMap<>();

  private final List<ValidatingAdmissionPolicy> policies;

  AdmissionChain(List<ValidatingAdmissionPolicy> policies) {
    this.policies = policies;
  }

  /**
   * A write.
   *
   * @param resource such as {@code pods} or {@code deployments/scale}
   * @param namespace empty for what is in none
   * @param groups of the user
   * @param object null where it is deleted
   * @param oldObject null where it is new
   * @param options of the request, as JSON; null where it has none
   */
  record Write(
      String operation,
      String group,
      String resource,
      String namespace,
      String user,
      List<String> groups,
      @Nullable Object object,
      @Nullable Object oldObject,
      @Nullable String options) {

    Write(
        String operation,
        String group,
        String resource,
        String namespace,
        String user,
        List<String> groups,
        @Nullable Object object,
        @Nullable Object oldObject) {
      this(operation, group, resource, namespace, user, groups, object, oldObject, null);
    }

    Write withOptions(String json) {
      return new Write(
          operation, group, resource, namespace, user, groups, object, oldObject, json);
    }

    private Map<String, Object> request() {
      String[] parts = resource.split("/", 2);
      Map<String, Object> request = new HashMap<>();
      request.put("operation", operation);
      request.put("resource", Map.of("group", group, "version", "v1", "resource", parts[0]));
      request.put("userInfo", Map.of("username", user, "groups", groups));
      // What is empty is left out, as on the wire.
      if (!namespace.isEmpty()) {
        request.put("namespace", namespace);
      }
      if (parts.length > 1) {
        request.put("subResource", parts[1]);
      }
      if (options != null) {
        request.put("options", tree(options));
      }
      return request;
    }
  }

  /** Why a write is refused; empty where it is taken. */
  List<String> refusals(Write write) {
    List<String> refusals = new ArrayList<>();
    for (ValidatingAdmissionPolicy policy : policies) {
      if (matches(policy, write)) {
        refusals.addAll(refusals(policy, write));
      }
    }
    return refusals;
  }

  private static boolean matches(ValidatingAdmissionPolicy policy, Write write) {
    return policy.getSpec().getMatchConstraints().getResourceRules().stream()
        .anyMatch(rule -> matches(rule, write));
  }

  private static boolean matches(NamedRuleWithOperations rule, Write write) {
    List<String> resources = rule.getResources();
    return rule.getOperations().contains(write.operation())
        && (rule.getApiGroups().contains("*") || rule.getApiGroups().contains(write.group()))
        && (resources.contains("*/*") || resources.contains(write.resource()))
        && rule.getScope().equals(write.namespace().isEmpty() ? "Cluster" : "Namespaced");
  }

  private static List<String> refusals(ValidatingAdmissionPolicy policy, Write write) {
    Map<String, Object> input = new HashMap<>();
    input.put("request", write.request());
    if (write.object() != null) {
      input.put("object", tree(write.object()));
    }
    if (write.oldObject() != null) {
      input.put("oldObject", tree(write.oldObject()));
    }
    Map<String, Object> variables = new HashMap<>();
    input.put("variables", variables);
    for (MatchCondition condition : policy.getSpec().getMatchConditions()) {
      if (!isTrue(condition.getExpression(), input)) {
        return List.of();
      }
    }
    for (Variable variable : policy.getSpec().getVariables()) {
      variables.put(variable.getName(), evaluate(variable.getExpression(), input));
    }
    return policy.getSpec().getValidations().stream()
        .filter(validation -> !isTrue(validation.getExpression(), input))
        .map(Validation::getMessage)
        .toList();
  }

  private static boolean isTrue(String expression, Map<String, Object> input) {
    return (Boolean) evaluate(expression, input);
  }

  /** An expression's value; one that fails to compile or to evaluate refuses everything. */
  static Object evaluate(String expression, Map<String, Object> input) {
    try {
      return PROGRAMS.computeIfAbsent(expression, AdmissionChain::program).eval(input);
    } catch (CelEvaluationException e) {
      throw new AssertionError(expression, e);
    }
  }

  private static CelRuntime.Program program(String expression) {
    try {
      return RUNTIME.createProgram(COMPILER.compile(expression).getAst());
    } catch (CelValidationException | CelEvaluationException e) {
      throw new AssertionError(expression, e);
    }
  }

  private static Map<String, Object> tree(Object object) {
    try {
      String json = object instanceof String text ? text : KUBERNETES.asJson(object);
      return JSON.readValue(json, new TypeReference<Map<String, Object>>() {});
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
