package io.berth.policy;

/**
 * One thing wrong with a pack's text.
 *
 * @param line counted from 1
 * @param column counted from 1
 * @param message for the author
 */
public record PackProblem(int line, int column, String message) {

  /** For people, such as {@code 12:5 unknown field}. */
  @Override
  public String toString() {
    return line + ":" + column + " " + message;
  }
}
