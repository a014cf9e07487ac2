package io.berth.platform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes a POST that allocates or spends safe to repeat. The answer is kept under the caller's
 * {@code Idempotency-Key} in the same transaction as what it did: either both are there or neither
 * is. A refusal keeps nothing, so that the same request may succeed later.
 */
@ApplicationScoped
public class Idempotency {

  private static final int KEY_LENGTH_MAX = 128;

  private final ObjectMapper json;
  private final Clock clock;

  Idempotency(ObjectMapper json, Clock clock) {
    this.json = json;
    this.clock = clock;
  }

  /**
   * An answer as it is kept and repeated.
   *
   * @param status HTTP status
   * @param body what becomes its JSON
   * @param location where the thing made can be read
   * @param version its version, for the ETag
   */
  public record Answer(int status, Object body, String location, long version) {}

  /**
   * Does {@code work} once for a key: the first call does it and keeps the answer, later ones
   * repeat the answer.
   *
   * @param key the header {@code Idempotency-Key}, from 1 to {@value #KEY_LENGTH_MAX} characters
   * @param route method and path, which belong to the request that the key stands for
   * @param request the body; empty string where there is none
   * @return fails with {@link ProblemException}: 400 without a key, 422 where the key was used for
   *     another request, 409 while the same key is being worked on
   */
  public Uni<Response> once(
      SqlConnection connection,
      Scope scope,
      @Nullable String key,
      String route,
      Object request,
      Supplier<Uni<Answer>> work) {
    String checked = check(key);
    UUID organization = scope.organization().orElseThrow().value();
    String fingerprint = fingerprint(route, request);
    // In one round trip: the database does the second when the first is done.
    return Uni.combine()
        .all()
        .unis(
            connection
                .preparedQuery("select pg_try_advisory_xact_lock(hashtextextended($1, 0))")
                .execute(Tuple.of("idempotency:" + organization + ":" + checked)),
            connection
                .preparedQuery(
                    "select fingerprint, status, body, location, version"
                        + " from idempotency_key where organization_id = $1 and key = $2")
                .execute(Tuple.of(organization, checked)))
        .with((locked, rows) -> {
          if (!locked.iterator().next().getBoolean(0)) {
            throw new ProblemException(
                    ProblemType.IDEMPOTENCY_IN_FLIGHT,
                    "A request with this Idempotency-Key is being worked on: repeat it in a"
                        + " moment to get its answer.")
                .retryAfter(java.time.Duration.ofSeconds(1));
          }
          return rows;
        })
        .chain(rows -> {
          if (rows.size() > 0) {
            return Uni.createFrom().item(repeat(rows.iterator().next(), fingerprint));
          }
          return work.get()
              .chain(answer -> {
                String written = write(answer.body());
                return keep(connection, organization, checked, fingerprint, answer, written)
                    .replaceWith(() ->
                        respond(answer.status(), written, answer.location(), answer.version()));
              });
        });
  }

  /** Forgets answers kept before {@code moment}. */
  public Uni<Integer> forgetBefore(SqlConnection connection, Instant moment) {
    return connection
        .preparedQuery("delete from idempotency_key where created_at < $1")
        .execute(Tuple.of(moment.atOffset(ZoneOffset.UTC)))
        .map(rows -> rows.rowCount());
  }

  private static String check(@Nullable String key) {
    if (key == null || key.isBlank() || key.length() > KEY_LENGTH_MAX) {
      throw ProblemException.malformed(
          "header:Idempotency-Key",
          "Send an Idempotency-Key of 1 to "
              + KEY_LENGTH_MAX
              + " characters, a new one for each new request (a UUID, say).");
    }
    return key;
  }

  private Uni<Void> keep(
      SqlConnection connection,
      UUID organization,
      String key,
      String fingerprint,
      Answer answer,
      String body) {
    return connection
        .preparedQuery(
            "insert into idempotency_key"
                + " (organization_id, key, fingerprint, status, body, location, version, created_at)"
                + " values ($1, $2, $3, $4, $5, $6, $7, $8)")
        .execute(
            Tuple.tuple()
                .addUUID(organization)
                .addString(key)
                .addString(fingerprint)
                .addInteger(answer.status())
                .addString(body)
                .addString(answer.location())
                .addLong(answer.version())
                .addOffsetDateTime(clock.instant().atOffset(ZoneOffset.UTC)))
        .replaceWithVoid();
  }

  private static Response repeat(Row row, String fingerprint) {
    if (!row.getString("fingerprint").equals(fingerprint)) {
      throw new ProblemException(
              ProblemType.IDEMPOTENCY_MISMATCH,
              "This Idempotency-Key was used for a request with another path or body: send a new"
                  + " key.")
          .at("header:Idempotency-Key", "used for another request");
    }
    return respond(
        row.getInteger("status"),
        row.getString("body"),
        row.getString("location"),
        row.getLong("version"));
  }

  private static Response respond(int status, String body, String location, long version) {
    return Response.status(status)
        .header(HttpHeaders.LOCATION, location)
        .header(HttpHeaders.ETAG, Preconditions.etag(version))
        .type(MediaType.APPLICATION_JSON_TYPE)
        .entity(body)
        .build();
  }

  private String fingerprint(String route, Object request) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(route.getBytes(StandardCharsets.UTF_8));
      sha256.update((byte) 0);
      sha256.update(write(request).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private String write(Object value) {
    try {
      return json.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of the API must become JSON", e);
    }
  }
}
