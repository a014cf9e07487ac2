package io.berth.screening.domain;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Reads a CSV file in UTF-8 row by row. */
final class CsvRows {

  private static final int RUN_BYTES_MAX = 4 << 20;

  private CsvRows() {}

  /** Told of one row. */
  interface Row {
    /** Takes the cells, and the line on which the row begins. */
    void take(String[] cells, int line);
  }

  /**
   * Reads a file.
   *
   * @throws InvalidListException where it is not CSV in UTF-8, or passes a limit
   */
  static void read(InputStream in, ListLimits limits, Row row) {
    CsvMapper csv =
        CsvMapper.builder(
                CsvFactory.builder()
                    .streamReadConstraints(
                        StreamReadConstraints.builder().maxStringLength(limits.textMax()).build())
                    .build())
            .enable(CsvParser.Feature.WRAP_AS_ARRAY)
            .build();
    Reader text =
        new InputStreamReader(
            new BoundedInput(in, limits.bytesMax(), RUN_BYTES_MAX),
            StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT));
    int line = 0;
    try (MappingIterator<String[]> rows = csv.readerFor(String[].class).readValues(text)) {
      while (rows.hasNextValue()) {
        line = rows.getCurrentLocation().getLineNr();
        String[] cells = rows.nextValue();
        if (cells.length > limits.recordNodesMax()) {
          throw new InvalidListException("a row has too many cells", line, 0);
        }
        row.take(cells, line);
      }
    } catch (CharacterCodingException e) {
      throw new InvalidListException("the file is not in UTF-8", line + 1, 0, e);
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      throw new InvalidListException(
          "the file is not well-formed CSV: " + e.getOriginalMessage(),
          at == null ? line + 1 : at.getLineNr(),
          at == null ? 0 : at.getColumnNr(),
          e);
    } catch (IOException e) {
      if (e.getCause() instanceof InvalidListException refusal) {
        throw refusal;
      }
      throw new InvalidListException("the file cannot be read: " + e.getMessage(), line + 1, 0, e);
    }
  }
}
