package io.berth.deploy;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A real Keycloak as a child process on a free port of 127.0.0.1, with the realm of {@code
 * k8s/keycloak/berth-realm.json} in a database in memory: every start is a fresh one. The build
 * unpacks Keycloak and names its folder in the system property {@code keycloak.home}; one at a time
 * may run out of one folder.
 *
 * <pre>{@code
 * Keycloak keycloak = Keycloak.shared();
 * keycloak.addUser("mei", password, OrganizationId.fresh().toString(), "tenant");
 * String bearer = keycloak.token("mei", password);
 * }</pre>
 */
public final class Keycloak {

  /** The realm that the file makes. */
  public static final String REALM = "berth";

  private static final Path REALM_FILE = Path.of("k8s/keycloak/berth-realm.json");
  private static final Duration BUILD_TIME_MAX = Duration.ofMinutes(4);
  private static final Duration START_TIME_MAX = Duration.ofMinutes(3);
  private static final Duration STOP_TIME_MAX = Duration.ofSeconds(20);
  private static final Duration REQUEST_TIME_MAX = Duration.ofSeconds(30);

  // Keycloak's own realm gives such tokens for a minute.
  private static final Duration ADMIN_TOKEN_USE_MAX = Duration.ofSeconds(30);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(250);

  // Nothing but the port varies between starts, so what Keycloak calls its build is done once.
  private static final List<String> BUILD_OPTIONS = List.of("build", "--db=dev-mem");

  // Bounded, and started for a short life: the full compiler would only cost time here.
  private static final String JAVA_OPTIONS =
      "-Xms64m -Xmx384m -XX:MaxMetaspaceSize=256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1";

  private static final Pattern LISTENING =
      Pattern.compile("Listening on: (http://127\\.0\\.0\\.1:[0-9]+)");

  private static final ObjectMapper JSON = new ObjectMapper();

  private static Keycloak shared;

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(REQUEST_TIME_MAX).build();
  private final Process process;
  private final Path log;
  private final String adminPassword;
  private String baseUrl = "";
  private String adminToken = "";
  private Instant adminTokenUntil = Instant.MIN;

  private Keycloak(Process process, Path log, String adminPassword) {
    this.process = process;
    this.log = log;
    this.adminPassword = adminPassword;
  }

  /**
   * The Keycloak of all tests in this virtual machine: its start is slow, and tests with users of
   * their own do not disturb each other. Started by whoever asks first, and stopped at the end.
   *
   * @throws IllegalStateException where it is not unpacked, ends, or is not ready in time; the
   *     message has the end of its log
   */
  public static synchronized Keycloak shared() {
    if (shared == null) {
      shared = start();
    }
    return shared;
  }

  private static Keycloak start() {
    Path home = home();
    buildOnce(home);
    try {
      Path realms = Files.createDirectories(home.resolve("data/import"));
      Files.copy(
          REALM_FILE, realms.resolve("berth-realm.json"), StandardCopyOption.REPLACE_EXISTING);
      Path log = home.resolveSibling("keycloak.log");
      String adminPassword = UUID.randomUUID().toString();
      ProcessBuilder start =
          command(
              home,
              log,
              List.of(
                  "start",
                  "--optimized",
                  "--import-realm",
                  // Without this it looks for others of its kind on every network interface.
                  "--cache=local",
                  "--http-enabled=true",
                  "--http-host=127.0.0.1",
                  "--http-port=0",
                  "--hostname-strict=false"));
      start.environment().put("KC_BOOTSTRAP_ADMIN_USERNAME", "admin");
      start.environment().put("KC_BOOTSTRAP_ADMIN_PASSWORD", adminPassword);
      Keycloak keycloak = new Keycloak(start.start(), log, adminPassword);
      Runtime.getRuntime().addShutdownHook(new Thread(keycloak::stop, "stop-keycloak"));
      try {
        keycloak.awaitReady();
      } catch (RuntimeException e) {
        keycloak.stop();
        throw new IllegalStateException("Keycloak did not get ready.\n" + tail(log), e);
      }
      return keycloak;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The realm's address, as {@code quarkus.oidc.auth-server-url} takes it. */
  public String authServerUrl() {
    return baseUrl + "/realms/" + REALM;
  }

  /**
   * Adds a user who can log in at once.
   *
   * @param organization the organization's id on the wire ({@code org_…}), or empty for none
   * @param roles realm roles out of tenant, provider, operator, compliance
   */
  public void addUser(String username, String password, String organization, String... roles) {
    HttpResponse<String> created =
        tryAddUser(username, password, organization.isEmpty() ? List.of() : List.of(organization));
    expect(created, 201);
    String location = created.headers().firstValue("Location").orElseThrow();
    String id = location.substring(location.lastIndexOf('/') + 1);
    List<JsonNode> mapped =
        Arrays.stream(roles)
            .map(role -> json(expect(admin("GET", "/roles/" + role, null), 200)))
            .toList();
    expect(admin("POST", "/users/" + id + "/role-mappings/realm", mapped), 204);
  }

  /** Asks for such a user and returns Keycloak's answer, whatever it is. */
  HttpResponse<String> tryAddUser(String username, String password, List<String> organizations) {
    return admin(
        "POST",
        "/users",
        Map.of(
            "username",
            username,
            "email",
            username + "@example.org",
            "emailVerified",
            true,
            "enabled",
            true,
            "attributes",
            Map.of("organization", organizations),
            "credentials",
            List.of(Map.of("type", "password", "value", password, "temporary", false))));
  }

  /** An access token for a user, by a direct grant to the client {@code berth-cli}. */
  public String token(String username, String password) {
    return accessToken(expect(directGrant(REALM, "berth-cli", username, password), 200));
  }

  /** A direct grant's answer, whatever it is. */
  HttpResponse<String> directGrant(
      String realm, String clientId, String username, String password) {
    Map<String, String> form =
        new TreeMap<>(
            Map.of(
                "grant_type", "password",
                "client_id", clientId,
                "username", username,
                "password", password));
    String body =
        form.entrySet().stream()
            .map(field ->
                field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    return send(
        HttpRequest.newBuilder(
                URI.create(baseUrl + "/realms/" + realm + "/protocol/openid-connect/token"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  /**
   * Sends a request to the admin API of the realm and returns the answer, whatever it is.
   *
   * @param body what to send as JSON, or null for no body
   */
  HttpResponse<String> admin(String method, String path, Object body) {
    return request(method, baseUrl + "/admin/realms/" + REALM + path, adminToken(), body);
  }

  /** Sends a request to the API by which a user manages its own account. */
  HttpResponse<String> account(String method, String token, Object body) {
    return request(method, authServerUrl() + "/account/", token, body);
  }

  static JsonNode json(HttpResponse<String> response) {
    try {
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String accessToken(HttpResponse<String> response) {
    return json(response).path("access_token").asText();
  }

  // Kept while it surely holds: a login costs more than all else that a test asks for.
  private synchronized String adminToken() {
    Instant now = Instant.now();
    if (now.isAfter(adminTokenUntil)) {
      adminToken =
          accessToken(expect(directGrant("master", "admin-cli", "admin", adminPassword), 200));
      adminTokenUntil = now.plus(ADMIN_TOKEN_USE_MAX);
    }
    return adminToken;
  }

  private HttpResponse<String> request(String method, String url, String token, Object body) {
    try {
      return send(
          HttpRequest.newBuilder(URI.create(url))
              .header("Authorization", "Bearer " + token)
              .header("Content-Type", "application/json")
              .header("Accept", "application/json")
              .method(
                  method,
                  body == null
                      ? HttpRequest.BodyPublishers.noBody()
                      : HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.timeout(REQUEST_TIME_MAX).build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static HttpResponse<String> expect(HttpResponse<String> response, int status) {
    if (response.statusCode() != status) {
      throw new IllegalStateException(
          "%s answered %d instead of %d: %s"
              .formatted(response.uri(), response.statusCode(), status, response.body()));
    }
    return response;
  }

  // The port is the system's choice (nobody can take it between choosing and listening), so it is
  // read from the line that Keycloak logs when it is up, the realm's import behind it.
  private void awaitReady() {
    await()
        .atMost(START_TIME_MAX)
        .pollInterval(POLL_INTERVAL)
        .failFast("Keycloak ended", () -> !process.isAlive())
        .until(() -> {
          Matcher listening = LISTENING.matcher(Files.readString(log));
          if (!listening.find()) {
            return false;
          }
          baseUrl = listening.group(1);
          return true;
        });
    expect(send(HttpRequest.newBuilder(URI.create(authServerUrl()))), 200);
  }

  private void stop() {
    // kc.sh is a shell around the server: both go, whichever of them heeds the signal.
    List<ProcessHandle> tree = new ArrayList<>(process.descendants().toList());
    tree.add(process.toHandle());
    tree.forEach(ProcessHandle::destroy);
    for (ProcessHandle member : tree) {
      try {
        member.onExit().get(STOP_TIME_MAX.toSeconds(), TimeUnit.SECONDS);
      } catch (Exception e) {
        member.destroyForcibly();
      }
    }
  }

  private static Path home() {
    String home = System.getProperty("keycloak.home", "");
    Path path = Path.of(home).toAbsolutePath();
    if (home.isEmpty() || !Files.exists(path.resolve("bin/kc.sh"))) {
      throw new IllegalStateException(
          "No Keycloak in keycloak.home=" + home + ": ./mvnw pre-integration-test unpacks it.");
    }
    return path;
  }

  // The marker is written last, so a build that was cut short is done again.
  private static void buildOnce(Path home) {
    Path marker = home.resolve("built-for-tests");
    String wanted = String.join(" ", BUILD_OPTIONS);
    try {
      if (Files.exists(marker) && Files.readString(marker).equals(wanted)) {
        return;
      }
      Path log = home.resolveSibling("keycloak-build.log");
      Process build = command(home, log, BUILD_OPTIONS).start();
      boolean ended = build.waitFor(BUILD_TIME_MAX.toSeconds(), TimeUnit.SECONDS);
      if (!ended || build.exitValue() != 0) {
        build.descendants().forEach(ProcessHandle::destroyForcibly);
        build.destroyForcibly();
        throw new IllegalStateException("Keycloak's build failed.\n" + tail(log));
      }
      Files.writeString(marker, wanted);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static ProcessBuilder command(Path home, Path log, List<String> arguments) {
    List<String> command =
        Stream.concat(Stream.of(home.resolve("bin/kc.sh").toString()), arguments.stream()).toList();
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    // What the caller's shell says about another Keycloak must not reach this one.
    builder.environment().keySet().removeIf(name -> name.startsWith("KC_"));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("JAVA_OPTS", JAVA_OPTIONS);
    builder.environment().remove("JAVA_OPTS_APPEND");
    builder.environment().remove("JAVA");
    return builder;
  }

  private static String tail(Path log) {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
    } catch (IOException e) {
      return "(its log cannot be read: " + e.getMessage() + ")";
    }
  }
}
