package io.berth.policy.domain;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits CSV (RFC 4180) into rows that know their lines. Not Jackson's reader, which parses ahead:
 * once a cell holds a line break, nobody can tell any more in which line a row began.
 */
final class CsvRows {

  private final String text;
  private final List<Row> rows = new ArrayList<>();
  private List<String> cells = new ArrayList<>();
  private final StringBuilder cell = new StringBuilder();
  private int line = 1;
  private int rowLine = 1;
  private int at;

  private CsvRows(String text) {
    this.text = text;
  }

  /**
   * A row with something in it.
   *
   * @param line where it begins, counted from 1
   * @param cells without surrounding space
   */
  record Row(int line, List<String> cells) {}

  /** The rows in order; blank lines are left out. */
  static List<Row> of(String text) {
    CsvRows scanner = new CsvRows(text);
    scanner.scan();
    return scanner.rows;
  }

  private void scan() {
    while (at < text.length()) {
      char character = text.charAt(at++);
      if (character == '"' && cell.toString().isBlank()) {
        cell.setLength(0);
        scanQuoted();
      } else if (character == ',') {
        endCell();
      } else if (character == '\n') {
        endRow();
        line++;
        rowLine = line;
      } else {
        cell.append(character);
      }
    }
    endRow();
  }

  /** A quote that is never closed takes the rest of the text, which then is one cell too long. */
  private void scanQuoted() {
    while (at < text.length()) {
      char character = text.charAt(at++);
      if (character == '\n') {
        line++;
      }
      if (character != '"') {
        cell.append(character);
      } else if (at < text.length() && text.charAt(at) == '"') {
        cell.append(character);
        at++;
      } else {
        return;
      }
    }
  }

  private void endCell() {
    cells.add(cell.toString().strip());
    cell.setLength(0);
  }

  private void endRow() {
    endCell();
    if (!String.join("", cells).isEmpty()) {
      rows.add(new Row(rowLine, List.copyOf(cells)));
    }
    cells = new ArrayList<>();
  }
}
