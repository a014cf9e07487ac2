package io.berth.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Uses the service as its users do: over HTTP, with a token. */
final class SandboxClient {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final int OK_MAX = 299;
  private static final int PAGES_MAX = 100;

  private final HttpClient http;
  private final URI base;
  private final String token;

  private SandboxClient(HttpClient http, URI base, String token) {
    this.http = http;
    this.base = base;
    this.token = token;
  }

  static SandboxClient of(URI base) {
    return new SandboxClient(HttpClient.newBuilder().connectTimeout(TIMEOUT).build(), base, "");
  }

  /** The same service as another user. */
  SandboxClient as(String otherToken) {
    return new SandboxClient(http, base, otherToken);
  }

  /** Reads a resource. */
  JsonNode get(String path) {
    return answer(send("GET", path, Optional.empty(), ""));
  }

  /** Every item of a list, page by page. */
  List<JsonNode> list(String path) {
    List<JsonNode> items = new ArrayList<>();
    String page = path;
    for (int i = 0; i < PAGES_MAX; i++) {
      JsonNode answer = get(page);
      answer.get("items").forEach(items::add);
      if (!answer.hasNonNull("nextPageToken")) {
        return items;
      }
      page =
          path
              + (path.contains("?") ? "&" : "?")
              + "pageToken="
              + answer.get("nextPageToken").asText();
    }
    throw new IllegalStateException(path + " has more than " + PAGES_MAX + " pages");
  }

  /** Posts; {@code key} becomes the idempotency key unless it is empty. */
  JsonNode post(String path, ObjectNode body, String key) {
    return answer(send("POST", path, Optional.of(body), key));
  }

  /** An action without a body. */
  JsonNode act(String path) {
    return answer(send("POST", path, Optional.empty(), ""));
  }

  /** Posts about the present version of a resource. */
  JsonNode postAbout(String resource, String action, ObjectNode body) {
    String etag = send("GET", resource, Optional.empty(), "").etag();
    return answer(send("POST", resource + action, Optional.of(body), "", "If-Match", etag));
  }

  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record Answer(String request, int status, String body, String etag) {}

  private static JsonNode answer(Answer answer) {
    if (answer.status() > OK_MAX) {
      throw new IllegalStateException(
          answer.request() + " was answered " + answer.status() + ": " + answer.body());
    }
    return read(answer.body());
  }

  private Answer send(
      String method, String path, Optional<ObjectNode> body, String key, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path))
            .timeout(TIMEOUT)
            .header("Authorization", "Bearer " + token)
            .header("Accept", "application/json")
            .method(
                method,
                body.<HttpRequest.BodyPublisher>map(
                        json -> BodyPublishers.ofString(json.toString()))
                    .orElseGet(BodyPublishers::noBody));
    if (body.isPresent()) {
      request.header("Content-Type", "application/json");
    }
    if (!key.isEmpty()) {
      request.header("Idempotency-Key", key);
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      var response = http.send(request.build(), BodyHandlers.ofString());
      return new Answer(
          method + " " + path,
          response.statusCode(),
          response.body(),
          response.headers().firstValue("ETag").orElse(""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
