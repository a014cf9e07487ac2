package io.berth.platform;

import jakarta.enterprise.context.ApplicationScoped;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Checks addresses that users give before the service calls them, so that nobody reaches the
 * operator's own network through it (server-side request forgery). Names are resolved, and every
 * address behind a name must be public; check again at each connection, since names can move.
 */
@ApplicationScoped
public class OutboundAddresses {

  private final boolean allowPrivate;

  /** Checks as the settings say. */
  public OutboundAddresses(PlatformConfig config) {
    allowPrivate = config.outbound().allowPrivateAddresses();
  }

  /**
   * What is wrong with an address; empty where it may be called. Blocks on name resolution.
   *
   * @param address an absolute https URI with a host and without user info, query or fragment
   */
  public Optional<String> refusal(URI address) {
    if (!"https".equalsIgnoreCase(address.getScheme()) || address.getHost() == null) {
      return Optional.of("must be an absolute https:// address");
    }
    if (address.getRawUserInfo() != null
        || address.getRawQuery() != null
        || address.getRawFragment() != null) {
      return Optional.of("must not have user info, query or fragment");
    }
    if (allowPrivate) {
      return Optional.empty();
    }
    List<InetAddress> resolved;
    try {
      resolved = Arrays.asList(InetAddress.getAllByName(address.getHost()));
    } catch (UnknownHostException e) {
      return Optional.of("the host's name does not resolve");
    }
    if (resolved.stream().anyMatch(OutboundAddresses::isSpecial)) {
      return Optional.of(
          "must not lead to a private, loopback, link-local or otherwise special address");
    }
    return Optional.empty();
  }

  /** Whether the address is not a public unicast one (IANA special-purpose registries). */
  static boolean isSpecial(InetAddress address) {
    if (address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()) {
      return true;
    }
    byte[] bytes = address.getAddress();
    int first = bytes[0] & 0xff;
    int second = bytes[1] & 0xff;
    if (bytes.length == 4) {
      int third = bytes[2] & 0xff;
      return first == 0
          || (first == 100 && second >= 64 && second < 128) // shared address space, RFC 6598
          || (first == 192 && second == 0 && (third == 0 || third == 2)) // protocols, examples
          || (first == 192 && second == 88 && third == 99) // 6to4 relays, RFC 7526
          || (first == 198 && (second == 18 || second == 19)) // benchmarking, RFC 2544
          || (first == 198 && second == 51 && third == 100) // examples, RFC 5737
          || (first == 203 && second == 0 && third == 113) // likewise
          || first >= 240; // reserved, RFC 1112
    }
    // Only 2000::/3 is global unicast (RFC 4291). What lies outside may lead to any IPv4 address
    // (NAT64, RFC 6052; IPv4-compatible addresses) or to the operator's own network (RFC 4193).
    return (first & 0xe0) != 0x20
        || (first == 0x20
            && second == 0x01
            && (bytes[2] & 0xfe) == 0) // Teredo and others, RFC 2928
        || (first == 0x20 && second == 0x01 && bytes[2] == 0x0d && (bytes[3] & 0xff) == 0xb8)
        || (first == 0x20 && second == 0x02) // 6to4 leads to any IPv4 address, RFC 3056
        || (first == 0x3f && second == 0xff && (bytes[2] & 0xf0) == 0); // examples, RFC 9637
  }
}
