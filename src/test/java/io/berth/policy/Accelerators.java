package io.berth.policy;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.berth.platform.Figure;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Real accelerators, from {@code accelerators.csv}. */
final class Accelerators {

  private static final List<Map<String, String>> ROWS = rows("/policy/accelerators.csv");

  private Accelerators() {}

  /** By model or by the short name that the cases use. */
  static AcceleratorFacts named(String name) {
    return ROWS.stream()
        .filter(row -> name.equals(row.get("alias")) || name.equals(row.get("model")))
        .map(Accelerators::facts)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no accelerator " + name));
  }

  static List<AcceleratorFacts> all() {
    return ROWS.stream().map(Accelerators::facts).toList();
  }

  static List<Map<String, String>> rows(String resource) {
    CsvSchema schema = CsvSchema.emptySchema().withHeader();
    try (InputStream stream = Accelerators.class.getResourceAsStream(resource);
        MappingIterator<Map<String, String>> rows =
            new CsvMapper().readerFor(Map.class).with(schema).readValues(stream)) {
      return new ArrayList<>(rows.readAll());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static AcceleratorFacts facts(Map<String, String> row) {
    String slug = (row.get("vendor") + "-" + row.get("model")).toLowerCase(Locale.ROOT);
    String datacentre = row.get("datacentre");
    return new AcceleratorFacts(
        slug.replace(' ', '-'),
        row.get("vendor"),
        row.get("vendor_country"),
        "unknown".equals(datacentre) ? null : Boolean.valueOf(datacentre),
        Figure.parse(row.get("tpp")),
        Figure.parse(row.get("performance_density")),
        Figure.parse(row.get("dram_gb_s").replaceFirst(" \\(.*", "")),
        Figure.parse(row.get("interconnect_gb_s").replaceFirst(" .*", "")));
  }
}
