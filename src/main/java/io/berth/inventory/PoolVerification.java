package io.berth.inventory;

import io.berth.review.CaseId;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What is known of whether a pool's devices are what it is listed as.
 *
 * @param state where it stands
 * @param lastPassedAt when all probes of a round last passed; null where none did
 * @param lastCheckedAt when a round last came to its end; null where none did
 * @param message what there is to say, as why probes come to no verdict; null for nothing
 * @param caseId what asks officers about a mismatch; null where nothing does
 */
@Schema(
    name = "PoolVerification",
    description = "Whether the devices of a pool are known to be what it is listed as")
public record PoolVerification(
    VerificationState state,
    @Schema(description = "When probes last passed.") @Nullable Instant lastPassedAt,
    @Schema(description = "When probes last ended, however they did.")
        @Nullable Instant lastCheckedAt,
    @Schema(examples = "No node of the pool is free for a probe.") @Nullable String message,
    @Schema(description = "What asks officers about a mismatch.") @Nullable CaseId caseId) {

  /** Of a vendor for which no probe is configured. */
  public static final PoolVerification OFF =
      new PoolVerification(VerificationState.OFF, null, null, null, null);

  /** Of a pool that was never probed. */
  public static final PoolVerification NEVER =
      new PoolVerification(VerificationState.UNVERIFIED, null, null, null, null);
}
