package io.berth.platform;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which page of a list is asked for. A token continues exactly the list it came from: it carries a
 * digest of the filters and the key of the last item shown, so that pages neither skip nor repeat
 * when items come and go.
 *
 * @param size items a page, from 1 to {@value #SIZE_MAX}
 * @param after the key of the last item shown; empty for the first page
 * @param filters digest of everything else that was asked
 */
public record PageRequest(int size, Optional<String> after, String filters) {

  /** What a page holds where the caller does not say. */
  public static final int SIZE_DEFAULT = 50;

  /** What a page holds at most. */
  public static final int SIZE_MAX = 200;

  private static final int DIGEST_BYTES = 9;

  /**
   * Reads the query parameters of a list.
   *
   * @param filters every other parameter that shapes the list, in a fixed order; null for absent
   * @throws ProblemException 400 where the size is out of range or the token is not of this list
   */
  public static PageRequest of(
      @Nullable Integer pageSize, @Nullable String pageToken, @Nullable Object... filters) {
    int size = pageSize == null ? SIZE_DEFAULT : pageSize;
    if (size < 1 || size > SIZE_MAX) {
      throw ProblemException.malformed("?pageSize", "pageSize must be from 1 to " + SIZE_MAX + ".");
    }
    String digest = digest(filters);
    return new PageRequest(
        size, Optional.ofNullable(pageToken).map(token -> key(token, digest)), digest);
  }

  /**
   * Cuts a page out of rows that were read with a limit of {@link #limit()}.
   *
   * @param key gives the key of an item, by which the list is ordered
   */
  public <T> Page<T> page(List<T> rows, Function<T, String> key) {
    if (rows.size() <= size) {
      return new Page<>(rows, null);
    }
    List<T> shown = rows.subList(0, size);
    String plain = filters + key.apply(shown.getLast());
    return new Page<>(
        shown,
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(plain.getBytes(StandardCharsets.UTF_8)));
  }

  /** How many rows to read: one more than is shown, to know whether there is a next page. */
  public int limit() {
    return size + 1;
  }

  /**
   * The key of the last item shown, read as an identifier.
   *
   * @throws ProblemException 400 where the token holds something else
   */
  public <I extends Id> Optional<I> afterId(Function<String, I> parse) {
    try {
      return after.map(parse);
    } catch (IllegalArgumentException e) {
      throw foreignToken();
    }
  }

  private static String key(String token, String digest) {
    String plain;
    try {
      plain = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw foreignToken();
    }
    if (!plain.startsWith(digest)) {
      throw foreignToken();
    }
    return plain.substring(digest.length());
  }

  private static ProblemException foreignToken() {
    return ProblemException.malformed(
        "?pageToken",
        "pageToken does not belong to this list with these filters: start again without it.");
  }

  private static String digest(@Nullable Object... filters) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      for (Object filter : filters) {
        sha256.update(String.valueOf(filter).getBytes(StandardCharsets.UTF_8));
        sha256.update((byte) 0);
      }
      byte[] whole = sha256.digest();
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(java.util.Arrays.copyOf(whole, DIGEST_BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
