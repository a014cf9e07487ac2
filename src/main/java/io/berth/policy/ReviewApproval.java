package io.berth.policy;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.berth.policy.Ground.RuleText;
import io.berth.policy.internal.FactsHash;
import java.time.Instant;
import java.util.Collections;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What people have approved: that some rules which ask for a person no longer hold a tenant up, for
 * exactly what was looked at and for a time. Prohibitions, licences and missing facts are out of
 * its reach.
 *
 * @param caseId the review case
 * @param grounds what was looked at, one by one; nothing is approved that is not among them. At
 *     most {@value #GROUNDS_COUNT_MAX}; empty, and then the approval lifts nothing, in decisions
 *     that were stored before grounds were
 * @param factsHash what was known of tenant and use, as {@link #factsHash} writes it: where
 *     anything of that changes, the approval is about something else
 * @param from the first moment at which it holds
 * @param until the first moment at which it no longer holds; null where it does not end
 */
@Schema(
    name = "ReviewApproval",
    description =
        "An approval of a review case: the rules among its grounds only warn, within its bounds")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ReviewApproval(
    @Schema(examples = "case_agrat33q252a5ljlyzt7t36bji") String caseId,
    @Schema(description = "What was looked at, one by one; nothing else is approved.")
        Set<Ground> grounds,
    @Schema(description = "Hash of what was known of tenant and use.") String factsHash,
    Instant from,
    @Nullable Instant until) {

  /** An approval is stored with every decision that it bears on, so its grounds are bounded. */
  public static final int GROUNDS_COUNT_MAX = 500;

  /**
   * Copies the set, sorted, so that a decision's facts always read and hash the same. Throws {@link
   * IllegalArgumentException} where there are too many.
   */
  public ReviewApproval {
    grounds =
        Collections.unmodifiableSortedSet(
            new TreeSet<>(Objects.requireNonNullElse(grounds, Set.of())));
    if (grounds.size() > GROUNDS_COUNT_MAX) {
      throw new IllegalArgumentException("at most " + GROUNDS_COUNT_MAX + " grounds an approval");
    }
  }

  /** SHA-256 of what is known of a tenant and a use, lower-case hexadecimal. */
  public static String factsHash(TenantFacts tenant, RequestFacts request) {
    return FactsHash.of(tenant, request);
  }

  /** Whether it holds at that moment. */
  public boolean holdsAt(Instant moment) {
    return !moment.isBefore(from) && (until == null || moment.isBefore(until));
  }

  /** Whether it answers a rule, whatever it is asked about. */
  public boolean answers(RuleText rule) {
    return grounds.stream()
        .anyMatch(ground ->
            ground.ruleId().equals(rule.ruleId()) && ground.packHash().equals(rule.packHash()));
  }

  /** The same with fewer grounds. */
  ReviewApproval only(Predicate<Ground> those) {
    return new ReviewApproval(
        caseId, grounds.stream().filter(those).collect(Collectors.toSet()), factsHash, from, until);
  }
}
