package io.berth.leasing;

import io.berth.policy.DecisionId;
import io.berth.policy.Verdict;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the last judgement of a lease came out as.
 *
 * @param decision the last decision that said something new
 * @param verdict on the rest of its period
 * @param at when it was judged last
 * @param permittedUntil until when it is permitted; null where it is not even now
 */
public record LeaseJudgement(
    DecisionId decision, Verdict verdict, Instant at, @Nullable Instant permittedUntil) {}
