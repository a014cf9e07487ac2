package io.berth.catalog;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How export rules see an accelerator: by its own figures, and as the sources label it. Covers ECCN
 * 3A090 of a single device only; computers that contain it (4A090) and orders by letter to its
 * maker ("is informed", 15 CFR 744.23) are for policy packs.
 *
 * @param byFigures the class that the figures give; {@code UNKNOWN} where they allow several
 * @param possible every class that the figures allow, in the order of {@link ExportClass}; never
 *     empty, never holds {@code UNKNOWN}
 * @param notificationException whether it is certain to meet 3A090.a though not made for data
 *     centres, so that licence exceptions NAC and ACA (15 CFR 740.8) may be used
 * @param label the sources' classification, in their words
 * @param disagreement how a source's label contradicts the figures, or null where none does
 */
public record ExportClassification(
    ExportClass byFigures,
    Set<ExportClass> possible,
    boolean notificationException,
    String label,
    @Nullable String disagreement) {

  /**
   * Throws {@link IllegalArgumentException} where {@code possible} contradicts {@code byFigures}.
   */
  public ExportClassification {
    if (possible.isEmpty() || possible.contains(ExportClass.UNKNOWN)) {
      throw new IllegalArgumentException("the possible classes are at least one and definite");
    }
    // An enum set keeps the enum's order, which the wire form shows.
    possible = Collections.unmodifiableSet(EnumSet.copyOf(possible));
    ExportClass expected = possible.size() == 1 ? possible.iterator().next() : ExportClass.UNKNOWN;
    if (byFigures != expected) {
      throw new IllegalArgumentException("the class must follow from the possible classes");
    }
  }

  /**
   * Whether 3A090 (either paragraph) is met: empty where the facts do not decide, which callers
   * must not read as no.
   */
  public Optional<Boolean> controlled() {
    if (!possible.contains(ExportClass.NOT_3A090)) {
      return Optional.of(true);
    }
    return possible.size() == 1 ? Optional.of(false) : Optional.empty();
  }
}
