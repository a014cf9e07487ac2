package io.berth.screening.domain;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads dates in the forms that lists print. */
final class ListDates {

  private static final List<DateTimeFormatter> FORMS =
      List.of(
          DateTimeFormatter.ISO_LOCAL_DATE,
          form("d-MMM-uuuu"),
          form("d MMM uuuu"),
          form("d/M/uuuu"),
          form("M/d/uuuu"));

  private static final int ISO_LENGTH = 10;

  private ListDates() {}

  /** The date at the front of a text, whatever time follows; null where it is none. */
  static @Nullable LocalDate read(String printed) {
    String text = printed.strip();
    String front =
        text.length() > ISO_LENGTH && text.charAt(4) == '-' ? text.substring(0, ISO_LENGTH) : text;
    for (DateTimeFormatter form : FORMS) {
      try {
        return LocalDate.parse(front, form);
      } catch (DateTimeException e) {
        // Another form, then.
      }
    }
    return null;
  }

  /** The date in ISO 8601 where it is one, else as printed. */
  static String orPrinted(String printed) {
    LocalDate date = read(printed);
    return date == null ? printed.strip() : date.toString();
  }

  private static DateTimeFormatter form(String pattern) {
    return new DateTimeFormatterBuilder()
        .parseCaseInsensitive()
        .appendPattern(pattern)
        .toFormatter(Locale.ENGLISH);
  }
}
