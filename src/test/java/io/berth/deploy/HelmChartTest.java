package io.berth.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The chart as Helm itself lints and renders it. */
class HelmChartTest {

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  /** What an installation must give, and nothing else. */
  private static final Map<String, Object> GIVEN =
      Map.of(
          "image.repository", "registry.example.org/berth",
          "database.host", "postgresql.data.svc",
          "oidc.authServerUrl", "https://keycloak.example.org/realms/berth");

  /** Everything that is off by default, switched on. */
  private static final String EVERYTHING =
      """
      image: {repository: registry.example.org/berth, tag: "1.2.3"}
      imagePullSecrets: [{name: registry}]
      database: {host: 10.0.0.7, port: 6432, name: market}
      oidc: {authServerUrl: "https://keycloak.example.org/realms/berth"}
      extraEnv:
        - {name: QUARKUS_LOG_LEVEL, value: DEBUG}
        - {name: SOME_PASSWORD, valueFrom: {secretKeyRef: {name: some, key: password}}}
      ingress:
        enabled: true
        className: nginx
        hosts: [{host: berth.example.org, paths: [{path: /, pathType: Prefix}]}]
        tls: [{secretName: berth-tls, hosts: [berth.example.org]}]
      networkPolicy:
        enabled: true
        ingressFrom: [{namespaceSelector: {matchLabels: {role: edge}}}]
        egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}]
      serviceMonitor: {enabled: true, labels: {release: prometheus}}
      podLabels: {team: market}
      podAnnotations: {note: here}
      nodeSelector: {disk: fast}
      tolerations: [{key: dedicated, operator: Exists}]
      priorityClassName: high
      """;

  @TempDir Path folder;

  @Test
  void lintsStrictly() throws IOException {
    // Lint takes no values, so it reads a copy of the chart whose defaults have them.
    LintResult result = new Helm(chartWith(EVERYTHING)).lint().strict().call();

    assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
  }

  @Test
  void failsTheLintWithoutWhatMustBeGiven() {
    LintResult result = new Helm(Chart.FOLDER).lint().strict().call();

    assertThat(result.isFailed()).isTrue();
    assertThat(result.getMessages().toString()).contains("host").contains("authServerUrl");
  }

  @Test
  void rendersWhatAnInstallationNeedsAndNoMore() throws IOException {
    Map<String, JsonNode> objects = Chart.render(GIVEN);

    assertThat(objects)
        .containsOnlyKeys("Deployment", "PodDisruptionBudget", "Service", "ServiceAccount");
    assertThat(objects.get("Deployment").at("/spec/replicas").asInt()).isEqualTo(2);
    assertThat(Chart.container(objects).path("image").asText())
        .isEqualTo("registry.example.org/berth:0.1.0-SNAPSHOT");
  }

  @Test
  void rendersEverythingSwitchedOn() throws IOException {
    Path values = Files.writeString(folder.resolve("values.yaml"), EVERYTHING);

    Map<String, JsonNode> objects =
        Chart.parse(Chart.template("gpu").withValuesFile(values).call());

    assertThat(objects)
        .containsOnlyKeys(
            "Deployment",
            "Ingress",
            "NetworkPolicy",
            "PodDisruptionBudget",
            "Service",
            "ServiceAccount",
            "ServiceMonitor");
    assertThat(environment(objects))
        .containsEntry(
            "QUARKUS_DATASOURCE_REACTIVE_URL", "vertx-reactive:postgresql://10.0.0.7:6432/market")
        .containsEntry("QUARKUS_LOG_LEVEL", "DEBUG")
        .containsEntry("SOME_PASSWORD", "secret some/password");
    assertThat(
            objects.get("Ingress").at("/spec/rules/0/http/paths/0/backend/service/name").asText())
        .isEqualTo(objects.get("Service").at("/metadata/name").asText())
        .isEqualTo("gpu-berth");
    assertThat(objects.get("NetworkPolicy").at("/spec/egress")).hasSize(2);
  }

  @Test
  void selectsItsOwnPods() throws IOException {
    Map<String, JsonNode> objects = Chart.render(GIVEN);
    JsonNode deployment = objects.get("Deployment");
    JsonNode selector = deployment.at("/spec/selector/matchLabels");

    assertThat(objects.get("Service").at("/spec/selector")).isEqualTo(selector);
    assertThat(objects.get("PodDisruptionBudget").at("/spec/selector/matchLabels"))
        .isEqualTo(selector);
    JsonNode labels = deployment.at("/spec/template/metadata/labels");
    selector
        .properties()
        .forEach(label -> assertThat(labels.path(label.getKey())).isEqualTo(label.getValue()));
  }

  @Test
  void probesTheHealthEndpoints() throws IOException {
    JsonNode container = Chart.container(Chart.render(GIVEN));

    assertThat(container.at("/livenessProbe/httpGet/path").asText()).isEqualTo("/q/health/live");
    assertThat(container.at("/readinessProbe/httpGet/path").asText()).isEqualTo("/q/health/ready");
    assertThat(container.at("/startupProbe/httpGet/path").asText()).isEqualTo("/q/health/started");
    for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
      assertThat(container.path(probe).at("/httpGet/port").asText())
          .isEqualTo(container.at("/ports/0/name").asText());
    }
    assertThat(container.at("/ports/0/containerPort").asInt()).isEqualTo(8080);
  }

  @Test
  void runsWithoutRights() throws IOException {
    Map<String, JsonNode> objects = Chart.render(GIVEN);
    JsonNode pod = objects.get("Deployment").at("/spec/template/spec");
    JsonNode container = Chart.container(objects);

    assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
    assertThat(pod.at("/securityContext/runAsUser").asInt()).isPositive();
    assertThat(pod.at("/securityContext/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
    assertThat(container.at("/securityContext/readOnlyRootFilesystem").asBoolean()).isTrue();
    assertThat(container.at("/securityContext/allowPrivilegeEscalation").asBoolean(true)).isFalse();
    assertThat(container.at("/securityContext/capabilities/drop/0").asText()).isEqualTo("ALL");
    assertThat(pod.path("automountServiceAccountToken").asBoolean(true)).isFalse();
    assertThat(objects.get("ServiceAccount").path("automountServiceAccountToken").asBoolean(true))
        .isFalse();
    assertThat(container.at("/volumeMounts/0/mountPath").asText()).isEqualTo("/tmp");
    assertThat(pod.at("/volumes/0").has("emptyDir")).isTrue();
  }

  @Test
  void outlivesTheRequestsInFlight() throws IOException {
    Map<String, JsonNode> objects = Chart.render(GIVEN);
    int grace =
        objects.get("Deployment").at("/spec/template/spec/terminationGracePeriodSeconds").asInt();
    int preStop = Chart.container(objects).at("/lifecycle/preStop/sleep/seconds").asInt();

    assertThat(environment(objects)).containsEntry("QUARKUS_SHUTDOWN_TIMEOUT", "30s");
    assertThat(grace).isGreaterThan(preStop + 30);
  }

  @Test
  void takesEverySecretFromASecret() throws IOException {
    Map<String, String> environment = environment(Chart.render(GIVEN));

    assertThat(environment)
        .containsEntry(
            "QUARKUS_DATASOURCE_REACTIVE_URL",
            "vertx-reactive:postgresql://postgresql.data.svc:5432/berth")
        .containsEntry("QUARKUS_DATASOURCE_USERNAME", "berth_application")
        .containsEntry("QUARKUS_DATASOURCE_PASSWORD", "secret berth-database/application-password")
        .containsEntry(
            "QUARKUS_DATASOURCE_OWNER_JDBC_URL", "jdbc:postgresql://postgresql.data.svc:5432/berth")
        .containsEntry("QUARKUS_DATASOURCE_OWNER_USERNAME", "berth_owner")
        .containsEntry("QUARKUS_DATASOURCE_OWNER_PASSWORD", "secret berth-database/owner-password")
        .containsEntry("QUARKUS_OIDC_AUTH_SERVER_URL", "https://keycloak.example.org/realms/berth")
        .containsEntry("QUARKUS_OIDC_CLIENT_ID", "berth")
        .containsEntry("QUARKUS_OIDC_TOKEN_AUDIENCE", "berth")
        .containsEntry("BERTH_PLATFORM_SECRETS_KEYSET", "secret berth-keyset/keyset.json")
        .containsEntry("BERTH_AUDIT_SIGNING_KEY", "secret berth-signing-key/signing-key.pem");
    assertThat(environment.keySet()).filteredOn(name -> name.contains("PASSWORD")).hasSize(2);
  }

  @Test
  void holdsNoPasswordInItsDefaults() throws IOException {
    JsonNode values = YAML.readTree(Chart.FOLDER.resolve("values.yaml").toFile());

    // Wherever the word stands there is the name of a Secret's key, never a password.
    assertThat(values.findParents("password")).isEmpty();
    assertThat(new TreeSet<>(values.findValuesAsText("key")))
        .containsExactly(
            "application-password", "keyset.json", "owner-password", "signing-key.pem");
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource({
    "surprise,                          1,              surprise",
    "database.password,                 hunter2,        password",
    "database.application.password,     hunter2,        password",
    "database.application.secret.value, hunter2,        value",
    "secretsKeyset.json,                '\"{}\"',       json",
    "oidc.clientSecret,                 hunter2,        clientSecret",
    "database.host,                     user:pw@db,     host",
    "database.port,                     0,              port",
    "oidc.authServerUrl,                keycloak,       authServerUrl",
    "replicaCount,                      0,              replicaCount",
    "image.repository,                  '',             repository",
    "ingress.enabled,                   true,           hosts",
  })
  void refusesValuesByItsSchema(String name, String value, String named) {
    Map<String, Object> values = new LinkedHashMap<>(GIVEN);
    values.put(name, value);

    assertThatThrownBy(() -> Chart.render(values))
        .hasMessageContaining("schema")
        .hasMessageContaining(named);
  }

  @ParameterizedTest
  @CsvSource({"image.repository", "database.host", "oidc.authServerUrl"})
  void refusesToRenderWithout(String required) {
    Map<String, Object> values = new LinkedHashMap<>(GIVEN);
    values.remove(required);

    assertThatThrownBy(() -> Chart.render(values))
        .hasMessageContaining("schema")
        .hasMessageContaining(required.substring(required.indexOf('.') + 1));
  }

  @Test
  void refusesAPasswordAmongTheFurtherSettings() {
    Map<String, Object> values = new LinkedHashMap<>(GIVEN);
    values.put("extraEnv[0].name", "QUARKUS_DATASOURCE_PASSWORD");
    values.put("extraEnv[0].value", "hunter2");

    assertThatThrownBy(() -> Chart.render(values))
        .hasMessageContaining("schema")
        .hasMessageContaining("extraEnv");
  }

  private Path chartWith(String values) throws IOException {
    Path copy = folder.resolve("berth");
    try (var files = Files.walk(Chart.FOLDER)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(Chart.FOLDER.relativize(file).toString()));
      }
    }
    JsonNode merged = YAML.readTree(Chart.FOLDER.resolve("values.yaml").toFile());
    YAML.readerForUpdating(merged).readValue(values);
    YAML.writeValue(copy.resolve("values.yaml").toFile(), merged);
    return copy;
  }

  // A variable's value, or "secret NAME/KEY" where it comes from a Secret.
  private static Map<String, String> environment(Map<String, JsonNode> objects) {
    return Chart.environment(objects, (name, key) -> "secret " + name + "/" + key);
  }
}
