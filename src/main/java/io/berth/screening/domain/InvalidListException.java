package io.berth.screening.domain;

import org.jspecify.annotations.Nullable;

/**
 * A file that is not a list in the format that was expected, or passes a limit. It is refused
 * whole: half a list would clear those whom the other half names.
 */
public final class InvalidListException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int line;
  private final int column;

  /**
   * A refusal.
   *
   * @param line counted from 1; 0 where the fault has no place
   * @param column counted from 1; 0 where only the line is known
   */
  public InvalidListException(String message, int line, int column) {
    this(message, line, column, null);
  }

  /** A refusal that something else brought about. */
  public InvalidListException(String message, int line, int column, @Nullable Throwable cause) {
    super(message, cause);
    this.line = line;
    this.column = column;
  }

  /** The line at fault, from 1; 0 where the fault has no place. */
  public int line() {
    return line;
  }

  /** The column at fault, from 1; 0 where it is not known. */
  public int column() {
    return column;
  }

  /** What is wrong and where, for people. */
  public String describe() {
    String message = String.valueOf(getMessage());
    if (line <= 0) {
      return message;
    }
    return "line " + line + (column > 0 ? ", column " + column : "") + ": " + message;
  }
}
