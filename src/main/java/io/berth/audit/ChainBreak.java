package io.berth.audit;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Where a chain is first not what it must be.
 *
 * @param position the place
 * @param kind what is wrong
 * @param detail for people
 */
public record ChainBreak(long position, Kind kind, String detail) {

  /** What can be wrong. */
  @Schema(name = "ChainBreakKind", description = "What is wrong")
  public enum Kind {
    /** No seal has this position. */
    @JsonProperty("missingSeal")
    MISSING_SEAL,
    /** The entry that was sealed here is gone. */
    @JsonProperty("missingEntry")
    MISSING_ENTRY,
    /** The entry is not what was sealed. */
    @JsonProperty("alteredEntry")
    ALTERED_ENTRY,
    /** The hash is not what was sealed, while the entries are. */
    @JsonProperty("alteredSeal")
    ALTERED_SEAL,
    /** Entries stand in another order than they were sealed in. */
    @JsonProperty("wrongOrder")
    WRONG_ORDER,
    /** The chain fits together, but not with the hash that was signed here. */
    @JsonProperty("rewrittenChain")
    REWRITTEN_CHAIN,
    /** The checkpoint is signed with a key that this service does not believe. */
    @JsonProperty("unknownKey")
    UNKNOWN_KEY,
    /** The checkpoint is not what was signed. */
    @JsonProperty("badSignature")
    BAD_SIGNATURE
  }
}
