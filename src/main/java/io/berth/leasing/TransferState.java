package io.berth.leasing;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Where the transfer of a lease stands. */
@Schema(
    description =
        "proposed, the recipient may accept it while the lease lives; accepted, the recipient has the"
            + " rest of the lease; declined, by the recipient; withdrawn, by the tenant")
public enum TransferState {
  /** The recipient may accept it. */
  @JsonProperty("proposed")
  PROPOSED,
  /** The recipient has the rest of the lease. */
  @JsonProperty("accepted")
  ACCEPTED,
  /** The recipient does not want it. */
  @JsonProperty("declined")
  DECLINED,
  /** The tenant keeps the lease. */
  @JsonProperty("withdrawn")
  WITHDRAWN
}
