package io.berth.load;

import io.berth.load.StatementLog.Sent;
import io.berth.platform.Id;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A pgbench script of what the service sent for one booking. Each statement stays as it was sent;
 * what differs from booking to booking is made of pgbench's variables: identifiers and keys, the
 * tenant (one a client), and the node and the hour, so that no two bookings are of the same slots.
 */
final class BookingScript {

  /** Of longer parameters, JSON mostly, nothing is replaced: no row is found by them. */
  private static final int REPLACED_LENGTH_MAX = 400;

  private static final Pattern UUIDS =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
  private static final Pattern WIRE = Pattern.compile("([a-z]+)_([a-z2-7]{26})");
  private static final Pattern NUMBER = Pattern.compile("\\$(\\d+)");

  private final Instant since;
  private final Map<String, String> known = new LinkedHashMap<>();
  private final Map<String, Integer> fresh = new LinkedHashMap<>();

  /**
   * Begins a script.
   *
   * @param since identifiers made after this are the booking's own
   */
  BookingScript(Instant since) {
    this.since = since;
  }

  /** Says what stands for a value that the booking was made with: SQL that gives text. */
  void replace(String value, String sql) {
    known.put(value, sql);
  }

  /** The lines that run transactions. */
  String lines(List<List<Sent>> transactions) {
    StringBuilder lines = new StringBuilder();
    for (List<Sent> transaction : transactions) {
      for (Sent sent : transaction) {
        lines.append(sent.isBoundary() ? sent.sql() : statement(sent)).append(";\n");
      }
    }
    return lines.toString();
  }

  private String statement(Sent sent) {
    String sql = sent.sql().replace("\n", " ");
    Matcher number = NUMBER.matcher(sql);
    StringBuilder filled = new StringBuilder();
    while (number.find()) {
      Integer parameter = Integer.valueOf(number.group(1));
      boolean isCursor = sql.contains("from market_change") && parameter == 1;
      number.appendReplacement(
          filled,
          Matcher.quoteReplacement(
              isCursor
                  // From where it follows: what ended before is seen.
                  ? "pg_snapshot_xmin(pg_current_snapshot())::text"
                  : value(
                      sent.parameters().get(parameter),
                      sql.contains("set_config(") || sql.contains("nullif($" + parameter))));
    }
    return number.appendTail(filled).toString();
  }

  private String value(@Nullable String text, boolean isText) {
    if (text == null) {
      return "null";
    }
    if (text.length() > REPLACED_LENGTH_MAX) {
      return literal(text);
    }
    String sql = known.get(text);
    if (sql == null) {
      sql = concatenated(text);
    }
    if (sql == null) {
      return literal(text);
    }
    return "(" + sql + ")" + (isText ? "::text" : type(text));
  }

  /** The type that the database takes a text for where it is sent as a parameter. */
  private static String type(String text) {
    if (UUIDS.matcher(text).matches()) {
      return "::uuid";
    }
    if (text.startsWith("{") && UUIDS.matcher(text).find()) {
      return "::uuid[]";
    }
    return text.matches("\\d{4}-\\d\\d-\\d\\d .*") ? "::timestamptz" : "::text";
  }

  /** SQL for a text with parts that are to be replaced; null where it has none. */
  private @Nullable String concatenated(String text) {
    StringBuilder sql = new StringBuilder();
    int done = 0;
    for (int at = 0; at < text.length(); at++) {
      String part = part(text.substring(at));
      if (part != null) {
        if (at > done) {
          sql.append(literal(text.substring(done, at))).append(" || ");
        }
        sql.append(replacement(part)).append(" || ");
        at += part.length() - 1;
        done = at + 1;
      }
    }
    if (sql.isEmpty()) {
      return null;
    }
    return sql.append(literal(text.substring(done))).toString();
  }

  /** What of the beginning of a text is to be replaced. */
  private @Nullable String part(String text) {
    for (String value : known.keySet()) {
      if (text.startsWith(value)) {
        return value;
      }
    }
    Matcher uuid = UUIDS.matcher(text);
    if (uuid.lookingAt() && isFresh(uuid.group())) {
      return uuid.group();
    }
    Matcher wire = WIRE.matcher(text);
    if (wire.lookingAt() && isFresh(Id.parse(wire.group(1), wire.group()).toString())) {
      return wire.group();
    }
    return null;
  }

  private String replacement(String part) {
    String sql = known.get(part);
    if (sql != null) {
      return sql;
    }
    Matcher wire = WIRE.matcher(part);
    return wire.matches()
        ? "'"
            + wire.group(1)
            + "_' || lpad(("
            + numberOf(Id.parse(wire.group(1), part).toString())
            + ")::text, 26, '0')"
        : "lpad(to_hex(" + numberOf(part) + "), 32, '0')";
  }

  private String numberOf(String uuid) {
    return ":booking::bigint * 64 + " + fresh.computeIfAbsent(uuid, key -> fresh.size());
  }

  /** An identifier of version 7 begins with its time. */
  private boolean isFresh(String uuid) {
    return uuid.charAt(14) == '7'
        && Long.parseLong(uuid.substring(0, 8) + uuid.substring(9, 13), 16) >= since.toEpochMilli();
  }

  /** A literal without colons, in which pgbench would look for variables. */
  static String literal(String text) {
    String escaped = text.replace("\\", "\\\\").replace("'", "''");
    return escaped.contains(":") || escaped.contains("\\")
        ? "E'" + escaped.replace(":", "\\x3A") + "'"
        : "'" + escaped + "'";
  }
}
