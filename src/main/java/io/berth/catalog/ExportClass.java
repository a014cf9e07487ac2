package io.berth.catalog;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

  /** Computers that hold such parts (4A090) count like the parts. */
  private static final Pattern NAMED = Pattern.compile("[34]A090(?:\\.?([AB]))?");

  /** Any other entry of the control list, or none. */
  private static final Pattern OTHER = Pattern.compile("\\b(?:[0-9][A-E][0-9]{3}|EAR99)\\b");

  private final @Nullable String eccn;

  ExportClass(@Nullable String eccn) {
    this.eccn = eccn;
  }

  /**
   * The strictest class that a note names; empty where it names no entry of the control list. An
   * entry without its paragraph counts as paragraph a.
   */
  public static Optional<ExportClass> namedIn(String note) {
    String text = note.toUpperCase(Locale.ROOT);
    Matcher named = NAMED.matcher(text);
    ExportClass strictest = null;
    while (named.find()) {
      ExportClass found = "B".equals(named.group(1)) ? ECCN_3A090_B : ECCN_3A090_A;
      strictest = strictest == ECCN_3A090_A ? strictest : found;
    }
    if (strictest == null && OTHER.matcher(text).find()) {
      strictest = NOT_3A090;
    }
    return Optional.ofNullable(strictest);
  }

  /** The paragraph as the regulation writes it; empty where none is met or none is known to be. */
  public Optional<String> eccn() {
    return Optional.ofNullable(eccn);
  }
}
