package io.berth.policy.internal;

import io.berth.audit.EvidencePart;
import io.berth.audit.EvidenceTrace;
import io.berth.platform.Database;
import io.berth.platform.Scope;
import io.berth.policy.DecisionId;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Every decision about a lease, in a file of evidence: facts and answers as texts, byte for byte as
 * they were hashed.
 */
@ApplicationScoped
public class DecisionEvidence implements EvidencePart {

  private final DecisionStore decisions;
  private final Database database;

  DecisionEvidence(DecisionStore decisions, Database database) {
    this.decisions = decisions;
    this.database = database;
  }

  @Override
  public String name() {
    return "decisions";
  }

  @Override
  public int step() {
    return DECISIONS;
  }

  @Override
  public Uni<?> read(Scope scope, EvidenceTrace trace) {
    List<DecisionId> ids = trace.of("decision").stream().map(DecisionId::fromString).toList();
    return database
        .sql(scope, connection -> decisions.all(connection, ids))
        .map(rows -> rows.stream().map(row -> part(row, trace)).toList());
  }

  private static Map<String, Object> part(DecisionRow row, EvidenceTrace trace) {
    row.packs().forEach(pack -> trace.add(PackEvidence.KIND, pack.hash()));
    Map<String, Object> part = new LinkedHashMap<>();
    part.put("id", row.id());
    // What the audit trail keeps of it: verdict, rules, period, packs, lists and hashes.
    part.putAll(row.evidence());
    part.put("facts", row.facts());
    part.put("judgements", row.judgements());
    return part;
  }
}
