package io.berth.screening;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Lists made up for tests, in the formats in which they are published. */
public final class Lists {

  private Lists() {}

  /** A file of {@code src/test/resources/screening}. */
  public static byte[] bytes(String name) {
    try (InputStream in = Lists.class.getResourceAsStream("/screening/" + name)) {
      if (in == null) {
        throw new IllegalArgumentException("no such sample: " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same as text. */
  public static String text(String name) {
    return new String(bytes(name), StandardCharsets.UTF_8);
  }

  /** OFAC's three CSV files in one archive. */
  public static byte[] sdnArchive() {
    return archive("sdn.csv", "alt.csv", "add.csv");
  }

  /** An archive of samples. */
  public static byte[] archive(String... names) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (String name : names) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(bytes(name));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
