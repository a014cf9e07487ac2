package io.berth.inventory;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a probe of a node ended.
 *
 * @param verdict what follows
 * @param reason why it came to no verdict, in one CamelCase word; empty where it came to one
 * @param message in a sentence; empty where it passed
 * @param mismatches what is not as listed; some exactly where that is the verdict
 * @param read what was read; null where nothing could be
 */
public record ProbeFinding(
    Verdict verdict,
    String reason,
    String message,
    List<DeviceMismatch> mismatches,
    @Nullable DevicesRead read) {

  private static final int MESSAGE_LENGTH_MAX = 500;
  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cs}]");

  /** Copies the list and bounds the message. */
  public ProbeFinding {
    mismatches = List.copyOf(mismatches);
    if ((verdict == Verdict.MISMATCH) == mismatches.isEmpty()) {
      throw new IllegalArgumentException("a mismatch says what, and nothing else does");
    }
    String bounded =
        message.length() <= MESSAGE_LENGTH_MAX ? message : message.substring(0, MESSAGE_LENGTH_MAX);
    // Some of it is in a cluster's words, and PostgreSQL takes neither NUL nor halves of pairs.
    message = UNPRINTABLE.matcher(bounded).replaceAll(" ");
  }

  /** What follows from a probe. */
  public enum Verdict {
    /** The devices are what they are listed as. */
    PASSED,
    /** They are not. */
    MISMATCH,
    /** Nobody knows: the probe did not run, or what it printed cannot be read. */
    FAILED
  }

  /** What was read, compared. */
  public static ProbeFinding of(DevicesRead read, List<DeviceMismatch> mismatches) {
    return mismatches.isEmpty()
        ? new ProbeFinding(Verdict.PASSED, "", "", mismatches, read)
        : new ProbeFinding(
            Verdict.MISMATCH, "", "The devices are not what they are listed as.", mismatches, read);
  }

  /** No verdict. */
  public static ProbeFinding failed(String reason, String message) {
    return new ProbeFinding(Verdict.FAILED, reason, message, List.of(), null);
  }
}
