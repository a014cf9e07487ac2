package io.berth.review.internal;

import io.berth.audit.EvidencePart;
import io.berth.audit.EvidenceTrace;
import io.berth.platform.Database;
import io.berth.platform.Scope;
import io.berth.review.CaseId;
import io.berth.review.ReviewCase;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;

/** Review cases that were answered for a lease, with what was attached, in a file of evidence. */
@ApplicationScoped
public class CaseEvidence implements EvidencePart {

  private final CaseStore cases;
  private final Database database;

  CaseEvidence(CaseStore cases, Database database) {
    this.cases = cases;
    this.database = database;
  }

  @Override
  public String name() {
    return "reviewCases";
  }

  @Override
  public int step() {
    return CONTEXT;
  }

  @Override
  public Uni<?> read(Scope scope, EvidenceTrace trace) {
    return Multi.createFrom()
        .iterable(trace.of("case"))
        .onItem()
        .transformToUniAndConcatenate(id -> part(scope, CaseId.fromString(id)))
        .collect()
        .asList();
  }

  private Uni<Map<String, Object>> part(Scope scope, CaseId id) {
    return database.sql(
        scope,
        connection ->
            cases
                .get(connection, scope, id)
                .chain((ReviewCase found) ->
                    cases
                        .evidence(connection, id)
                        .map(evidence -> Map.of("case", found, "evidence", evidence))));
  }
}
