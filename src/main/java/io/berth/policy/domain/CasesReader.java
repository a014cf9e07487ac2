package io.berth.policy.domain;

import io.berth.catalog.AcceleratorModel;
import io.berth.platform.Period;
import io.berth.policy.CasesProblem;
import io.berth.policy.PolicyCases;
import io.berth.policy.PolicyCases.Case;
import io.berth.policy.Verdict;
import io.berth.policy.domain.CsvRows.Row;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads worked cases, and says of every cell that it cannot read where it stands. */
public final class CasesReader {

  private static final Set<String> OPTIONAL = Set.of("pListed", "uncertain", "why");
  private static final Pattern DATED = Pattern.compile("v(\\d{8})");
  private static final Duration JUDGED = Duration.ofMinutes(1);
  private static final int PROBLEMS_MAX = 1_000;

  private final Collection<AcceleratorModel> models;
  private final List<Case> cases = new ArrayList<>();
  private final List<CasesProblem> problems = new ArrayList<>();
  private final Map<String, LocalDate> dates = new LinkedHashMap<>();

  private CasesReader(Collection<AcceleratorModel> models) {
    this.models = models;
  }

  /** Reads the cases that can be read, and lists what cannot. */
  public static PolicyCases read(String text, Collection<AcceleratorModel> models) {
    CasesReader reader = new CasesReader(models);
    // Spreadsheets begin UTF-8 with a byte order mark.
    reader.readAll(CsvRows.of(text.startsWith("\uFEFF") ? text.substring(1) : text));
    return new PolicyCases(reader.cases, reader.problems);
  }

  private void readAll(List<Row> rows) {
    if (rows.isEmpty()) {
      report(1, "", "the file is empty; its first line names the columns");
      return;
    }
    Row header = rows.getFirst();
    checkHeader(header);
    if (problems.isEmpty()) {
      for (Row row : rows.subList(1, rows.size())) {
        readRow(row, header.cells());
      }
    }
    if (problems.isEmpty() && cases.isEmpty()) {
      report(header.line(), "", "no row expects a verdict");
    }
  }

  private void checkHeader(Row header) {
    Set<String> seen = new HashSet<>();
    for (String column : header.cells()) {
      Matcher dated = DATED.matcher(column);
      if (!seen.add(column)) {
        report(header.line(), column, "the column is given twice");
      } else if (dated.matches()) {
        try {
          dates.put(column, LocalDate.parse(dated.group(1), DateTimeFormatter.BASIC_ISO_DATE));
        } catch (DateTimeException e) {
          report(header.line(), column, "not a date");
        }
      } else if (!CaseCells.COLUMNS.contains(column) && !OPTIONAL.contains(column)) {
        report(header.line(), column, "unknown column");
      }
    }
    for (String column : CaseCells.COLUMNS) {
      if (!seen.contains(column)) {
        report(header.line(), column, "the column is missing");
      }
    }
    if (dates.isEmpty()) {
      report(header.line(), "", "no column of expected verdicts, such as v20261101");
    }
  }

  private void readRow(Row row, List<String> header) {
    if (row.cells().size() != header.size()) {
      report(
          row.line(),
          "",
          "%d cells where the header has %d columns".formatted(row.cells().size(), header.size()));
      return;
    }
    Map<String, String> cells = new HashMap<>();
    for (int column = 0; column < header.size(); column++) {
      cells.put(header.get(column), row.cells().get(column));
    }
    int problemsBefore = problems.size();
    CaseCells reader =
        new CaseCells(cells, models, (column, message) -> report(row.line(), column, message));
    String id = reader.id();
    Map<LocalDate, Verdict> expected = new LinkedHashMap<>();
    dates.forEach((column, date) -> {
      Verdict verdict = reader.verdict(column);
      if (verdict != null) {
        expected.put(date, verdict);
      }
    });
    CaseCells.Row facts = reader.facts();
    if (problems.size() > problemsBefore) {
      return;
    }
    expected.forEach((date, verdict) ->
        cases.add(new Case(id, row.line(), date, verdict, facts.on(judgedFrom(date)))));
  }

  private static Period judgedFrom(LocalDate date) {
    Instant start = date.atStartOfDay(ZoneOffset.UTC).toInstant();
    return new Period(start, start.plus(JUDGED));
  }

  private void report(int line, String column, String message) {
    if (problems.size() < PROBLEMS_MAX) {
      problems.add(new CasesProblem(line, column, message));
    }
  }
}
