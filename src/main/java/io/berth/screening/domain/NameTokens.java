package io.berth.screening.domain;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Brings names into the form in which they are compared. */
public final class NameTokens {

  /** Names that go on beyond so many words are compared by these. */
  public static final int TOKENS_MAX = 24;

  private static final Pattern MARKS = Pattern.compile("\\p{M}+");
  private static final Pattern APOSTROPHES = Pattern.compile("['’‘ʼ`´\u02bf\u02be]");
  private static final Pattern INITIALS_DOT =
      Pattern.compile("(?<=(?:^|[^\\p{L}])\\p{L})\\.(?=\\p{L}(?:$|[^\\p{L}]))");
  private static final Pattern OTHERS = Pattern.compile("[^\\p{L}\\p{N}]+");

  /**
   * Words that tell little about who somebody is: legal forms in the spellings that registers and
   * lists use, and what most companies call themselves.
   */
  private static final Set<String> WEAK =
      Set.of(
          // Legal forms.
          "ab",
          "ag",
          "aktiengesellschaft",
          "aktsionernoe",
          "aps",
          "as",
          "asa",
          "ay",
          "bhd",
          "bv",
          "ca",
          "cjsc",
          "co",
          "company",
          "corp",
          "corporation",
          "cv",
          "doo",
          "dd",
          "ead",
          "eood",
          "ev",
          "fze",
          "fzc",
          "fzco",
          "fzllc",
          "gesellschaft",
          "gmbh",
          "gp",
          "inc",
          "incorporated",
          "jsc",
          "kabushiki",
          "kaisha",
          "kft",
          "kg",
          "kgaa",
          "kk",
          "lda",
          "limited",
          "limitada",
          "llc",
          "llp",
          "lp",
          "ltd",
          "ltda",
          "mbh",
          "nv",
          "oao",
          "obschestvo",
          "ojsc",
          "ooo",
          "otvetstvennostyu",
          "ood",
          "oy",
          "oyj",
          "pao",
          "pjsc",
          "plc",
          "private",
          "pt",
          "pte",
          "pty",
          "public",
          "pvt",
          "qsc",
          "sa",
          "sac",
          "sae",
          "sal",
          "sarl",
          "sas",
          "sasu",
          "sdn",
          "se",
          "sia",
          "sirketi",
          "sl",
          "spa",
          "spzoo",
          "srl",
          "sro",
          "tbk",
          "uab",
          "ug",
          "unlimited",
          "wll",
          "zao",
          "zrt",
          // What joins words.
          "al",
          "and",
          "da",
          "de",
          "del",
          "der",
          "des",
          "di",
          "do",
          "dos",
          "du",
          "e",
          "el",
          "et",
          "for",
          "fur",
          "i",
          "la",
          "le",
          "les",
          "of",
          "the",
          "und",
          "y",
          "van",
          "von",
          // What most call themselves.
          "group",
          "holding",
          "holdings",
          "international",
          "intl");

  private NameTokens() {}

  /**
   * The words of a name in order: compatibility-decomposed (Unicode NFKD), without marks, in lower
   * case, without punctuation; initials with dots are one word ({@code S.p.A.} is {@code spa}).
   */
  public static List<String> of(String name) {
    String plain = plain(name);
    if (plain.isEmpty()) {
      return List.of();
    }
    List<String> tokens = new ArrayList<>();
    for (String token : plain.split(" ", TOKENS_MAX + 1)) {
      if (tokens.size() < TOKENS_MAX) {
        tokens.add(token);
      }
    }
    return tokens;
  }

  /** The same words with one space between each two. */
  static String plain(String name) {
    String decomposed =
        MARKS.matcher(Normalizer.normalize(name, Normalizer.Form.NFKD)).replaceAll("");
    String folded = fold(decomposed.toLowerCase(Locale.ROOT));
    String together =
        INITIALS_DOT.matcher(APOSTROPHES.matcher(folded).replaceAll("")).replaceAll("");
    return OTHERS.matcher(together).replaceAll(" ").strip();
  }

  /** A number without what people put between its digits and letters. */
  public static String number(String printed) {
    return OTHERS
        .matcher(Normalizer.normalize(printed, Normalizer.Form.NFKD).toLowerCase(Locale.ROOT))
        .replaceAll("");
  }

  /** Whether a word tells little about who somebody is. */
  static boolean isWeak(String token) {
    return WEAK.contains(token) || (token.length() == 1 && token.charAt(0) < 0x250);
  }

  /** Letters that are letters of their own to Unicode, and that people write as others. */
  private static String fold(String text) {
    StringBuilder folded = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case 'ß' -> folded.append("ss");
        case 'æ' -> folded.append("ae");
        case 'œ' -> folded.append("oe");
        case 'ø' -> folded.append('o');
        case 'đ', 'ð' -> folded.append('d');
        case 'ħ' -> folded.append('h');
        case 'ł' -> folded.append('l');
        case 'ı' -> folded.append('i');
        case 'þ' -> folded.append("th");
        case '&', '+' -> folded.append(" and ");
        default -> folded.append(c);
      }
    }
    return folded.toString();
  }
}
