package io.berth.identity.internal;

import io.berth.identity.VerificationState;
import io.berth.platform.OrganizationId;
import io.berth.platform.ProblemException;
import io.berth.platform.Scope;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Reads and writes organizations. */
@ApplicationScoped
public class OrganizationStore {

  /**
   * Reads one to change it, and holds it until the transaction ends, so that of two changes made
   * against the same version the second sees the first.
   */
  Uni<OrganizationRow> lock(Mutiny.Session session, Scope scope, OrganizationId id) {
    return visible(
        session.find(OrganizationRow.class, id.value(), LockModeType.PESSIMISTIC_WRITE), scope, id);
  }

  /**
   * Reads those of the given that exist and that the scope sees. With the SQL client, since every
   * booking reads some.
   */
  public Uni<List<OrganizationRow>> all(
      SqlConnection connection, Scope scope, Collection<OrganizationId> wanted) {
    UUID[] seen =
        wanted.stream()
            .filter(scope::sees)
            .map(OrganizationId::value)
            .distinct()
            .toArray(UUID[]::new);
    return seen.length == 0
        ? Uni.createFrom().item(List.of())
        : connection
            .preparedQuery(
                "select " + OrganizationRow.COLUMNS + " from organization where id = any($1)")
            .mapping(OrganizationRow::of)
            .execute(Tuple.of(seen))
            .map(rows -> StreamSupport.stream(rows.spliterator(), false).toList());
  }

  /**
   * Reads one page, in the order of identifiers.
   *
   * @param name a part of the name, in any case
   * @param state the state of verification as it counts now
   */
  public Uni<List<OrganizationRow>> list(
      Mutiny.Session session,
      Scope scope,
      Optional<OrganizationId> after,
      int limit,
      @Nullable String name,
      @Nullable VerificationState state,
      Instant now) {
    List<String> conditions = new ArrayList<>(List.of("true"));
    Map<String, Object> parameters = new HashMap<>();
    UUID own = scope.organizationFilter();
    if (own != null) {
      conditions.add("o.id = :own");
      parameters.put("own", own);
    }
    after.ifPresent(last -> {
      conditions.add("o.id > :after");
      parameters.put("after", last.value());
    });
    if (name != null) {
      conditions.add("locate(lower(:name), lower(o.name)) > 0");
      parameters.put("name", name);
    }
    if (state != null) {
      parameters.put("state", state);
      switch (state) {
        case UNVERIFIED ->
            conditions.add("(o.verificationState = :state or o.verificationExpiresAt <= :now)");
        case VERIFIED ->
            conditions.add(
                "o.verificationState = :state"
                    + " and (o.verificationExpiresAt is null or o.verificationExpiresAt > :now)");
        case REJECTED -> conditions.add("o.verificationState = :state");
      }
      if (state != VerificationState.REJECTED) {
        parameters.put("now", now);
      }
    }
    Mutiny.SelectionQuery<OrganizationRow> query =
        session.createSelectionQuery(
            "from OrganizationRow o where " + String.join(" and ", conditions) + " order by o.id",
            OrganizationRow.class);
    parameters.forEach(query::setParameter);
    return query.setMaxResults(limit).getResultList();
  }

  private static Uni<OrganizationRow> visible(
      Uni<@Nullable OrganizationRow> found, Scope scope, OrganizationId id) {
    return found.map(row -> {
      if (row == null || !scope.sees(id)) {
        throw ProblemException.notFound("organization", id);
      }
      return row;
    });
  }
}
