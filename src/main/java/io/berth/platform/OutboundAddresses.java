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

  OutboundAddresses(PlatformConfig config) {
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
      return first == 0
          || (first == 100 && second >= 64 && second < 128) // shared address space, RFC 6598
          || (first == 192 && second == 0 && (bytes[2] & 0xff) == 0) // protocol assignments
          || (first == 198 && (second == 18 || second == 19)) // benchmarking, RFC 2544
          || first >= 240; // reserved, RFC 1112
    }
    return (first & 0xfe) == 0xfc // unique local, RFC 4193
        || (first == 0x00 && second == 0x64) // NAT64 can lead to any IPv4 address, RFC 6052
        || (first == 0x20 && second == 0x02); // 6to4 likewise, RFC 3056
  }
}
