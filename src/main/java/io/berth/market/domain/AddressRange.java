package io.berth.market.domain;

import java.math.BigInteger;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A range of addresses (RFC 4632, RFC 4291).
 *
 * @param first the first one as a number
 * @param bits how many an address has: 32 of IPv4, 128 of IPv6
 * @param prefixLength how many of them all addresses share
 */
record AddressRange(BigInteger first, int bits, int prefixLength) {

  private static final String OCTET = "(?:0|[1-9][0-9]{0,2})";
  private static final Pattern IPV4 =
      Pattern.compile("(" + OCTET + "(?:\\." + OCTET + "){3})/(0|[1-9][0-9]?)");
  private static final Pattern IPV6 = Pattern.compile("([0-9A-Fa-f:]{2,39})/(0|[1-9][0-9]{0,2})");
  private static final int IPV6_BITS = 128;

  /** Reads one; empty where the text is none, or its address has bits beyond the prefix. */
  static Optional<AddressRange> parse(String text) {
    Matcher ipv4 = IPV4.matcher(text);
    Matcher parts = ipv4.matches() ? ipv4 : IPV6.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    InetAddress address;
    try {
      address = InetAddress.ofLiteral(parts.group(1));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    // One of IPv4 that is written as one of IPv6 would be read as that of IPv4.
    if (address instanceof Inet6Address == ipv4.matches()) {
      return Optional.empty();
    }
    byte[] bytes = address.getAddress();
    AddressRange range =
        new AddressRange(
            new BigInteger(1, bytes), bytes.length * Byte.SIZE, Integer.parseInt(parts.group(2)));
    return Optional.of(range)
        .filter(one ->
            one.prefixLength <= one.bits && one.cutAfter(one.prefixLength).equals(one.first));
  }

  /** Whether its addresses are of IPv6. */
  boolean isIpv6() {
    return bits == IPV6_BITS;
  }

  /** Whether an address is in both; never for two of different families. */
  boolean overlaps(AddressRange other) {
    int shared = Math.min(prefixLength, other.prefixLength);
    return bits == other.bits && cutAfter(shared).equals(other.cutAfter(shared));
  }

  /** The first address with nothing but zeros after so many bits. */
  private BigInteger cutAfter(int length) {
    return first.shiftRight(bits - length).shiftLeft(bits - length);
  }
}
