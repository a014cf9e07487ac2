package io.berth.policy;

import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * The pack that decides. Compiled while the service starts, which takes too long for an event loop
 * and refuses the start where the pack is broken.
 */
@Startup
@ApplicationScoped
public class ActivePack {

  private final RulePack pack;

  /**
   * Compiles the shipped baseline.
   *
   * @throws InvalidPackException where it is not fit for use
   */
  public ActivePack() {
    pack = RulePack.exportBaseline();
  }

  /** The pack; one use case asks once, so that all of it is judged by the same. */
  public RulePack current() {
    return pack;
  }
}
