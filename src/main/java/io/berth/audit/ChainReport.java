package io.berth.audit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a check of the chain found.
 *
 * @param from the first position that was looked at
 * @param to the last position that was found as it must be; {@code from - 1} where none was
 * @param entries how many sealed entries were found as they must be
 * @param checkpoints how many checkpoints among them were found as they must be
 * @param lastCheckpoint the last of these; null where there was none
 * @param unsealed how many entries of the whole trail have no position yet
 * @param oldestUnsealedAt when the oldest of these was written; null where there is none
 * @param broken where the chain is broken first; null where it is not
 */
public record ChainReport(
    long from,
    long to,
    long entries,
    long checkpoints,
    @Nullable Checkpoint lastCheckpoint,
    long unsealed,
    @Nullable Instant oldestUnsealedAt,
    @Nullable ChainBreak broken) {}
