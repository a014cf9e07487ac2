package io.berth.policy;

/**
 * Something in a file of worked cases that cannot be read.
 *
 * @param line counted from 1; 1 is the header
 * @param column the header's name for the column, or empty where the whole line is at fault
 * @param message what is wrong, for people
 */
public record CasesProblem(int line, String column, String message) {

  /** Such as {@code line 4, column nCountry: not a country code: XX}. */
  @Override
  public String toString() {
    return "line " + line + (column.isEmpty() ? "" : ", column " + column) + ": " + message;
  }
}
