package io.berth.kubernetes.internal;

import io.berth.kubernetes.domain.LogLines;
import io.berth.kubernetes.internal.LogPart.Reason;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.smallrye.mutiny.subscription.MultiEmitter;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One log on its way from a cluster to a reader. The cluster is asked for more only when the reader
 * has taken what came, so that a cluster which sends without end, or a reader who does not read,
 * fills no memory; and it ends after so many bytes and so much time, whatever the cluster does.
 */
final class LogStream {

  /** The cluster does not give the log. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;

    Refused(int code) {
      super("status " + code, null, false, false);
      this.code = code;
    }

    int code() {
      return code;
    }
  }

  private static final int OK = 200;

  private final LogLines lines;
  private final Runnable onEnd;

  private @Nullable MultiEmitter<? super LogPart> emitter;
  private @Nullable AsyncBody body;
  private @Nullable Reason ending;
  private boolean mayAsk;
  private boolean closed;

  private LogStream(long bytesMax, Runnable onEnd) {
    lines = new LogLines(bytesMax);
    this.onEnd = onEnd;
  }

  /**
   * Opens a log.
   *
   * @param answerTimeout how long the cluster may take until it begins to answer
   * @param timer runs what it is given when the time is over, unless what it gives is run before
   * @param onEnd runs once nothing of it is open any more, whether it was read or not
   * @return fails with {@link Refused} where the cluster answers with something else, and with what
   *     the connection failed with
   */
  static Uni<LogStream> open(
      HttpClient client,
      URI log,
      long bytesMax,
      Duration answerTimeout,
      UnaryOperator<Runnable> timer,
      Runnable onEnd) {
    return Uni.createFrom()
        .emitter(opened ->
            new LogStream(bytesMax, onEnd).start(client, log, answerTimeout, timer, opened));
  }

  private void start(
      HttpClient client,
      URI log,
      Duration answerTimeout,
      UnaryOperator<Runnable> timer,
      UniEmitter<? super LogStream> opened) {
    HttpRequest request = client.newHttpRequestBuilder().uri(log).build();
    // A time limit of the request's own would cut off a log that is silent for as long.
    CompletableFuture<HttpResponse<AsyncBody>> answer = client.consumeBytes(request, this::take);
    answer
        .copy()
        .orTimeout(answerTimeout.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete((response, failure) -> {
          if (failure != null) {
            // One that comes too late is broken off, or its connection would stay open.
            answer.thenAccept(late -> late.body().cancel());
            onEnd.run();
            opened.fail(failure);
          } else if (response.code() != OK) {
            response.body().cancel();
            onEnd.run();
            opened.fail(new Refused(response.code()));
          } else {
            begin(response.body(), timer);
            opened.complete(this);
          }
        });
  }

  private void begin(AsyncBody answered, UnaryOperator<Runnable> timer) {
    synchronized (this) {
      body = answered;
      mayAsk = true;
    }
    Runnable stopTimer = timer.apply(() -> end(Reason.TIME));
    answered
        .done()
        .whenComplete((done, failure) -> {
          stopTimer.run();
          end(failure == null ? Reason.COMPLETE : Reason.BROKEN);
          onEnd.run();
        });
  }

  /** What comes of it, for one reader. */
  Multi<LogPart> parts() {
    return Multi.createFrom().<LogPart>emitter(this::attach, BackPressureStrategy.BUFFER);
  }

  private void attach(MultiEmitter<? super LogPart> reader) {
    Reason over;
    synchronized (this) {
      emitter = reader;
      over = ending;
    }
    reader.onTermination(this::close);
    if (over != null) {
      finish(reader, over);
      return;
    }
    reader.onRequest(ignored -> askForMore());
    askForMore();
  }

  /** Asks for the next bytes where the last ones were taken; one request at a time. */
  private void askForMore() {
    AsyncBody asked;
    synchronized (this) {
      if (ending != null || !mayAsk || emitter == null || emitter.requested() == 0) {
        return;
      }
      mayAsk = false;
      asked = body;
    }
    if (asked != null) {
      asked.consume();
    }
  }

  /** Bytes come only where a reader asked for them. */
  private void take(List<ByteBuffer> buffers, AsyncBody from) {
    StringBuilder text = new StringBuilder();
    MultiEmitter<? super LogPart> reader;
    boolean full;
    synchronized (this) {
      reader = emitter;
      if (ending != null || reader == null) {
        from.cancel();
        return;
      }
      buffers.forEach(buffer -> text.append(lines.take(buffer)));
      full = lines.isFull();
      mayAsk = true;
    }
    if (!text.isEmpty()) {
      reader.emit(new LogPart.Lines(text.toString()));
    }
    if (full) {
      end(Reason.BYTES);
    } else {
      askForMore();
    }
  }

  private void end(Reason reason) {
    MultiEmitter<? super LogPart> reader;
    synchronized (this) {
      if (ending != null) {
        return;
      }
      ending = reason;
      reader = emitter;
    }
    if (reader == null) {
      close();
    } else {
      finish(reader, reason);
    }
  }

  private void finish(MultiEmitter<? super LogPart> reader, Reason reason) {
    String rest;
    synchronized (this) {
      rest = lines.rest();
    }
    if (!rest.isEmpty()) {
      reader.emit(new LogPart.Lines(rest));
    }
    reader.emit(new LogPart.End(reason));
    reader.complete();
    close();
  }

  /** However it ends, the cluster's answer is broken off. */
  private void close() {
    AsyncBody open;
    synchronized (this) {
      ending = ending == null ? Reason.BROKEN : ending;
      open = closed ? null : body;
      closed = true;
    }
    if (open != null) {
      open.cancel();
    }
  }
}
