package io.berth.screening.internal;

import io.berth.platform.OrganizationId;
import io.berth.review.CaseId;
import io.berth.screening.MatchId;
import io.berth.screening.internal.ScreeningApi.HitView;
import java.time.Instant;

/**
 * An entry that may name an organization or one of its owners.
 *
 * @param owner the owner's name; empty for the organization itself
 * @param entryHash hash of the entry
 * @param factsHash hash of what was compared with it
 * @param hit the entry, and what the score is made of
 * @param caseId where officers say whether it is the same party
 */
record Match(
    MatchId id,
    OrganizationId organization,
    String owner,
    String listing,
    String uid,
    String entryHash,
    String factsHash,
    MatchState state,
    double score,
    HitView hit,
    CaseId caseId,
    Instant foundAt) {

  /** What a finding counts for. */
  record Key(String owner, String listing, String uid, String entryHash, String factsHash) {}

  Key key() {
    return new Key(owner, listing, uid, entryHash, factsHash);
  }
}
