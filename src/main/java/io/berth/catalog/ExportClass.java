package io.berth.catalog;

import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What the parameters of ECCN 3A090 make of an accelerator (15 CFR part 774, supplement no. 1,
 * category 3, as amended with effect from 2023-11-17, 88 FR 73458).
 */
@Schema(
    description =
        "What the parameters of ECCN 3A090 (15 CFR part 774, supplement no. 1) make of a model: paragraph a, paragraph b, neither, or UNKNOWN where the figures allow several, which is never read as no")
public enum ExportClass {
  /** Meets 3A090.a: TPP of 4800 or more, or TPP of 1600 or more and PD of 5.92 or more. */
  ECCN_3A090_A("3A090.a"),
  /**
   * Meets 3A090.b: TPP from 2400 and below 4800 with PD from 1.6 and below 5.92, or TPP of 1600 or
   * more with PD from 3.2 and below 5.92.
   */
  ECCN_3A090_B("3A090.b"),
  /**
   * Meets neither paragraph. Other entries of the control list, and orders by letter, may apply.
   */
  NOT_3A090(null),
  /** Figures are missing or disagree so that more than one answer is possible. Never read as no. */
  UNKNOWN(null);

  private final @Nullable String eccn;

  ExportClass(@Nullable String eccn) {
    this.eccn = eccn;
  }

  /** The paragraph as the regulation writes it; empty where none is met or none is known to be. */
  public Optional<String> eccn() {
    return Optional.ofNullable(eccn);
  }
}
