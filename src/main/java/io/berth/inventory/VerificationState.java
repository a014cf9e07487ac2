package io.berth.inventory;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Whether a pool's devices are known to be what it is listed as. */
@Schema(
    description =
        "off, not asked of this vendor here; unverified, never probed; pending, a probe runs or"
            + " waits; passed; accepted, officers let a mismatch be; mismatch, kept from sale until it"
            + " passes or officers accept it; failed, probes came to no verdict; expired, the last"
            + " pass is too old to publish on")
public enum VerificationState {
  /** No probe is configured for the vendor. */
  @JsonProperty("off")
  OFF,
  /** Never probed. */
  @JsonProperty("unverified")
  UNVERIFIED,
  /** A probe runs or waits. */
  @JsonProperty("pending")
  PENDING,
  /** The last probes passed, lately enough. */
  @JsonProperty("passed")
  PASSED,
  /** Officers let a mismatch be, lately enough. */
  @JsonProperty("accepted")
  ACCEPTED,
  /** What the devices say is not what the pool is listed as. */
  @JsonProperty("mismatch")
  MISMATCH,
  /** Probes came to no verdict, as often as is tried. */
  @JsonProperty("failed")
  FAILED,
  /** The last pass is too old. */
  @JsonProperty("expired")
  EXPIRED;

  /** The name on the wire. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
