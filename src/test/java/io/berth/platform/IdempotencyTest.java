package io.berth.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.berth.testing.BerthTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

@BerthTest
class IdempotencyTest {

  private static final String ROUTE = "POST /v1/things";

  @Inject Idempotency idempotency;
  @Inject Database database;

  private final Scope scope = Scope.of(OrganizationId.fresh(), "somebody");
  private final String key = UUID.randomUUID().toString();
  private final AtomicInteger worked = new AtomicInteger();

  @Test
  void worksOnceAndRepeatsTheAnswer() {
    Response first = once(scope, key, "body", this::work).await().indefinitely();
    Response second = once(scope, key, "body", this::work).await().indefinitely();

    assertThat(worked).hasValue(1);
    assertThat(second.getStatus()).isEqualTo(first.getStatus()).isEqualTo(201);
    assertThat(second.getEntity()).isEqualTo(first.getEntity()).isEqualTo("{\"number\":1}");
    assertThat(second.getHeaders()).isEqualTo(first.getHeaders());
  }

  @Test
  void refusesTheSameKeyWhileItIsWorkedOn() {
    CompletableFuture<Void> begun = new CompletableFuture<>();
    CompletableFuture<Idempotency.Answer> end = new CompletableFuture<>();
    CompletableFuture<Response> first =
        once(
                scope,
                key,
                "body",
                () -> {
                  begun.complete(null);
                  return Uni.createFrom().completionStage(end);
                })
            .subscribeAsCompletionStage();
    begun.join();

    Throwable second =
        catchThrowable(() -> once(scope, key, "body", this::work).await().indefinitely());
    end.complete(answer(7));

    assertThat(second)
        .isInstanceOfSatisfying(
            ProblemException.class,
            refusal -> {
              assertThat(refusal.type()).isEqualTo(ProblemType.IDEMPOTENCY_IN_FLIGHT);
              assertThat(refusal.retryAfter()).isPresent();
            });
    first.join();
    Response repeated = once(scope, key, "body", this::work).await().indefinitely();
    assertThat(repeated.getEntity()).isEqualTo("{\"number\":7}");
    assertThat(worked).hasValue(0);
  }

  @Test
  void refusesTheSameKeyForAnotherRequest() {
    once(scope, key, "body", this::work).await().indefinitely();

    assertThat(refusal(() -> once(scope, key, "another body", this::work)))
        .isEqualTo(ProblemType.IDEMPOTENCY_MISMATCH);
    assertThat(
            refusal(() ->
                database.sql(
                    scope,
                    connection ->
                        idempotency.once(
                            connection, scope, key, "POST /v1/others", "body", this::work))))
        .isEqualTo(ProblemType.IDEMPOTENCY_MISMATCH);
    assertThat(worked).hasValue(1);
  }

  @Test
  void keepsNothingOfARefusal() {
    assertThat(
            refusal(() ->
                once(
                    scope,
                    key,
                    "body",
                    () -> {
                      throw ProblemException.conflict("Not now.");
                    })))
        .isEqualTo(ProblemType.CONFLICT);

    // Another body even: the key has never been used.
    Response later = once(scope, key, "another body", this::work).await().indefinitely();

    assertThat(later.getStatus()).isEqualTo(201);
    assertThat(worked).hasValue(1);
  }

  @Test
  void keepsNothingWhereTheTransactionFailsAfterTheWork() {
    Throwable failure =
        catchThrowable(() ->
            database
                .sql(
                    scope,
                    connection ->
                        idempotency
                            .once(connection, scope, key, ROUTE, "body", this::work)
                            .chain(
                                () -> Uni.createFrom().failure(new IllegalStateException("lost"))))
                .await()
                .indefinitely());
    assertThat(failure).hasMessage("lost");

    once(scope, key, "body", this::work).await().indefinitely();

    assertThat(worked).hasValue(2);
  }

  @Test
  void keepsKeysOfOrganizationsApart() {
    Scope other = Scope.of(OrganizationId.fresh(), "somebody");
    once(scope, key, "body", this::work).await().indefinitely();

    once(other, key, "another body", this::work).await().indefinitely();

    assertThat(worked).hasValue(2);
  }

  private Uni<Response> once(
      Scope who, String keyOfIt, String body, Supplier<Uni<Idempotency.Answer>> work) {
    return database.sql(
        who, connection -> idempotency.once(connection, who, keyOfIt, ROUTE, body, work));
  }

  private Uni<Idempotency.Answer> work() {
    return Uni.createFrom().item(() -> answer(worked.incrementAndGet()));
  }

  private static Idempotency.Answer answer(int number) {
    return new Idempotency.Answer(201, Map.of("number", number), "/v1/things/" + number, 3);
  }

  private static ProblemType refusal(Supplier<Uni<Response>> request) {
    return ((ProblemException) catchThrowable(() -> request.get().await().indefinitely())).type();
  }
}
