package io.berth.inventory.internal;

import static io.berth.inventory.Providers.as;
import static io.berth.inventory.Providers.provider;
import static io.berth.inventory.Providers.registration;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;

import io.berth.identity.Role;
import io.berth.inventory.PemFiles;
import io.berth.platform.OrganizationId;
import io.berth.platform.Problem;
import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@BerthTest
class ClusterResourceTest {

  /** Nothing listens there: these tests are about what is taken, not about reaching it. */
  private static final String SERVER = "https://127.0.0.1:1";

  private static final String TOKEN = "s3cret-token-of-a-cluster";

  private static PemFiles pem;

  private final OrganizationId provider = provider();

  @BeforeAll
  static void make(@TempDir Path folder) {
    pem = PemFiles.make(folder);
  }

  @Test
  void registersAPendingCluster() {
    ValidatableResponse answer = post(withToken("one")).statusCode(201);

    answer
        .header("ETag", "\"0\"")
        .header("Location", endsWith("/v1/clusters/" + answer.extract().path("id")))
        .body("state", equalTo("pending"))
        .body("provider", equalTo(provider.toString()))
        .body("credentialType", equalTo("token"))
        .body("conditions", empty())
        .body("declarations.fabricLabel", equalTo("cloud.provider.com/topology-block"));
    assertThat(
            rows(
                "select action from audit_entry where subject = '"
                    + answer.extract().path("id")
                    + "'"))
        .containsExactly("cluster.register");
    assertThat(
            rows(
                "select type from outbox_event where subject = '"
                    + answer.extract().path("id")
                    + "'"))
        .containsExactly("cluster.registered");
  }

  @Test
  void takesClientCertificateAndKubeconfig() {
    Map<String, Object> body = withToken("certificate");
    body.put(
        "credentials",
        Map.of(
            "type",
            "clientCertificate",
            "certificate",
            pem.certificate(),
            "key",
            pem.key(),
            "caCertificate",
            pem.certificate()));
    post(body).statusCode(201).body("credentialType", equalTo("clientCertificate"));

    post(Map.of("name", "kubeconfig", "kubeconfig", kubeconfig("token: " + TOKEN)))
        .statusCode(201)
        .body("server", equalTo(SERVER))
        .body("credentialType", equalTo("token"));
  }

  @Test
  void keepsSecretsOutOfAnswersAndEncryptedInTheDatabase() {
    Map<String, Object> body = withToken("secret");
    String certificateId = register(certificateBody("secret-key"));
    String id = register(body);
    String keyBody = pem.key().lines().skip(1).findFirst().orElseThrow();

    for (String path :
        List.of("/v1/clusters/" + id, "/v1/clusters/" + certificateId, "/v1/clusters")) {
      String shown = as(provider).get(path).then().statusCode(200).extract().asString();
      assertThat(shown).doesNotContain(TOKEN).doesNotContain(keyBody);
    }
    for (String table : List.of("cluster", "audit_entry", "outbox_event")) {
      assertThat(rows("select t::text from " + table + " t"))
          .isNotEmpty()
          .noneMatch(row -> row.contains(TOKEN) || row.contains(keyBody));
    }
    assertThat(
            rows(
                "select encode(credentials, 'escape') from cluster where provider_id = '"
                    + provider.value()
                    + "'"))
        .hasSize(2)
        .noneMatch(row -> row.contains(TOKEN) || row.contains("token") || row.contains(keyBody));
  }

  @ParameterizedTest
  @CsvSource({
    "exec, '{command: /bin/sh}', /kubeconfig/users/0/user/exec",
    "auth-provider, '{name: gcp}', /kubeconfig/users/0/user/auth-provider",
    "tokenFile, /etc/passwd, /kubeconfig/users/0/user/tokenFile",
    "client-certificate, /tmp/c, /kubeconfig/users/0/user/client-certificate",
    "client-key, /tmp/k, /kubeconfig/users/0/user/client-key",
    "as, admin, /kubeconfig/users/0/user/as",
    "password, x, /kubeconfig/users/0/user/password",
  })
  void refusesKubeconfigMember(String member, String value, String pointer) {
    String text = kubeconfig("token: " + TOKEN + "\n    " + member + ": " + value);

    post(Map.of("name", "refused", "kubeconfig", text))
        .statusCode(422)
        .contentType(Problem.MEDIA_TYPE)
        .body("code", equalTo("unprocessable"))
        .body("errors.pointer", contains(pointer))
        .body("errors.detail", not(hasItem(containsString(TOKEN))));
  }

  @ParameterizedTest
  @CsvSource({
    "insecure-skip-tls-verify, true",
    "proxy-url, http://127.0.0.1:3128",
    "certificate-authority, /etc/ca.pem",
    "tls-server-name, other",
  })
  void refusesKubeconfigClusterMember(String member, String value) {
    String text =
        kubeconfig("token: " + TOKEN)
            .replace("    server:", "    " + member + ": " + value + "\n    server:");

    post(Map.of("name", "refused", "kubeconfig", text))
        .statusCode(422)
        .body("errors.pointer", contains("/kubeconfig/clusters/0/cluster/" + member));
  }

  @Test
  void refusesKubeconfigWithBadPemOrAddress() {
    String badKey =
        kubeconfig(
            "{client-certificate-data: %s, client-key-data: %s}"
                .formatted(base64(pem.certificate()), base64("no key")));
    post(Map.of("name", "refused", "kubeconfig", badKey))
        .statusCode(422)
        .body("errors.pointer", contains("/kubeconfig/users/0/user/client-key-data"));

    post(Map.of("name", "refused", "kubeconfig", kubeconfig("token: t").replace("https:", "http:")))
        .statusCode(422)
        .body("errors.pointer", contains("/kubeconfig/clusters/0/cluster/server"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://k8s.example.com", "k8s.example.com", "https://", "file:///etc/passwd",
        "https://me:pw@k8s.example.com", "https://k8s.example.com/?a=b", "https://k8s example",
            "ftp://x"
      })
  void refusesServerAddress(String server) {
    Map<String, Object> body = withToken("address");
    body.put("server", server);

    post(body).statusCode(422).body("errors.pointer", contains("/server"));
  }

  @Test
  void refusesCredentialsThatCannotBe() {
    refuseCredentials(Map.of("type", "token", "token", "two words"), "/credentials/token");
    refuseCredentials(Map.of("type", "token", "token", "a\r\nX-Header: b"), "/credentials/token");
    refuseCredentials(
        Map.of("type", "token", "token", "t", "caCertificate", "no PEM"),
        "/credentials/caCertificate");
    refuseCredentials(
        Map.of("type", "clientCertificate", "certificate", "no PEM", "key", pem.key()),
        "/credentials/certificate");
    refuseCredentials(
        Map.of("type", "clientCertificate", "certificate", pem.certificate(), "key", "no PEM"),
        "/credentials/key");
  }

  @Test
  void wantsEitherKubeconfigOrServerWithCredentials() {
    post(Map.of("name", "neither"))
        .statusCode(422)
        .body("errors.pointer", contains("/credentials", "/server"));
    Map<String, Object> both = withToken("both");
    both.put("kubeconfig", kubeconfig("token: t"));
    post(both).statusCode(422).body("errors.pointer", hasItems("/server", "/credentials"));
  }

  @Test
  void refusesMalformedBodies() {
    post(Map.of("server", SERVER)).statusCode(400).body("errors.pointer", hasItem("/name"));
    Map<String, Object> name = withToken("Not A Name");
    post(name).statusCode(400).body("errors.pointer", contains("/name"));
    Map<String, Object> unknown = withToken("unknown");
    unknown.put("surprise", 1);
    post(unknown).statusCode(400).body("errors.pointer", contains("/surprise"));
    Map<String, Object> type = withToken("type");
    type.put("credentials", Map.of("type", "password", "password", TOKEN));
    String refusal = post(type).statusCode(400).extract().asString();
    assertThat(refusal).doesNotContain(TOKEN);
    Map<String, Object> number = withToken("number");
    number.put("credentials", Map.of("type", "token", "token", 12345));
    post(number).statusCode(400);
    Map<String, Object> large = withToken("large");
    large.remove("server");
    large.remove("credentials");
    large.put("kubeconfig", "#".repeat(131_073));
    post(large).statusCode(400).body("errors.pointer", contains("/kubeconfig"));
  }

  @Test
  void refusesDeclarationsThatCannotBe() {
    refuseDeclarations(Map.of("defaultCountry", "XX"), 400, "/declarations/defaultCountry");
    refuseDeclarations(
        Map.of("countriesByRegion", Map.of("fra", "de")),
        400,
        "/declarations/countriesByRegion/fra");
    refuseDeclarations(
        Map.of("models", Map.of("birentech.com/gpu", "no-such-model")),
        422,
        "/declarations/models/birentech.com~1gpu");
    refuseDeclarations(
        Map.of(
            "authorisations",
            List.of(
                Map.of("id", "a", "start", "2026-02-01T00:00:00Z", "end", "2026-01-01T00:00:00Z"))),
        422,
        "/declarations/authorisations/0/end");
    refuseDeclarations(
        Map.of("authorisations", List.of(Map.of("id", "a"))),
        400,
        "/declarations/authorisations/0/start");
    refuseDeclarations(Map.of("fabricLabel", "no label"), 400, "/declarations/fabricLabel");
  }

  @Test
  void refusesASecondClusterOfTheSameNameUntilTheFirstIsRetired() {
    String id = register(withToken("twice"));

    post(withToken("twice")).statusCode(409).body("errors.pointer", contains("/name"));
    String other = register(withToken("other"));
    patch(other, "\"0\"", Map.of("name", "twice")).statusCode(409);
    as(provider)
        .post("/v1/clusters/" + id + "/retire")
        .then()
        .statusCode(202)
        .body("state", equalTo("retired"));
    post(withToken("twice")).statusCode(201);
  }

  @Test
  void changesNameAndDeclarationsByMergePatch() {
    Map<String, Object> body = withToken("before");
    body.put("declarations", Map.of("defaultCountry", "DE", "stateFunded", true));
    String id = register(body);

    patch(id, "\"0\"", Map.of("name", "after", "declarations", Map.of("stateFunded", false)))
        .statusCode(200)
        .header("ETag", "\"1\"")
        .body("name", equalTo("after"))
        .body("declarations.defaultCountry", equalTo("DE"))
        .body("declarations.stateFunded", equalTo(false));

    assertThat(rows("select action from audit_entry where subject = '" + id + "' order by at"))
        .containsExactly("cluster.register", "cluster.change");
    assertThat(
            rows("select type from outbox_event where subject = '" + id + "' order by occurred_at"))
        .containsExactly("cluster.registered", "cluster.changed");
  }

  @Test
  void asksForTheVersionThatIsChanged() {
    String id = register(withToken("versions"));
    Map<String, Object> rotation = Map.of("credentials", Map.of("type", "token", "token", "new"));

    as(provider).body(Map.of("name", "x")).patch("/v1/clusters/" + id).then().statusCode(428);
    patch(id, "\"7\"", Map.of("name", "x")).statusCode(412);
    as(provider).body(rotation).put("/v1/clusters/" + id + "/credentials").then().statusCode(428);
    put(id, "\"7\"", rotation).statusCode(412);
    put(id, "\"0\"", rotation).statusCode(200).header("ETag", "\"1\"");
    patch(id, "\"0\"", Map.of("name", "x")).statusCode(412);
  }

  @Test
  void refusesPatchThatCannotBe() {
    String id = register(withToken("patch"));

    patch(id, "\"0\"", Map.of("server", SERVER)).statusCode(400);
    patch(id, "\"0\"", Map.of("declarations", Map.of("defaultCountry", "XX")))
        .statusCode(400)
        .body("errors.pointer", contains("/declarations/defaultCountry"));
    as(provider)
        .header("If-Match", "\"0\"")
        .body("{\"name\": null}")
        .patch("/v1/clusters/" + id)
        .then()
        .statusCode(400);
    as(provider)
        .get("/v1/clusters/" + id)
        .then()
        .header("ETag", "\"0\"")
        .body("name", equalTo("patch"));
  }

  @Test
  void replacesCredentialsOnlyForTheSameServer() {
    String id = register(withToken("rotate"));

    put(id, "\"0\"", Map.of("kubeconfig", kubeconfig("token: new").replace(":1\n", ":2\n")))
        .statusCode(422)
        .body("errors.pointer", contains("/kubeconfig"));
    put(id, "\"0\"", Map.of()).statusCode(422).body("errors.pointer", contains("/credentials"));
    put(id, "\"0\"", Map.of("kubeconfig", kubeconfig("token: new"))).statusCode(200);
  }

  @Test
  void refusesActionsThatTheStateDoesNotAllow() {
    String id = register(withToken("actions"));

    act(id, "drain").statusCode(409).body("code", equalTo("conflict"));
    act(id, "activate").statusCode(409);
    act(id, "retire").statusCode(202);
    act(id, "retire").statusCode(202);
    act(id, "activate").statusCode(409);
    patch(id, "\"1\"", Map.of("name", "x")).statusCode(409);
    put(id, "\"1\"", Map.of("credentials", Map.of("type", "token", "token", "t"))).statusCode(409);
  }

  @Test
  void hidesClustersOfOthers() {
    String id = register(withToken("mine"));
    OrganizationId other = provider();

    as(other).get("/v1/clusters/" + id).then().statusCode(404);
    as(other)
        .header("If-Match", "\"0\"")
        .body(Map.of("name", "x"))
        .patch("/v1/clusters/" + id)
        .then()
        .statusCode(404);
    as(other)
        .header("If-Match", "\"0\"")
        .body(Map.of("credentials", Map.of("type", "token", "token", "t")))
        .put("/v1/clusters/" + id + "/credentials")
        .then()
        .statusCode(404);
    for (String action : List.of("drain", "activate", "retire")) {
      as(other).post("/v1/clusters/" + id + "/" + action).then().statusCode(404);
    }
    as(other).get("/v1/clusters").then().statusCode(200).body("items", empty());
    as(other, Role.COMPLIANCE).get("/v1/clusters/" + id).then().statusCode(200);
    as(provider).get("/v1/clusters/cluster_nonsense").then().statusCode(404);
  }

  @Test
  void leavesClustersToProvidersAndOversight() {
    String id = register(withToken("roles"));

    as(provider, Role.TENANT).get("/v1/clusters").then().statusCode(403);
    as(provider, Role.TENANT).body(withToken("x")).post("/v1/clusters").then().statusCode(403);
    as(provider, Role.OPERATOR).body(withToken("x")).post("/v1/clusters").then().statusCode(403);
    as(provider, Role.COMPLIANCE).post("/v1/clusters/" + id + "/retire").then().statusCode(403);
    given().contentType(ContentType.JSON).get("/v1/clusters").then().statusCode(401);
  }

  @Test
  void listsInPagesAndByState() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      ids.add(register(withToken("list-" + i)));
    }
    act(ids.get(1), "retire").statusCode(202);

    as(provider)
        .get("/v1/clusters?state=pending")
        .then()
        .body("items.id", contains(ids.get(0), ids.get(2)));
    String token =
        as(provider)
            .get("/v1/clusters?pageSize=2")
            .then()
            .body("items.id", contains(ids.get(0), ids.get(1)))
            .extract()
            .path("nextPageToken");
    as(provider)
        .get("/v1/clusters?pageSize=2&pageToken=" + token)
        .then()
        .body("items.id", contains(ids.get(2)))
        .body("nextPageToken", equalTo(null));
    as(provider)
        .get("/v1/clusters?state=sleeping")
        .then()
        .statusCode(400)
        .body("errors.pointer", contains("?state"));
    as(provider).get("/v1/clusters?pageSize=0").then().statusCode(400);
    as(provider)
        .get("/v1/clusters?stat=active")
        .then()
        .statusCode(400)
        .body("errors.pointer", contains("?stat"));
    as(provider)
        .get("/v1/clusters/" + ids.get(0) + "/nodes?country=XX")
        .then()
        .statusCode(400)
        .body("errors.pointer", contains("?country"));
    as(provider).get("/v1/clusters/" + ids.get(0) + "/nodes?sellable=maybe").then().statusCode(400);
    as(provider).get("/v1/clusters/" + ids.get(0) + "/nodes?pool=node_x").then().statusCode(400);
  }

  @Test
  void refusesAProviderThatIsNotEntered() {
    as(OrganizationId.fresh())
        .body(withToken("stranger"))
        .post("/v1/clusters")
        .then()
        .statusCode(403);
  }

  private Map<String, Object> withToken(String name) {
    return registration(name, SERVER, TOKEN, pem.certificate());
  }

  private Map<String, Object> certificateBody(String name) {
    Map<String, Object> body = withToken(name);
    body.put(
        "credentials",
        Map.of("type", "clientCertificate", "certificate", pem.certificate(), "key", pem.key()));
    return body;
  }

  private String kubeconfig(String user) {
    return """
    apiVersion: v1
    kind: Config
    clusters:
    - name: one
      cluster:
        certificate-authority-data: %s
        server: %s
    users:
    - name: me
      user:
        %s
    contexts:
    - name: main
      context: {cluster: one, user: me}
    """
        .formatted(base64(pem.certificate()), SERVER, user);
  }

  private void refuseCredentials(Map<String, String> credentials, String pointer) {
    Map<String, Object> body = withToken("refused");
    body.put("credentials", credentials);
    post(body).statusCode(422).body("errors.pointer", contains(pointer));
  }

  private void refuseDeclarations(Map<String, Object> declarations, int status, String pointer) {
    Map<String, Object> body = withToken("refused");
    body.put("declarations", new LinkedHashMap<>(declarations));
    post(body).statusCode(status).body("errors.pointer", contains(pointer));
  }

  private String register(Map<String, Object> body) {
    return post(body).statusCode(201).extract().path("id");
  }

  private ValidatableResponse post(Map<String, Object> body) {
    return as(provider).body(body).post("/v1/clusters").then();
  }

  private ValidatableResponse patch(String id, String ifMatch, Map<String, Object> body) {
    return as(provider).header("If-Match", ifMatch).body(body).patch("/v1/clusters/" + id).then();
  }

  private ValidatableResponse put(String id, String ifMatch, Map<String, Object> body) {
    return as(provider)
        .header("If-Match", ifMatch)
        .body(body)
        .put("/v1/clusters/" + id + "/credentials")
        .then();
  }

  private ValidatableResponse act(String id, String action) {
    return as(provider).post("/v1/clusters/" + id + "/" + action).then();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> rows(String sql) {
    try (Connection connection = BerthResource.superuser();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      List<String> rows = new ArrayList<>();
      while (result.next()) {
        rows.add(result.getString(1));
      }
      return rows;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
