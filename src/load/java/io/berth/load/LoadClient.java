package io.berth.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** One user of the service, for what is prepared before the load. */
final class LoadClient {

  private static final int OK_MAX = 299;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final URI base;
  private final String token;

  LoadClient(URI base, String token) {
    this.base = base;
    this.token = token;
  }

  /**
   * Posts.
   *
   * @param body JSON, or empty
   * @param key the idempotency key; where it is empty, the request is about any version
   */
  JsonNode post(String path, String body, String key) throws IOException {
    HttpRequest.Builder request =
        request(path)
            .POST(body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    request.header(key.isEmpty() ? "If-Match" : "Idempotency-Key", key.isEmpty() ? "*" : key);
    return answer(path, request);
  }

  /** Reads. */
  JsonNode get(String path) throws IOException {
    return answer(path, request(path));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(base.resolve(path)).header("Authorization", "Bearer " + token);
  }

  private static JsonNode answer(String path, HttpRequest.Builder request) throws IOException {
    try {
      HttpResponse<String> answer = HTTP.send(request.build(), BodyHandlers.ofString());
      if (answer.statusCode() > OK_MAX) {
        throw new IOException(path + " was answered " + answer.statusCode() + ": " + answer.body());
      }
      return JSON.readTree(answer.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
