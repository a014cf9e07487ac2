package io.berth.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.berth.platform.OrganizationId;
import io.berth.platform.Scope;
import io.berth.review.CaseKind;
import io.berth.review.ReviewCase;
import io.berth.review.ReviewCases;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** What people have approved for a tenant, as questions carry it. */
@ApplicationScoped
public class Approvals {

  private static final Scope SCOPE = Scope.system("policy");

  private final ReviewCases cases;

  Approvals(ReviewCases cases) {
    this.cases = cases;
  }

  /**
   * The tenant's approvals that stand now and are about exactly these facts, oldest first; where
   * there are more than a question may carry, the newest.
   */
  public Uni<List<ReviewApproval>> standing(
      SqlConnection connection, OrganizationId tenant, TenantFacts facts, RequestFacts request) {
    return cases
        .standing(connection, SCOPE, CaseKind.ORDER, tenant)
        .map(found -> {
          if (found.isEmpty()) {
            return List.of();
          }
          String factsHash = ReviewApproval.factsHash(facts, request);
          List<ReviewApproval> approvals =
              found.stream()
                  .map(Approvals::approval)
                  .filter(approval ->
                      !approval.grounds().isEmpty() && approval.factsHash().equals(factsHash))
                  .sorted(Comparator.comparing(ReviewApproval::from))
                  .toList();
          return approvals.subList(
              Math.max(0, approvals.size() - PolicyQuestion.APPROVALS_COUNT_MAX), approvals.size());
        });
  }

  /** A case whose detail names no grounds approves nothing. */
  private static ReviewApproval approval(ReviewCase approved) {
    // A lease that is asked for now begins with the minute that has begun.
    Instant from = Objects.requireNonNull(approved.decision()).at().truncatedTo(ChronoUnit.MINUTES);
    JsonNode detail = approved.detail();
    return new ReviewApproval(
        approved.id().toString(),
        grounds(detail.path("grounds")),
        detail.path("factsHash").asText(),
        from,
        Objects.requireNonNull(approved.expiresAt()));
  }

  private static Set<Ground> grounds(JsonNode array) {
    Set<Ground> grounds = new HashSet<>();
    array.forEach(ground ->
        grounds.add(
            new Ground(
                ground.path("packHash").asText(),
                ground.path("ruleId").asText(),
                ground.path("model").asText(),
                ground.path("country").asText(),
                ground.path("placeHash").asText())));
    return grounds;
  }
}
