package io.berth.review;

import io.berth.platform.Id;
import io.berth.platform.OrganizationId;

/**
 * A question to people about an organization.
 *
 * @param kind what it asks about
 * @param organization about whom; it sees the case
 * @param reason a stable code of what is asked, such as the rules that hold, from 1 to {@value
 *     #REASON_LENGTH_MAX} characters
 * @param factsHash hash of the facts that the question rests on, at most {@value
 *     #FACTS_HASH_LENGTH_MAX} characters: with other facts it is another question
 * @param subject what brought it up
 * @param summary one line for people; the organization reads it too
 * @param detail becomes JSON; must hold no secret, and is shown to the organization where {@link
 *     CaseKind#isDetailShown} says so
 */
public record NewCase(
    CaseKind kind,
    OrganizationId organization,
    String reason,
    String factsHash,
    Id subject,
    String summary,
    Object detail) {

  /** The most characters of a reason. */
  public static final int REASON_LENGTH_MAX = 1000;

  /** The most characters of a hash. */
  public static final int FACTS_HASH_LENGTH_MAX = 128;

  /** Throws {@link IllegalArgumentException} where reason or hash are out of bounds. */
  public NewCase {
    if (reason.isEmpty()
        || reason.length() > REASON_LENGTH_MAX
        || factsHash.length() > FACTS_HASH_LENGTH_MAX) {
      throw new IllegalArgumentException("a case's reason and hash are bounded");
    }
  }
}
