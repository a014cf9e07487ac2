package io.berth.policy.domain;

import dev.cel.runtime.CelAttribute;
import dev.cel.runtime.CelUnknownSet;
import java.math.BigDecimal;

/**
 * A known interval as conditions see it, with the fact's name for saying what is missing when the
 * interval straddles the bound that it is compared with.
 */
record NamedFigure(String fact, BigDecimal min, BigDecimal max) {

  /** Yes, no, or unknown where neither is certain. */
  Object answer(boolean always, boolean never) {
    if (always) {
      return true;
    }
    return never ? false : CelUnknownSet.create(CelAttribute.fromQualifiedIdentifier(fact));
  }
}
