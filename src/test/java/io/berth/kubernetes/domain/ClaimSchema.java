package io.berth.kubernetes.domain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntimeFactory;
import io.fabric8.kubernetes.api.model.resource.v1.Device;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimTemplate;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** What an API server of 1.34 makes of templates of claims, as far as their form goes. */
final class ClaimSchema {

  private static final String SCHEMA = "/kubernetes/claims/resource-claim-template.yaml";
  private static final String DNS_LABEL = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";
  private static final KubernetesSerialization KUBERNETES = new KubernetesSerialization();
  private static final CelCompiler COMPILER =
      CelCompilerFactory.standardCelCompilerBuilder()
          .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
          .addVar("device", SimpleType.DYN)
          .build();

  private ClaimSchema() {}

  /** Fails where a field is not known, is missing or has a value that is not taken. */
  static void check(ResourceClaimTemplate template) {
    try (InputStream schema = ClaimSchema.class.getResourceAsStream(SCHEMA)) {
      check(
          "",
          new YAMLMapper().readTree(Objects.requireNonNull(schema)),
          new ObjectMapper().readTree(KUBERNETES.asJson(template)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void check(String path, JsonNode schema, JsonNode value) {
    if (schema.isArray()) {
      assertThat(value.isArray()).as(path + " is a list").isTrue();
      value.forEach(entry -> check(path + "[]", schema.get(0), entry));
    } else if (schema.isObject()) {
      assertThat(value.isObject()).as(path + " is an object").isTrue();
      Map<String, JsonNode> known = new HashMap<>();
      for (Map.Entry<String, JsonNode> field : schema.properties()) {
        String name = field.getKey().replace("!", "");
        known.put(name, field.getValue());
        if (field.getKey().endsWith("!") || field.getValue().asText().endsWith("!")) {
          assertThat(value.has(name)).as(path + "." + name + " is there").isTrue();
        }
      }
      for (Map.Entry<String, JsonNode> field : value.properties()) {
        String at = path + "." + field.getKey();
        assertThat(known).as(at + " is known").containsKey(field.getKey());
        check(at, Objects.requireNonNull(known.get(field.getKey())), field.getValue());
      }
    } else {
      checkValue(path, schema.asText().replace("!", ""), value);
    }
  }

  private static void checkValue(String path, String type, JsonNode value) {
    switch (type) {
      case "label" -> assertThat(value.asText()).as(path).matches(DNS_LABEL);
      case "name" ->
          assertThat(value.asText())
              .as(path)
              .hasSizeLessThanOrEqualTo(253)
              .matches(DNS_LABEL + "(\\." + DNS_LABEL + ")*");
      case "string" -> assertThat(value.isTextual()).as(path).isTrue();
      case "boolean" -> assertThat(value.isBoolean()).as(path).isTrue();
      case "map" ->
          assertThat(value.properties())
              .as(path)
              .allSatisfy(entry -> assertThat(entry.getValue().isTextual()).isTrue());
      case "devices" ->
          assertThat(value.isIntegralNumber() ? value.asInt() : 0).as(path).isBetween(1, 32);
      case "expression" -> {
        assertThat(value.asText()).as(path).hasSizeBetween(1, 10 * 1024);
        compile(value.asText());
      }
      default -> throw new AssertionError("the schema has a type " + type);
    }
  }

  /** Whether an expression selects a device; one that fails aborts the allocation. */
  static boolean selects(String expression, String driver, Device device) {
    Map<String, Object> attributes = new HashMap<>();
    device
        .getAttributes()
        .forEach((key, value) -> {
          if (value.getString() != null) {
            attributes.put(key, value.getString());
          }
        });
    // Domains without any attribute are empty, not missing.
    Map<String, Object> domains = new HashMap<>();
    domains.put("gpu.nvidia.com", Map.of());
    domains.put("gpu.amd.com", Map.of());
    domains.put(driver, attributes);
    try {
      return (Boolean)
          CelRuntimeFactory.standardCelRuntimeBuilder()
              .build()
              .createProgram(COMPILER.compile(expression).getAst())
              .eval(Map.of("device", Map.of("driver", driver, "attributes", domains)));
    } catch (CelValidationException | CelEvaluationException e) {
      throw new AssertionError(expression, e);
    }
  }

  private static void compile(String expression) {
    try {
      COMPILER.compile(expression).getAst();
    } catch (CelValidationException e) {
      throw new AssertionError(expression, e);
    }
  }
}
