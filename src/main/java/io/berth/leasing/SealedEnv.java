package io.berth.leasing;

import java.util.Map;
import java.util.function.Supplier;

/**
 * Environment variables of a job that nobody is shown, and what its image is pulled with: they are
 * opened where pods get them.
 */
public final class SealedEnv {

  /**
   * What the credentials of the image's registry stand under, in the form that Kubernetes keeps
   * them in; no variable can be called so.
   */
  public static final String REGISTRY = ".dockerconfigjson";

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
