package io.berth.identity;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** How an organization and its owners came out against the denied-party lists. */
@Schema(
    description =
        "notScreened, not against every list that is needed; clear, no list names anybody like it; hit, an officer has yet to say whether it is the party that a list names; listed, an officer has found that it is")
public enum ScreeningState {
  /** Not since it was entered, or not against every list that is needed. */
  @JsonProperty("notScreened")
  NOT_SCREENED,
  /** No list names anybody like it, or an officer has found that it is another party. */
  @JsonProperty("clear")
  CLEAR,
  /** A list names somebody like it, and nobody has said yet whether it is the same party. */
  @JsonProperty("hit")
  HIT,
  /** An officer has found that a list names it. */
  @JsonProperty("listed")
  LISTED
}
