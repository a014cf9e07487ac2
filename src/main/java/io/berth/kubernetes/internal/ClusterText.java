package io.berth.kubernetes.internal;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Text of a provider's cluster, which may be anything: of any length, and with characters that no
 * database takes.
 */
final class ClusterText {

  private ClusterText() {}

  /** Whether text is there, not longer than that, and without control characters. */
  static boolean isPlain(@Nullable String text, int lengthMax) {
    return text != null
        && text.length() <= lengthMax
        && text.chars().allMatch(ClusterText::isPlain);
  }

  /** The beginning of text, with spaces for control characters; null where there is none. */
  static @Nullable String shortened(@Nullable String text, int lengthMax) {
    if (isPlain(text, lengthMax) || text == null) {
      return text;
    }
    StringBuilder plain = new StringBuilder();
    text.chars()
        .limit(lengthMax)
        .forEach(
            character -> plain.append(Character.isISOControl(character) ? ' ' : (char) character));
    // Half a pair of surrogates would come back from the database as something else.
    return new String(plain.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  private static boolean isPlain(int character) {
    return !Character.isISOControl(character) && !Character.isSurrogate((char) character);
  }
}
