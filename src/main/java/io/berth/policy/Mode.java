package io.berth.policy;

/** How the tenant gets at the device: export law controls the device, not its use from afar. */
public enum Mode {
  /** Over the network; the provider keeps the device. */
  REMOTE,
  /** The device is handed to the tenant. */
  POSSESSION
}
