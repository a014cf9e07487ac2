package io.berth.policy.internal;

import io.berth.audit.EvidencePart;
import io.berth.audit.EvidenceTrace;
import io.berth.platform.Database;
import io.berth.platform.Scope;
import io.berth.policy.Authorisation;
import io.berth.policy.AuthorisationId;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The authorisations that a lease uses, and how much of each, in a file of evidence about it. */
@ApplicationScoped
public class AuthorisationEvidence implements EvidencePart {

  private final AuthorisationStore authorisations;
  private final AuthorisationUseStore uses;
  private final Database database;
  private final Clock clock;

  AuthorisationEvidence(
      AuthorisationStore authorisations,
      AuthorisationUseStore uses,
      Database database,
      Clock clock) {
    this.authorisations = authorisations;
    this.uses = uses;
    this.database = database;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "authorisations";
  }

  @Override
  public int step() {
    return CONTEXT;
  }

  @Override
  public Uni<?> read(Scope scope, EvidenceTrace trace) {
    return database.sql(
        scope,
        connection ->
            uses.of(connection, trace.of("quote"), clock.instant())
                .chain(found ->
                    Multi.createFrom()
                        .iterable(found.entrySet())
                        .onItem()
                        .transformToUniAndConcatenate(entry ->
                            part(connection, scope, trace, entry.getKey(), entry.getValue()))
                        .collect()
                        .asList()));
  }

  private Uni<Map<String, Object>> part(
      SqlConnection connection,
      Scope scope,
      EvidenceTrace trace,
      AuthorisationId id,
      List<AuthorisationApi.UseView> used) {
    trace.add(id);
    return authorisations
        .get(connection, scope, id, clock.instant())
        .map((Authorisation found) -> {
          Map<String, Object> part = new LinkedHashMap<>();
          part.put("authorisation", AuthorisationApi.View.of(found));
          part.put("uses", used.stream().map(AuthorisationApi.Use::of).toList());
          return part;
        });
  }
}
