package io.berth.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BinaryOperator;

/** The chart {@code helm/berth} as Helm itself renders it. */
final class Chart {

  static final Path FOLDER = Path.of("helm/berth");

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private Chart() {}

  /** A release whose values are still to be set. */
  static TemplateCommand template(String release) {
    // Without a cluster to ask, Helm takes a Kubernetes far older than the chart does.
    return new Helm(FOLDER)
        .template()
        .withName(release)
        .withNamespace("market")
        .withKubeVersion("1.34.0");
  }

  /** The objects of a release with these values, each under its kind. */
  static Map<String, JsonNode> render(Map<String, Object> values) throws IOException {
    TemplateCommand template = template("berth");
    values.forEach(template::set);
    return parse(template.call());
  }

  /** The objects of what Helm has rendered, each under its kind. */
  static Map<String, JsonNode> parse(String rendered) throws IOException {
    Map<String, JsonNode> objects = new LinkedHashMap<>();
    try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(rendered)) {
      for (JsonNode document : documents.readAll()) {
        JsonNode twin = objects.put(document.path("kind").asText(), document);
        assertThat(twin).as("a second object of one kind").isNull();
      }
    }
    return objects;
  }

  /** The one container of the service's pods. */
  static JsonNode container(Map<String, JsonNode> objects) {
    JsonNode containers = objects.get("Deployment").at("/spec/template/spec/containers");
    assertThat(containers).hasSize(1);
    return containers.get(0);
  }

  /**
   * The environment of the service's container.
   *
   * @param secrets gives the value for a Secret's name and one of its keys
   */
  static Map<String, String> environment(
      Map<String, JsonNode> objects, BinaryOperator<String> secrets) {
    Map<String, String> environment = new LinkedHashMap<>();
    for (JsonNode variable : container(objects).path("env")) {
      JsonNode reference = variable.at("/valueFrom/secretKeyRef");
      String value =
          reference.isMissingNode()
              ? variable.path("value").asText()
              : secrets.apply(reference.path("name").asText(), reference.path("key").asText());
      environment.put(variable.path("name").asText(), value);
    }
    return environment;
  }
}
