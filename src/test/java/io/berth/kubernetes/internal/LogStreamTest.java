package io.berth.kubernetes.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.berth.kubernetes.internal.LogPart.Reason;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Logs of clusters that do as they like. */
class LogStreamTest {

  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration WAIT_MAX = Duration.ofSeconds(60);
  private static final long ALL = Long.MAX_VALUE;

  private final CountDownLatch stop = new CountDownLatch(1);
  private final AtomicBoolean broken = new AtomicBoolean();
  private final AtomicReference<Runnable> timeOver = new AtomicReference<>();
  private final AtomicBoolean timerStopped = new AtomicBoolean();
  private final AtomicBoolean ended = new AtomicBoolean();
  private ExecutorService threads;
  private HttpServer server;
  private KubernetesClient client;

  private interface Answer {
    void write(OutputStream out) throws IOException, InterruptedException;
  }

  @BeforeEach
  void start() throws IOException {
    threads = Executors.newVirtualThreadPerTaskExecutor();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.start();
    client =
        new KubernetesClientBuilder()
            .withConfig(
                new ConfigBuilder(Config.empty())
                    .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                    .withRequestRetryBackoffLimit(0)
                    .build())
            .build();
  }

  @AfterEach
  void end() {
    stop.countDown();
    client.close();
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void givesALogToItsEnd() {
    answer(200, out -> out.write("one\ntwo\nthr".getBytes(UTF_8)));

    AssertSubscriber<LogPart> reader = read(1000, ALL).awaitCompletion(WAIT_MAX);

    assertThat(text(reader)).isEqualTo("one\ntwo\nthr\n");
    assertThat(reader.getLastItem()).isEqualTo(new LogPart.End(Reason.COMPLETE));
    await().atMost(WAIT_MAX).untilTrue(ended);
    assertThat(timerStopped).isTrue();
  }

  @Test
  void breaksOffALogWithoutEnd() {
    answer(200, this::writeForEver);

    AssertSubscriber<LogPart> reader = read(100_000, ALL).awaitCompletion(WAIT_MAX);

    assertThat(text(reader).length()).isBetween(100_000, 100_001);
    assertThat(reader.getLastItem()).isEqualTo(new LogPart.End(Reason.BYTES));
    await().atMost(WAIT_MAX).untilTrue(broken);
  }

  @Test
  void takesNoMoreThanItsReaderDoes() {
    answer(200, this::writeForEver);

    AssertSubscriber<LogPart> reader = read(ALL, 1).awaitItems(1, WAIT_MAX);

    assertThat(reader.getItems()).hasSize(1);
    reader.request(1);
    reader.awaitItems(2, WAIT_MAX);
    assertThat(reader.getItems()).hasSize(2);
    assertThat(broken).isFalse();
    reader.cancel();
    await().atMost(WAIT_MAX).untilTrue(broken);
    await().atMost(WAIT_MAX).untilTrue(ended);
  }

  @Test
  void endsASilentLogWhenItsTimeIsOver() {
    answer(
        200,
        out -> {
          out.write("one\n".getBytes(UTF_8));
          out.flush();
          stop.await();
        });
    AssertSubscriber<LogPart> reader = read(1000, ALL).awaitItems(1, WAIT_MAX);

    timeOver.get().run();

    reader.awaitCompletion(WAIT_MAX);
    assertThat(text(reader)).isEqualTo("one\n");
    assertThat(reader.getLastItem()).isEqualTo(new LogPart.End(Reason.TIME));
  }

  @Test
  void saysThatTheClusterBrokeOff() {
    server.createContext(
        "/log",
        exchange -> {
          exchange.sendResponseHeaders(200, 1000);
          exchange.getResponseBody().write("one\n".getBytes(UTF_8));
          exchange.getResponseBody().flush();
          awaitStop();
        });
    AssertSubscriber<LogPart> reader = read(1000, ALL).awaitItems(1, WAIT_MAX);

    server.stop(0);

    reader.awaitCompletion(WAIT_MAX);
    assertThat(text(reader)).isEqualTo("one\n");
    assertThat(reader.getLastItem()).isEqualTo(new LogPart.End(Reason.BROKEN));
  }

  @Test
  void saysThatTheClusterRefuses() {
    answer(403, out -> out.write("{}".getBytes(UTF_8)));

    assertThatThrownBy(() -> open(1000, ANSWER_TIMEOUT).await().atMost(WAIT_MAX))
        .isInstanceOfSatisfying(
            LogStream.Refused.class, refused -> assertThat(refused.code()).isEqualTo(403));
    assertThat(ended).isTrue();
  }

  @Test
  void waitsForNoAnswerLongerThanItMay() {
    server.createContext("/log", exchange -> awaitStop());

    assertThatThrownBy(() -> open(1000, Duration.ofMillis(1)).await().atMost(WAIT_MAX))
        .hasCauseInstanceOf(TimeoutException.class);
    assertThat(ended).isTrue();
  }

  @Test
  void closesALogThatNobodyReads() {
    answer(200, this::writeForEver);
    open(1000, ANSWER_TIMEOUT).await().atMost(WAIT_MAX);

    timeOver.get().run();

    await().atMost(WAIT_MAX).untilTrue(ended);
    await().atMost(WAIT_MAX).untilTrue(broken);
  }

  private void writeForEver(OutputStream out) throws IOException {
    byte[] line = "0123456789abcde\n".repeat(256).getBytes(UTF_8);
    while (stop.getCount() > 0) {
      out.write(line);
    }
  }

  private void awaitStop() {
    try {
      stop.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void answer(int status, Answer answer) {
    server.createContext("/log", exchange -> respond(exchange, status, answer));
  }

  private void respond(HttpExchange exchange, int status, Answer answer) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(status, 0);
      answer.write(exchange.getResponseBody());
    } catch (IOException e) {
      broken.set(true);
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private AssertSubscriber<LogPart> read(long bytesMax, long requested) {
    return open(bytesMax, ANSWER_TIMEOUT)
        .await()
        .atMost(WAIT_MAX)
        .parts()
        .subscribe()
        .withSubscriber(AssertSubscriber.create(requested));
  }

  private Uni<LogStream> open(long bytesMax, Duration answerTimeout) {
    URI log = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/log");
    return LogStream.open(
        client.getHttpClient(),
        log,
        bytesMax,
        answerTimeout,
        work -> {
          timeOver.set(work);
          return () -> timerStopped.set(true);
        },
        () -> ended.set(true));
  }

  private static String text(AssertSubscriber<LogPart> reader) {
    return reader.getItems().stream()
        .filter(LogPart.Lines.class::isInstance)
        .map(part -> ((LogPart.Lines) part).text())
        .collect(Collectors.joining());
  }
}
