package io.berth.policy;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** How the tenant gets at the device: export law controls the device, not its use from afar. */
@Schema(
    description =
        "How the tenant gets at the device: remote, over the network while the provider keeps it; possession, handed to the tenant")
public enum Mode {
  /** Over the network; the provider keeps the device. */
  @JsonProperty("remote")
  REMOTE,
  /** The device is handed to the tenant. */
  @JsonProperty("possession")
  POSSESSION
}
