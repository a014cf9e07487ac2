package io.berth.policy;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.berth.policy.internal.FactsHash;
import java.util.Comparator;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One thing that people see when they are asked: that this rule, in these very words, holds for
 * this accelerator in this country, of a provider and at a node of which this is known. An approval
 * is of grounds one by one and never of their combinations, since nobody looked at those.
 *
 * @param packHash SHA-256 of the text of the rule's pack, as {@link RulePack#hash} gives it: ids
 *     are not unique, and what a rule says depends on all of its pack
 * @param ruleId the rule in that pack
 * @param model the accelerator, as the catalogue names it
 * @param country where the node stands, ISO 3166-1 alpha-2
 * @param placeHash what was known of provider and node, as {@link #hashOfPlace} writes it
 */
@Schema(
    name = "ReviewGround",
    description = "A rule in the very words that people saw, for an accelerator at a place")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Ground(
    @Schema(description = "SHA-256 of the text of the rule's pack, hexadecimal") String packHash,
    @Schema(examples = "us-iaas-training") String ruleId,
    @Schema(examples = "nvidia-h100-sxm") String model,
    @Schema(examples = "FI") String country,
    @Schema(description = "Hash of what was known of provider and node.") String placeHash)
    implements Comparable<Ground> {

  private static final Comparator<Ground> ORDER =
      Comparator.comparing(Ground::packHash)
          .thenComparing(Ground::ruleId)
          .thenComparing(Ground::model)
          .thenComparing(Ground::country)
          .thenComparing(Ground::placeHash);

  /** What a rule says about a node; null where the node's place or its devices have no name. */
  static @Nullable Ground of(RuleText rule, NodeJudgement node) {
    String model = node.accelerator().model();
    String country = node.facts().country();
    return model == null || country == null
        ? null
        : new Ground(
            rule.packHash(),
            rule.ruleId(),
            model,
            country,
            hashOfPlace(node.provider(), node.facts()));
  }

  /**
   * SHA-256 of what rules see of a provider and a node, lower-case hexadecimal. Dates are left out,
   * which are no facts at a moment, and authorisations, which come and go with bookings: what they
   * lift is not held for review.
   */
  public static String hashOfPlace(ProviderFacts provider, NodeFacts node) {
    return FactsHash.of(provider, node);
  }

  boolean isAbout(String otherModel, String otherCountry) {
    return model.equals(otherModel) && country.equals(otherCountry);
  }

  @Override
  public int compareTo(Ground other) {
    return ORDER.compare(this, other);
  }

  /**
   * A rule in the words of one pack.
   *
   * @param packHash SHA-256 of the pack's text
   * @param ruleId the rule in it
   */
  public record RuleText(String packHash, String ruleId) {}
}
