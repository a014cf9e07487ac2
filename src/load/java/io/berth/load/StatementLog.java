package io.berth.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.berth.sandbox.SandboxDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the service sends to the database, as the database itself logs it. */
final class StatementLog {

  /** What the service logs in as. */
  private static final String USER = "berth_application";

  private static final Pattern MESSAGE =
      Pattern.compile("duration: [0-9.]+ ms  (?:execute [^:]*|statement): (.*)", Pattern.DOTALL);
  private static final Pattern PARAMETER =
      Pattern.compile("\\$(\\d+) = (NULL|'(?:[^']|'')*')", Pattern.DOTALL);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SandboxDatabase database;
  private final Path folder;

  /**
   * Prepares it.
   *
   * @param folder where the database writes its log, as JSON
   */
  StatementLog(SandboxDatabase database, Path folder) {
    this.database = database;
    this.folder = folder;
  }

  /**
   * A statement as it was sent.
   *
   * @param query the database's number for statements like it, as pg_stat_statements has it
   * @param parameters by number, from 1 on; null where one is NULL
   */
  record Sent(long query, String sql, Map<Integer, @Nullable String> parameters) {

    boolean isBoundary() {
      String word = sql.strip().toUpperCase(Locale.ROOT);
      return word.equals("BEGIN") || word.startsWith("START TRANSACTION") || word.equals("COMMIT");
    }

    boolean isEnd() {
      return sql.strip().equalsIgnoreCase("commit");
    }
  }

  /** Something that the service is made to do. */
  interface Work {

    /** Does it. */
    void run() throws IOException;
  }

  /** The transactions that ended while {@code work} ran, in order of their ends. */
  List<List<Sent>> during(Work work) throws IOException, SQLException {
    configure("0");
    Map<Path, Long> sizes = sizes();
    try {
      work.run();
    } finally {
      configure("-1");
    }
    Map<String, List<Sent>> open = new HashMap<>();
    List<List<Sent>> ended = new ArrayList<>();
    for (Path file : sizes().keySet().stream().sorted().toList()) {
      byte[] all = Files.readAllBytes(file);
      int from = sizes.getOrDefault(file, 0L).intValue();
      String text =
          new String(all, from, all.length - from, java.nio.charset.StandardCharsets.UTF_8);
      for (String line : text.split("\n")) {
        if (!line.endsWith("}")) {
          continue;
        }
        JsonNode entry = JSON.readTree(line);
        Matcher message = MESSAGE.matcher(entry.path("message").asText());
        if (!entry.path("user").asText().equals(USER) || !message.matches()) {
          continue;
        }
        Sent sent =
            new Sent(
                entry.path("query_id").asLong(),
                message.group(1),
                parameters(entry.path("detail").asText()));
        List<Sent> transaction =
            open.computeIfAbsent(entry.path("session_id").asText(), id -> new ArrayList<>());
        transaction.add(sent);
        if (sent.isEnd()) {
          ended.add(List.copyOf(transaction));
          transaction.clear();
        }
      }
    }
    return ended;
  }

  /** How often each statement was run since the count began, by its number. */
  Map<Long, Long> calls() throws SQLException {
    Map<Long, Long> calls = new HashMap<>();
    try (Connection connection = database.superuser();
        Statement statement = connection.createStatement()) {
      statement.execute("create extension if not exists pg_stat_statements");
      try (var rows =
          statement.executeQuery(
              "select queryid, sum(calls) from pg_stat_statements group by queryid")) {
        while (rows.next()) {
          calls.put(rows.getLong(1), rows.getLong(2));
        }
      }
    }
    return calls;
  }

  private static Map<Integer, @Nullable String> parameters(String detail) {
    Map<Integer, @Nullable String> parameters = new HashMap<>();
    Matcher parameter = PARAMETER.matcher(detail);
    while (parameter.find()) {
      String text = parameter.group(2);
      parameters.put(
          Integer.valueOf(parameter.group(1)),
          text.equals("NULL") ? null : text.substring(1, text.length() - 1).replace("''", "'"));
    }
    return parameters;
  }

  private void configure(String duration) throws SQLException {
    try (Connection connection = database.superuser();
        Statement statement = connection.createStatement()) {
      statement.execute("alter system set log_min_duration_statement = " + duration);
      statement.execute("select pg_reload_conf()");
      // Every session hears of it before its next statement.
      statement.execute("select pg_sleep(0.5)");
    }
  }

  private Map<Path, Long> sizes() throws IOException {
    Map<Path, Long> sizes = new HashMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(name -> name.toString().endsWith(".json")).toList()) {
        sizes.put(file, Files.size(file));
      }
    }
    return sizes;
  }
}
