package io.berth.policy.internal;

import io.berth.platform.OrganizationId;
import io.berth.platform.Period;
import io.berth.policy.Decision;
import io.berth.policy.DecisionId;
import io.berth.policy.DecisionPurpose;
import io.berth.policy.PackRef;
import io.berth.policy.ReasonView;
import io.berth.policy.Verdict;
import io.berth.policy.internal.DecisionApi.PeriodView;
import io.berth.policy.internal.FactsApi.FactsView;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A row of {@code decision}.
 *
 * @param facts a {@link FactsView} as JSON
 * @param listsHash which denied-party lists were in force: SHA-256 over their versions
 * @param judgements {@link Judgements} as JSON
 */
public record DecisionRow(
    DecisionId id,
    OrganizationId tenant,
    DecisionPurpose purpose,
    Verdict verdict,
    Period period,
    Instant knownAt,
    List<PackRef> packs,
    String facts,
    String factsHash,
    String listsHash,
    String judgements) {

  /** The row that keeps a decision. */
  public static DecisionRow of(Decision decision, String listsHash) {
    String facts = StoredJson.write(FactsView.of(decision));
    return new DecisionRow(
        decision.id(),
        decision.tenant(),
        decision.purpose(),
        decision.verdict(),
        decision.period(),
        decision.knownAt(),
        decision.packs(),
        facts,
        StoredJson.hash(facts),
        listsHash,
        StoredJson.write(Judgements.of(decision)));
  }

  /** What the audit trail keeps of it. */
  public Map<String, Object> evidence() {
    Map<String, Object> evidence = new LinkedHashMap<>();
    evidence.put("tenant", tenant);
    evidence.put("purpose", purpose);
    evidence.put("verdict", verdict);
    evidence.put(
        "rules", readJudgements().reasons().stream().map(ReasonView::ruleId).distinct().toList());
    evidence.put("period", PeriodView.of(period));
    evidence.put("knownAt", knownAt);
    evidence.put("packs", packs);
    evidence.put("factsHash", factsHash);
    evidence.put("listsHash", listsHash);
    evidence.put("judgementsHash", StoredJson.hash(judgements));
    return evidence;
  }

  FactsView readFacts() {
    return StoredJson.read(facts, FactsView.class);
  }

  Judgements readJudgements() {
    return StoredJson.read(judgements, Judgements.class);
  }
}
