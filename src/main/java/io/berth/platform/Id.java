package io.berth.platform;

import com.github.f4b6a3.uuid.UuidCreator;
import com.github.f4b6a3.uuid.codec.base.Base32Codec;
import com.github.f4b6a3.uuid.exception.InvalidUuidException;
import java.util.UUID;

/**
 * An identifier of one kind of thing. In code it is a typed record over a UUIDv7 (RFC 9562), in the
 * database a {@code uuid}, and on the wire an opaque string: the kind's prefix, an underscore and
 * 26 lower-case base-32 digits, such as {@code lease_ag…}. Clients must not take it apart.
 */
public interface Id {

  /** The identifier as the database keeps it. */
  UUID value();

  /** A new identifier: unique, and later ones sort after earlier ones (to the millisecond). */
  static UUID fresh() {
    return UuidCreator.getTimeOrderedEpoch();
  }

  /** The wire form of {@code value} under {@code prefix}. */
  static String format(String prefix, UUID value) {
    return prefix + "_" + Base32Codec.INSTANCE.encode(value);
  }

  /**
   * Reads a wire form.
   *
   * @throws IllegalArgumentException where {@code wire} is not an identifier of that kind
   */
  static UUID parse(String prefix, String wire) {
    if (!wire.startsWith(prefix + "_")) {
      throw new IllegalArgumentException("expected an identifier that starts with " + prefix + "_");
    }
    try {
      UUID value = Base32Codec.INSTANCE.decode(wire.substring(prefix.length() + 1));
      // The codec ignores case and spare bits: only the one canonical form is an identifier.
      if (!format(prefix, value).equals(wire)) {
        throw new IllegalArgumentException("not an identifier of this kind: " + prefix);
      }
      return value;
    } catch (InvalidUuidException e) {
      throw new IllegalArgumentException("not an identifier of this kind: " + prefix, e);
    }
  }
}
