package io.berth.catalog.domain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.RuntimeJsonMappingException;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import io.berth.catalog.AcceleratorModel;
import io.berth.catalog.InvalidCatalogException;
import io.berth.platform.Figure;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the table of accelerator models, refusing it whole where any cell is bad. */
public final class AcceleratorTable {

  /** The columns, in order; a cell is one line, so row and line numbers go together. */
  private static final List<String> COLUMNS =
      List.of(
          "id",
          "model",
          "alias",
          "vendor",
          "vendor_country",
          "datacentre",
          "memory_gb",
          "interconnect_gb_s",
          "dense_fp16_tflops",
          "dense_low_bit_tops",
          "low_bits",
          "logic_die_mm2",
          "tpp",
          "performance_density",
          "dram_gb_s",
          "class_by_figures",
          "labelled_classes",
          "source",
          "confidence",
          "note");

  private static final Pattern SLUG = Pattern.compile("[a-z0-9]+(?:-[a-z0-9]+)*");
  private static final Pattern COUNTRY = Pattern.compile("[A-Z]{2}");
  private static final Set<String> CONFIDENCES = Set.of("high", "medium", "low", "unverified");
  private static final Set<String> LOW_BITS = Set.of("4", "8", "16");

  private static final ObjectReader READER =
      CsvMapper.builder().enable(CsvParser.Feature.WRAP_AS_ARRAY).build().readerFor(String[].class);

  private AcceleratorTable() {}

  /**
   * The models in the table's order.
   *
   * @param name the table's name, for errors
   * @throws InvalidCatalogException where the table cannot be read or a cell is bad, with its line
   */
  public static List<AcceleratorModel> read(Reader table, String name) {
    Map<String, AcceleratorModel> models = new LinkedHashMap<>();
    int line = 0;
    try (MappingIterator<String[]> rows = READER.readValues(table)) {
      while (rows.hasNext()) {
        List<String> cells = List.of(rows.next());
        line++;
        if (line == 1) {
          if (!cells.equals(COLUMNS)) {
            throw new IllegalArgumentException("the columns must be " + COLUMNS);
          }
          continue;
        }
        AcceleratorModel model = new Row(cells).toModel();
        if (models.putIfAbsent(model.id(), model) != null) {
          throw new IllegalArgumentException("id: " + model.id() + " stands twice");
        }
      }
    } catch (JsonProcessingException | RuntimeJsonMappingException e) {
      throw new InvalidCatalogException(name + ":" + (line + 1) + ": not CSV", e);
    } catch (IllegalArgumentException e) {
      throw new InvalidCatalogException(name + ":" + line + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new InvalidCatalogException(name + " cannot be read", e);
    }
    if (models.isEmpty()) {
      throw new InvalidCatalogException(name + " holds no model");
    }
    return List.copyOf(models.values());
  }

  /** One row; every reader of a cell throws with the column's name. */
  private record Row(List<String> cells) {

    Row {
      if (cells.size() != COLUMNS.size()) {
        throw new IllegalArgumentException(
            "has " + cells.size() + " cells instead of " + COLUMNS.size());
      }
    }

    AcceleratorModel toModel() {
      Boolean dataCentre = dataCentre();
      Figure tpp = figure("tpp");
      Figure performanceDensity = figure("performance_density");
      String label = required("class_by_figures");
      return new AcceleratorModel(
          matching("id", SLUG),
          required("model"),
          optional("alias"),
          required("vendor"),
          matching("vendor_country", COUNTRY),
          dataCentre,
          figure("memory_gb"),
          figure("interconnect_gb_s"),
          figure("dense_fp16_tflops"),
          figure("dense_low_bit_tops"),
          lowBits(),
          figure("logic_die_mm2"),
          tpp,
          performanceDensity,
          figure("dram_gb_s"),
          Classifier.classify(tpp, performanceDensity, dataCentre, label, labelledClasses()),
          required("source"),
          oneOf("confidence", CONFIDENCES),
          cell("note"));
    }

    private String cell(String column) {
      return cells.get(COLUMNS.indexOf(column)).strip();
    }

    private @Nullable String optional(String column) {
      String text = cell(column);
      return text.isEmpty() ? null : text;
    }

    private String required(String column) {
      String text = cell(column);
      if (text.isEmpty()) {
        throw new IllegalArgumentException(column + ": missing");
      }
      return text;
    }

    private String matching(String column, Pattern pattern) {
      String text = required(column);
      if (!pattern.matcher(text).matches()) {
        throw new IllegalArgumentException(column + ": must match " + pattern);
      }
      return text;
    }

    private String oneOf(String column, Set<String> values) {
      String text = required(column);
      if (!values.contains(text)) {
        throw new IllegalArgumentException(
            column + ": must be one of " + values.stream().sorted().toList());
      }
      return text;
    }

    private Figure figure(String column) {
      try {
        return Figure.parse(cell(column));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(column + ": " + e.getMessage(), e);
      }
    }

    private @Nullable Boolean dataCentre() {
      String text = oneOf("datacentre", Set.of("true", "false", "unknown"));
      return text.equals("unknown") ? null : Boolean.valueOf(text);
    }

    private @Nullable Integer lowBits() {
      return cell("low_bits").isEmpty() ? null : Integer.valueOf(oneOf("low_bits", LOW_BITS));
    }

    private List<String> labelledClasses() {
      List<String> classes = new ArrayList<>();
      for (String text : cell("labelled_classes").split(";", -1)) {
        if (!text.isBlank()) {
          classes.add(text.strip());
        }
      }
      return classes;
    }
  }
}
