package io.berth.policy;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How the tenant gets at the device: export law controls the device, not its use from afar. */
public enum Mode {
  /** Over the network; the provider keeps the device. */
  @JsonProperty("remote")
  REMOTE,
  /** The device is handed to the tenant. */
  @JsonProperty("possession")
  POSSESSION
}
