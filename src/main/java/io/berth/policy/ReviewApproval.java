package io.berth.policy;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.berth.policy.internal.FactsHash;
import java.time.Instant;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What people have approved: that some rules which ask for a person no longer hold a tenant up, for
 * exactly what was looked at and for a time. Prohibitions, licences and missing facts are out of
 * its reach.
 *
 * @param caseId the review case
 * @param ruleIds the rules that it answers, each as {@link #rule} writes it
 * @param models the accelerators that it is about, as the catalogue names them
 * @param countries where the nodes stand that it is about, ISO 3166-1 alpha-2
 * @param factsHash what was known of tenant and use, as {@link #factsHash} writes it: where
 *     anything of that changes, the approval is about something else
 * @param from the first moment at which it holds
 * @param until the first moment at which it no longer holds; null where it does not end
 */
@Schema(
    name = "ReviewApproval",
    description = "An approval of a review case: its rules only warn, within its bounds")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ReviewApproval(
    @Schema(examples = "case_agrat33q252a5ljlyzt7t36bji") String caseId,
    @Schema(
            description = "Each a pack, a slash and a rule.",
            examples = "[\"export-baseline/us-iaas-training\"]")
        Set<String> ruleIds,
    @Schema(examples = "[\"nvidia-h100-sxm\"]") Set<String> models,
    @Schema(examples = "[\"FI\"]") Set<String> countries,
    @Schema(description = "Hash of what was known of tenant and use.") String factsHash,
    Instant from,
    @Nullable Instant until) {

  /** Copies the sets, sorted, so that a decision's facts always read and hash the same. */
  public ReviewApproval {
    ruleIds = sorted(ruleIds);
    models = sorted(models);
    countries = sorted(countries);
  }

  /** How {@code ruleIds} names a rule: two packs may use the same name for different rules. */
  public static String rule(String pack, String ruleId) {
    return pack + "/" + ruleId;
  }

  /** SHA-256 of what is known of a tenant and a use, lower-case hexadecimal. */
  public static String factsHash(TenantFacts tenant, RequestFacts request) {
    return FactsHash.of(tenant, request);
  }

  /** Whether it holds at that moment. */
  public boolean holdsAt(Instant moment) {
    return !moment.isBefore(from) && (until == null || moment.isBefore(until));
  }

  private static Set<String> sorted(Set<String> values) {
    return Collections.unmodifiableSortedSet(new TreeSet<>(values));
  }
}
