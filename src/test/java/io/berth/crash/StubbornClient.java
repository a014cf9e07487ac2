package io.berth.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Repeats each request, with the same key, until it is answered, whatever becomes of the service.
 */
final class StubbornClient {

  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final int TRIES_MAX = 1_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ServiceProcess service;
  private final String token;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final List<Kept> kept = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger retries = new AtomicInteger();
  private final AtomicReference<Blow> blow = new AtomicReference<>();

  StubbornClient(ServiceProcess service, String token) {
    this.service = service;
    this.token = token;
  }

  /** An answer. */
  record Answer(int status, String body) {

    JsonNode json() {
      try {
        return JSON.readTree(body);
      } catch (JsonProcessingException e) {
        throw new AssertionError("not JSON: " + body, e);
      }
    }

    String id() {
      return json().get("id").asText();
    }
  }

  /** A request with a key, and how it was answered. */
  record Kept(String path, String body, String key, Answer answer) {}

  /** A kill to come: the service dies while or after the last of so many requests is answered. */
  private record Blow(AtomicInteger requestsLeft, boolean inFlight) {}

  /**
   * Kills the service once.
   *
   * @param requests after how many more requests, at least 1
   * @param inFlight whether the last of them is still on its way, or answered
   */
  void killAfter(int requests, boolean inFlight) {
    blow.set(new Blow(new AtomicInteger(requests), inFlight));
  }

  /** Posts once and for all: under the key the same is answered for ever. */
  Answer once(String path, String body, String key) {
    Answer answer = untilAnswered("POST", path, body, key);
    if (answer.status() == 201) {
      kept.add(new Kept(path, body, key, answer));
    }
    return answer;
  }

  /** A change of whatever version there is. */
  Answer change(String path, String body) {
    return untilAnswered("POST", path, body, "");
  }

  /** An action that may be repeated without a key. */
  Answer act(String path) {
    return untilAnswered("POST", path, "", "");
  }

  Answer get(String path) {
    return untilAnswered("GET", path, "", "");
  }

  /** Reads once, however that is answered. */
  Answer ask(String path) {
    return send(
        HttpRequest.newBuilder(service.address().resolve(path))
            .timeout(TIMEOUT)
            .header("Authorization", "Bearer " + token)
            .build());
  }

  /** Every request that made something. */
  List<Kept> kept() {
    return List.copyOf(kept);
  }

  /** How often a request had to be sent again. */
  int retries() {
    return retries.get();
  }

  private Answer untilAnswered(String method, String path, String body, String key) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(service.address().resolve(path))
            .timeout(TIMEOUT)
            .header("Authorization", "Bearer " + token)
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    if (!key.isEmpty()) {
      request.header("Idempotency-Key", key);
    } else if (!body.isEmpty()) {
      request.header("If-Match", "*");
    }
    for (int i = 0; i < TRIES_MAX; i++) {
      try {
        Answer answer = send(request.build());
        if (answer.status() < 500 && !answer.body().contains("idempotency-in-flight")) {
          return answer;
        }
        assertThat(answer.status()).as("%s %s: %s", method, path, answer.body()).isIn(409, 503);
      } catch (CompletionException e) {
        // Nobody answered: it is not known whether the request was done.
        service.awaitListening();
      }
      retries.incrementAndGet();
    }
    throw new AssertionError("never answered: " + method + " " + path);
  }

  private Answer send(HttpRequest request) {
    CompletableFuture<HttpResponse<String>> sent = http.sendAsync(request, BodyHandlers.ofString());
    Blow due = blow.get();
    boolean last = due != null && due.requestsLeft().decrementAndGet() == 0;
    if (last && due.inFlight()) {
      service.kill();
    }
    HttpResponse<String> response = sent.join();
    if (last && !due.inFlight()) {
      service.kill();
    }
    return new Answer(response.statusCode(), response.body());
  }
}
