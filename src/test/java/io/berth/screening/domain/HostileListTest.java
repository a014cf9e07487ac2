package io.berth.screening.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.berth.screening.Lists;
import io.berth.screening.SourceList;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A file that is broken, or made to harm, is refused whole, with the place. */
class HostileListTest {

  private static final ListLimits SMALL = new ListLimits(1 << 20, 100, 20, 1_000, 10_000);

  @Test
  void readsNothingOutsideTheFile(@TempDir Path folder) throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), "SECRETNAME");
    InvalidListException refusal =
        refusal(
            SourceList.UN_SC,
            "<!DOCTYPE x [<!ENTITY e SYSTEM \"" + secret.toUri() + "\">]>" + un("&e;"));

    assertThat(refusal.describe()).contains("document type").doesNotContain("SECRETNAME");
  }

  @Test
  void readsNoDocumentTypeFromElsewhere() {
    assertThat(
            refusal(SourceList.UN_SC, "<!DOCTYPE x SYSTEM \"http://127.0.0.1:9/x.dtd\">" + un("A"))
                .describe())
        .contains("document type");
  }

  @Test
  void expandsNoEntities() {
    String laughs =
        """
        <!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
        <!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>
        """;

    assertThat(refusal(SourceList.UN_SC, laughs + un("&d;")).describe()).contains("document type");
  }

  @Test
  void refusesEntitiesThatNobodyDeclared() {
    assertThat(refusal(SourceList.UN_SC, un("&nothing;")).line()).isPositive();
  }

  @Test
  void refusesElementsThatNestTooDeep() {
    String deep = "<a>".repeat(100) + "</a>".repeat(100);

    assertThat(refusal(SourceList.UN_SC, un("A" + deep)).describe()).contains("deeper than 20");
  }

  @Test
  void refusesTextThatIsTooLong() {
    assertThat(refusal(SourceList.UN_SC, un("A".repeat(20_000))).describe())
        .contains("longer than 10000");
  }

  @Test
  void refusesRecordsOfTooManyParts() {
    assertThat(
            refusal(SourceList.UN_SC, un("A</FIRST_NAME>" + "<X/>".repeat(2_000) + "<FIRST_NAME>"))
                .describe())
        .contains("more than 1000 parts");
  }

  @Test
  void refusesFilesThatAreTooLarge() {
    InputStream endless =
        new SequenceInputStream(
            new ByteArrayInputStream("<CONSOLIDATED_LIST>".getBytes(StandardCharsets.UTF_8)),
            new Endless("<INDIVIDUALS></INDIVIDUALS>\n"));

    assertThat(refusal(SourceList.UN_SC, endless).describe()).contains("larger than 1048576 bytes");
  }

  @Test
  void refusesOneEndlessValueLongBeforeTheLimitOfTheFile() {
    InputStream endless =
        new SequenceInputStream(
            new ByteArrayInputStream("<CONSOLIDATED_LIST a='".getBytes(StandardCharsets.UTF_8)),
            new Endless("a"));
    ListLimits large = SMALL.withBytesMax(1L << 40);

    InvalidListException refusal =
        catchThrowableOfType(
            InvalidListException.class, () -> ListFiles.read(SourceList.UN_SC, endless, large));

    assertThat(refusal.describe()).contains("longer than");
  }

  @Test
  void refusesTooManyEntries() {
    StringBuilder many = new StringBuilder("<CONSOLIDATED_LIST><ENTITIES>");
    for (int i = 0; i < 200; i++) {
      many.append("<ENTITY><DATAID>")
          .append(i)
          .append("</DATAID><FIRST_NAME>A</FIRST_NAME></ENTITY>\n");
    }
    many.append("</ENTITIES></CONSOLIDATED_LIST>");

    assertThat(refusal(SourceList.UN_SC, many.toString()).describe())
        .contains("more than 100 entries");
  }

  @ParameterizedTest
  @CsvSource({
    "US_CSL, csl.json",
    "US_SDN, sdn-advanced.xml",
    "EU_FSF, eu-fsf.xml",
    "UN_SC, un-sc.xml"
  })
  void refusesTruncatedFilesWithThePlace(SourceList list, String sample) {
    byte[] whole = Lists.bytes(sample);
    for (int kept = 1; kept < 8; kept++) {
      String part = new String(whole, 0, whole.length * kept / 8, StandardCharsets.ISO_8859_1);
      InvalidListException refusal = refusal(list, part.getBytes(StandardCharsets.ISO_8859_1));

      assertThat(refusal.line()).as(refusal.describe()).isPositive();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "US_CSL, csl.json, Quellbrunn",
    "EU_FSF, eu-fsf.xml, Vintermark",
    "UN_SC, un-sc.xml, Nampo",
    "UK_SL, uk-sl.csv, GLANFORD"
  })
  void refusesFilesInAnotherEncoding(SourceList list, String sample, String word) {
    byte[] file =
        Lists.text(sample).replace(word, "f\u00fcr").getBytes(StandardCharsets.ISO_8859_1);

    assertThat(refusal(list, file).describe()).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({"US_CSL", "US_SDN", "EU_FSF", "UN_SC", "UK_SL"})
  void refusesWhatIsNoListAtAll(SourceList list) {
    for (String other :
        new String[] {"", "[]", "{}", "null", "<html/>", "a,b,c", "\u0000\u0001", "PK"}) {
      assertThat(refusal(list, other).describe()).isNotEmpty();
    }
  }

  @Test
  void refusesOneListGivenAsAnother() {
    assertThat(refusal(SourceList.EU_FSF, Lists.bytes("un-sc.xml")).describe())
        .isEqualTo("line 2, column 196: expected <export>, found <CONSOLIDATED_LIST>");
  }

  @Test
  void refusesAnEntryWithoutNameOrTwice() {
    assertThat(
            refusal(
                    SourceList.US_CSL,
                    "{\"results\": [\n {\"id\": \"1\", \"source\": \"X (EL)\", \"name\": \" \"}]}")
                .describe())
        .isEqualTo("line 2, column 2: an entry has no name");
    String entry = "{\"id\": \"1\", \"source\": \"X (EL)\", \"name\": \"A\"}";
    assertThat(
            refusal(SourceList.US_CSL, "{\"results\": [" + entry + ",\n" + entry + "]}").describe())
        .isEqualTo("line 2, column 1: the entry EL/1 is there twice");
  }

  @Test
  void refusesAnAliasOfNobody() {
    byte[] archive = archive("sdn.csv", "", "alt.csv", "7,1,\"aka\",\"X\",-0-\n", "add.csv", "");

    assertThat(refusal(SourceList.US_SDN, archive).describe())
        .contains("alt.csv")
        .contains("no entry 7");
  }

  @Test
  void refusesAnArchiveThatLacksAFile() {
    assertThat(refusal(SourceList.US_SDN, Lists.archive("sdn.csv", "alt.csv")).describe())
        .contains("must hold sdn.csv, alt.csv and add.csv");
  }

  @Test
  void refusesAnArchiveThatUnpacksToTooMuch() {
    String row = "1,\"" + "A".repeat(5_000) + "\",-0-,-0-,-0-,-0-,-0-,-0-,-0-,-0-,-0-,-0-\n";
    byte[] bomb = archive("sdn.csv", row.repeat(1_000), "alt.csv", "", "add.csv", "");

    assertThat(bomb.length).isLessThan(1 << 19);
    assertThat(refusal(SourceList.US_SDN, bomb).describe()).isNotEmpty();
  }

  @Test
  void refusesAnEndlessQuoteInCsv() {
    String open = Lists.text("uk-sl.csv").replaceFirst("7 Fictive", "\"7 Fictive");

    assertThat(refusal(SourceList.UK_SL, open).describe()).isNotEmpty();
  }

  @Test
  void refusesRowsThatAreCutOff() {
    String whole = Lists.text("uk-sl.csv");

    assertThat(refusal(SourceList.UK_SL, whole.substring(0, whole.lastIndexOf(",,,"))).describe())
        .contains("cells under");
  }

  @Test
  void refusesJsonThatNestsTooDeepOrRepeatsMembers() {
    String deep = "[".repeat(500) + "]".repeat(500);
    assertThat(refusal(SourceList.US_CSL, "{\"x\": " + deep + "}").describe()).contains("depth");
    assertThat(refusal(SourceList.US_CSL, "{\"results\": [], \"results\": []}").describe())
        .contains("Duplicate");
  }

  private static String un(String firstName) {
    return "<CONSOLIDATED_LIST><INDIVIDUALS><INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>"
        + firstName
        + "</FIRST_NAME></INDIVIDUAL></INDIVIDUALS></CONSOLIDATED_LIST>";
  }

  private static byte[] archive(String... namesAndTexts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (int i = 0; i < namesAndTexts.length; i += 2) {
        zip.putNextEntry(new ZipEntry(namesAndTexts[i]));
        zip.write(namesAndTexts[i + 1].getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }

  private static InvalidListException refusal(SourceList list, String file) {
    return refusal(list, file.getBytes(StandardCharsets.UTF_8));
  }

  private static InvalidListException refusal(SourceList list, byte[] file) {
    return refusal(list, new ByteArrayInputStream(file));
  }

  private static InvalidListException refusal(SourceList list, InputStream file) {
    InvalidListException refusal =
        catchThrowableOfType(InvalidListException.class, () -> ListFiles.read(list, file, SMALL));
    assertThat(refusal).as("refusal of " + list).isNotNull();
    return refusal;
  }

  /** The same words for ever. */
  private static final class Endless extends InputStream {
    private final byte[] words;
    private int next;

    Endless(String words) {
      this.words = words.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public int read() {
      return words[next++ % words.length];
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      for (int i = 0; i < length; i++) {
        buffer[offset + i] = (byte) read();
      }
      next %= words.length;
      return length;
    }
  }
}
