package io.berth.leasing;

import java.util.Map;
import java.util.function.Supplier;

/** Environment variables of a job that nobody is shown: they are opened where pods get them. */
public final class SealedEnv {

  /** No variables. */
  public static final SealedEnv NONE = new SealedEnv(Map::of);

  private final Supplier<Map<String, String>> opener;

  private SealedEnv(Supplier<Map<String, String>> opener) {
    this.opener = opener;
  }

  /** Variables that something opens each time they are asked for. */
  public static SealedEnv of(Supplier<Map<String, String>> opener) {
    return new SealedEnv(opener);
  }

  /** The variables in clear. */
  public Map<String, String> open() {
    return Map.copyOf(opener.get());
  }

  @Override
  public String toString() {
    return "SealedEnv[…]";
  }
}
