package io.berth.screening;

import java.util.Random;

/** Names of companies that nobody has, from a seed. */
public final class MadeUpNames {

  private static final String[] SYLLABLES = {
    "ba", "cor", "dan", "el", "fir", "gal", "hun", "ist", "jor", "kel", "lum", "mar", "nov", "ost",
    "pel", "qui", "ran", "sil", "tor", "und", "ver", "wol", "xan", "yar", "zel", "sch", "kra", "ing"
  };
  private static final String[] TRADES = {
    "Trading", "Technology", "Electronics", "Shipping", "Institute", "Research", "Industries",
    "Import Export", "Aerospace", "Systems", "Development", "Petroleum", "Machinery", "Logistics"
  };
  private static final String[] FORMS = {
    "LLC", "Co., Ltd.", "JSC", "GmbH", "FZE", "OOO", "Inc", ""
  };

  private MadeUpNames() {}

  /** A name of two to four words and a legal form. */
  public static String company(Random random) {
    StringBuilder name = new StringBuilder(word(random));
    if (random.nextBoolean()) {
      name.append(' ').append(word(random));
    }
    name.append(' ').append(TRADES[random.nextInt(TRADES.length)]);
    return name.append(' ').append(FORMS[random.nextInt(FORMS.length)]).toString().strip();
  }

  /**
   * The same with one letter of a long word replaced by another, or two swapped, or one left out.
   */
  public static String withSlip(String name, Random random) {
    StringBuilder changed = new StringBuilder(name);
    int end = name.indexOf(' ');
    int at = 1 + random.nextInt(end - 2);
    switch (random.nextInt(3)) {
      case 0 -> changed.setCharAt(at, (char) ('a' + random.nextInt(26)));
      case 1 -> changed.deleteCharAt(at);
      default -> {
        char one = changed.charAt(at);
        changed.setCharAt(at, changed.charAt(at + 1));
        changed.setCharAt(at + 1, one);
      }
    }
    return changed.toString();
  }

  private static String word(Random random) {
    StringBuilder word = new StringBuilder();
    int count = 2 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      word.append(SYLLABLES[random.nextInt(SYLLABLES.length)]);
    }
    word.setCharAt(0, Character.toUpperCase(word.charAt(0)));
    return word.toString();
  }
}
