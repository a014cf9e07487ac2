package io.berth.audit.domain;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;

/**
 * What exactly is hashed and signed. An outsider's check depends on every byte of it, so it changes
 * only under another name at its start.
 */
public final class CanonicalForm {

  /** The hash before the first position: 32 zero bytes, hexadecimal. */
  public static final String HASH_BEFORE_FIRST = "0".repeat(64);

  private static final String ENTRY = "berth-audit-entry-1";
  private static final String CHECKPOINT = "berth-audit-checkpoint-1";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private CanonicalForm() {}

  /**
   * An entry: a name, then its fields as netstrings, that is the length in bytes (UTF-8) in
   * decimal, a colon, the bytes, a comma. No text in a field can pass for another field.
   */
  public static String of(
      String id,
      String time,
      String actor,
      String organization,
      String action,
      String subject,
      String detail) {
    StringBuilder form = new StringBuilder();
    for (String field :
        new String[] {ENTRY, id, time, actor, organization, action, subject, detail}) {
      form.append(field.getBytes(StandardCharsets.UTF_8).length)
          .append(':')
          .append(field)
          .append(',');
    }
    return form.toString();
  }

  /** A checkpoint: a name and its members, each on a line of its own that ends with a newline. */
  public static String checkpoint(long position, String hash, Instant at, String keyId) {
    return "%s\n%d\n%s\n%s\n%s\n".formatted(CHECKPOINT, position, hash, time(at), keyId);
  }

  /** RFC 3339 in UTC with exactly six decimals. */
  public static String time(Instant moment) {
    return TIME.format(moment);
  }

  /**
   * The hash at a position.
   *
   * @param before the hash at the position before, hexadecimal
   * @param entry the entry's canonical form
   * @return SHA-256 of both, lower-case hexadecimal
   */
  public static String hash(String before, String entry) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(HexFormat.of().parseHex(before));
      digest.update(entry.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
