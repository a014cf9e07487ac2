package io.berth.review;

import com.fasterxml.jackson.databind.JsonNode;
import io.berth.platform.OrganizationId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A question to people and how far it is answered.
 *
 * @param kind what it asks about
 * @param organization about whom
 * @param reason a stable code of what is asked
 * @param factsHash hash of the facts that the question rests on
 * @param subject the wire form of the identifier of what brought it up
 * @param summary one line for people
 * @param detail what there is to know, as JSON
 * @param openedBy who or what asked
 * @param proposal the approval that one officer proposes; null where none has
 * @param expiresAt until when the approval holds or would hold; null where none was proposed
 * @param decision the last word; null while there is none
 */
public record ReviewCase(
    CaseId id,
    CaseKind kind,
    OrganizationId organization,
    String reason,
    String factsHash,
    String subject,
    String summary,
    JsonNode detail,
    CaseState state,
    String openedBy,
    @Nullable Word proposal,
    @Nullable Instant expiresAt,
    @Nullable Word decision,
    Instant createdAt,
    long version) {

  /**
   * What an officer said.
   *
   * @param by who
   * @param at when
   * @param reason why; the organization reads it too
   * @param note for officers only; null where there is none
   */
  public record Word(String by, Instant at, String reason, @Nullable String note) {}

  /** Whether an approval holds at that moment. */
  public boolean standsAt(Instant moment) {
    return state == CaseState.APPROVED && expiresAt != null && moment.isBefore(expiresAt);
  }
}
