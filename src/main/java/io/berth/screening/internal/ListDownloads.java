package io.berth.screening.internal;

import io.berth.platform.Database;
import io.berth.platform.OutboundAddresses;
import io.berth.platform.ProblemException;
import io.berth.platform.ProblemType;
import io.berth.platform.Scope;
import io.berth.screening.ScreeningConfig;
import io.berth.screening.internal.ListImports.ReadFile;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Fetches lists that officers asked for, one at a time in each replica. Every address, those that
 * an answer leads on to as well, must be one that may be called.
 */
@ApplicationScoped
public class ListDownloads {

  private static final Logger LOG = Logger.getLogger(ListDownloads.class);
  private static final int REDIRECTS_MAX = 5;
  private static final int FAILURE_LENGTH_MAX = 500;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);

  private final Database database;
  private final ImportStore store;
  private final ListImports imports;
  private final OutboundAddresses addresses;
  private final ScreeningConfig config;
  private final Clock clock;

  ListDownloads(
      Database database,
      ImportStore store,
      ListImports imports,
      OutboundAddresses addresses,
      ScreeningConfig config,
      Clock clock) {
    this.database = database;
    this.store = store;
    this.imports = imports;
    this.addresses = addresses;
    this.config = config;
    this.clock = clock;
  }

  @Scheduled(
      every = "${berth.screening.revision-interval:5s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> tick() {
    Instant now = clock.instant();
    return database
        .sql(
            Scope.system("screening"),
            connection -> store.claim(connection, now, now.plus(config.claim())))
        .chain(claimed -> claimed.isEmpty() ? Uni.createFrom().voidItem() : fetch(claimed.get()));
  }

  private Uni<Void> fetch(ListImport asked) {
    return Uni.createFrom()
        .item(() -> download(asked))
        .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
        .chain(file -> imports.activate(ImportStore.scope(asked), asked, file, null))
        .replaceWithVoid()
        .onFailure()
        .recoverWithUni(failure -> failed(asked, failure));
  }

  private Uni<Void> failed(ListImport asked, Throwable failure) {
    // A refusal stays one; what the network did may not.
    boolean isFinal =
        asked.attempts() >= config.downloadAttemptsMax()
            || (failure instanceof ProblemException refusal
                && refusal.type() != ProblemType.UNAVAILABLE
                && refusal.type() != ProblemType.TOO_MANY_REQUESTS);
    LOG.warnf(
        "A list could not be fetched: importId=%s list=%s attempt=%d failure=%s",
        asked.id(), asked.list(), asked.attempts(), failure);
    String reason =
        failure instanceof ProblemException refusal ? refusal.detail() : failure.toString();
    Instant next =
        isFinal
            ? null
            : clock
                .instant()
                .plus(config.retryDelay().multipliedBy(1L << Math.min(asked.attempts(), 10)));
    return database.sql(
        Scope.system("screening"),
        connection ->
            store.failed(
                connection,
                asked,
                reason.substring(0, Math.min(reason.length(), FAILURE_LENGTH_MAX)),
                next));
  }

  private ReadFile download(ListImport asked) {
    URI address = URI.create(String.valueOf(asked.url()));
    Instant deadline = clock.instant().plus(config.downloadTimeout());
    try (HttpClient client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT_TIMEOUT)
            .build()) {
      for (int redirects = 0; redirects <= REDIRECTS_MAX; redirects++) {
        refusal(address)
            .ifPresent(reason -> {
              throw ProblemException.unprocessable("/url", "The address " + reason + ".");
            });
        HttpResponse<InputStream> answer =
            client.send(
                HttpRequest.newBuilder(address).timeout(config.downloadTimeout()).GET().build(),
                HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = new Deadline(answer.body(), clock, deadline)) {
          int status = answer.statusCode();
          if (status == 200) {
            return imports.read(asked.list(), body);
          }
          if (status < 300 || status >= 400) {
            throw new IOException("the server answered " + status);
          }
          address =
              address.resolve(
                  answer
                      .headers()
                      .firstValue("Location")
                      .orElseThrow(() -> new IOException("a redirect to nowhere")));
        }
      }
      throw ProblemException.unprocessable(
          "/url", "The address leads on more than " + REDIRECTS_MAX + " times.");
    } catch (IOException e) {
      throw new ProblemException(
          ProblemType.UNAVAILABLE, "The list could not be fetched: " + e + ".");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProblemException(ProblemType.UNAVAILABLE, "Fetching was interrupted.");
    }
  }

  /** What is wrong with an address; a query may follow it, since authorities hand out such. */
  Optional<String> refusal(URI address) {
    try {
      if (address.getRawUserInfo() != null || address.getRawFragment() != null) {
        return Optional.of("must not have user info or fragment");
      }
      return addresses.refusal(
          new URI(
              address.getScheme(),
              null,
              address.getHost(),
              address.getPort(),
              address.getPath(),
              null,
              null));
    } catch (URISyntaxException e) {
      return Optional.of("is not an address");
    }
  }

  /** Ends reading at a time: a server that sends a byte a minute would hold the worker for ever. */
  private static final class Deadline extends java.io.FilterInputStream {

    private final Clock clock;
    private final Instant deadline;

    Deadline(InputStream in, Clock clock, Instant deadline) {
      super(in);
      this.clock = clock;
      this.deadline = deadline;
    }

    @Override
    public int read() throws IOException {
      check();
      return super.read();
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      check();
      return super.read(buffer, offset, length);
    }

    private void check() throws IOException {
      if (clock.instant().isAfter(deadline)) {
        throw new IOException("it took too long");
      }
    }
  }
}
