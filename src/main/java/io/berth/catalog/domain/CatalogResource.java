package io.berth.catalog.domain;

import io.berth.catalog.InvalidCatalogException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.function.BiFunction;

/** Opens the tables that the build packs beside the code. */
public final class CatalogResource {

  private CatalogResource() {}

  /**
   * Reads a table with {@code parser}, which gets the text and the table's name.
   *
   * @throws InvalidCatalogException where the build lacks it or it cannot be read
   */
  public static <T> T read(String name, BiFunction<Reader, String, T> parser) {
    try (InputStream stream = CatalogResource.class.getClassLoader().getResourceAsStream(name)) {
      if (stream == null) {
        throw new InvalidCatalogException(name + " is not in the build");
      }
      return parser.apply(new InputStreamReader(stream, StandardCharsets.UTF_8), name);
    } catch (IOException e) {
      throw new InvalidCatalogException(name + " cannot be read", e);
    }
  }
}
