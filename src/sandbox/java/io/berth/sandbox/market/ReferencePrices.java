package io.berth.sandbox.market;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Looks up what an accelerator costs, in public offers first and made-up prices last. */
public final class ReferencePrices {

  private static final String RESOURCE = "market/prices.csv";

  private final List<Row> rows;

  /** Reads the prices beside the code; throws {@link IllegalStateException} where one is bad. */
  public ReferencePrices() {
    CsvMapper mapper = new CsvMapper();
    List<Row> read = new ArrayList<>();
    try (InputStream stream =
        ReferencePrices.class.getClassLoader().getResourceAsStream(RESOURCE)) {
      if (stream == null) {
        throw new IllegalStateException(RESOURCE + " is missing");
      }
      CsvSchema schema = CsvSchema.emptySchema().withHeader();
      try (MappingIterator<Row> iterator =
          mapper.readerFor(Row.class).with(schema).readValues(stream)) {
        iterator.forEachRemaining(read::add);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(RESOURCE, e);
    }
    rows = List.copyOf(read);
  }

  /** Whether a price was seen or made up. */
  public enum Basis {
    /** A public offer, or the median of several. */
    @JsonProperty("observed")
    OBSERVED,
    /** Made up for the sandbox. */
    @JsonProperty("illustrative")
    ILLUSTRATIVE;

    /** The word that the table and the API use. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What an accelerator costs.
   *
   * @param usdMicros millionths of a US dollar for one accelerator and one hour
   * @param basis whether it was seen or made up
   * @param source where it is from, in words
   */
  public record ReferencePrice(long usdMicros, Basis basis, String source) {}

  /**
   * The best price known: the median of the public offers in that country, else of those in other
   * countries, else a made-up one. The median of an even number is the mean of the middle two,
   * rounded half up.
   *
   * @param modelId the catalogue's slug
   * @param country ISO 3166-1 alpha-2
   * @return empty where the table has no row for the model
   */
  public Optional<ReferencePrice> pricePerAcceleratorHourMicros(String modelId, String country) {
    List<Row> ofModel = rows.stream().filter(row -> row.modelId.equals(modelId)).toList();
    List<Row> observed = ofModel.stream().filter(row -> row.basis == Basis.OBSERVED).toList();
    List<Row> inCountry = observed.stream().filter(row -> row.country.equals(country)).toList();
    if (!inCountry.isEmpty()) {
      return Optional.of(median(inCountry, "in " + country));
    }
    if (!observed.isEmpty()) {
      return Optional.of(median(observed, "in other countries"));
    }
    return ofModel.stream()
        .findFirst()
        .map(row -> new ReferencePrice(row.usdMicros, row.basis, row.note));
  }

  private static ReferencePrice median(List<Row> offers, String where) {
    List<Row> sorted = offers.stream().sorted(Comparator.comparingLong(Row::usdMicros)).toList();
    long low = sorted.get((sorted.size() - 1) / 2).usdMicros;
    long high = sorted.get(sorted.size() / 2).usdMicros;
    String sources =
        String.join(", ", sorted.stream().map(Row::seller).distinct().sorted().toList());
    String source =
        sorted.size() == 1
            ? "public offer %s: %s".formatted(where, sources)
            : "median of %d public offers %s: %s".formatted(sorted.size(), where, sources);
    return new ReferencePrice(low + (high - low + 1) / 2, Basis.OBSERVED, source);
  }

  private record Row(
      @JsonProperty("model_id") String modelId,
      @JsonProperty("basis") Basis basis,
      @JsonProperty("usd_micros_per_accelerator_hour") long usdMicros,
      @JsonProperty("source") String source,
      @JsonProperty("provider") String provider,
      @JsonProperty("country") String country,
      @JsonProperty("accelerators_per_offer") String acceleratorsPerOffer,
      @JsonProperty("note") String note) {

    String seller() {
      return source.equals(provider) ? source : source + "/" + provider;
    }
  }
}
