package io.berth.kubernetes.domain;

import java.util.List;
import java.util.stream.Stream;

/**
 * Addresses that are not the internet's, which pods of leases do not reach unless the offer opens
 * them. The special ranges are those of IANA's registries (RFC 6890).
 */
final class InternalAddresses {

  /** IPv4, as ranges of CIDR notation. */
  static final List<String> IPV4 =
      List.of(
          // This network (RFC 791).
          "0.0.0.0/8",
          // Private use (RFC 1918).
          "10.0.0.0/8",
          "172.16.0.0/12",
          "192.168.0.0/16",
          // Shared with the carrier (RFC 6598); Alibaba Cloud's metadata are among them.
          "100.64.0.0/10",
          // Loopback (RFC 1122).
          "127.0.0.0/8",
          // Link-local (RFC 3927): most clouds answer there for a machine's credentials.
          "169.254.0.0/16",
          // Azure's host, which hands out a machine's certificates and settings.
          "168.63.129.16/32",
          // Protocols' own (RFC 6890); Oracle Cloud's metadata are among them.
          "192.0.0.0/24",
          // Benchmarks (RFC 2544), which networks use as private ones.
          "198.18.0.0/15",
          // Multicast (RFC 5771) and reserved (RFC 1112).
          "224.0.0.0/4",
          "240.0.0.0/4");

  /** IPv6: the same behind the well-known prefix of NAT64 (RFC 6052), and IPv6's own. */
  static final List<String> IPV6 =
      Stream.concat(
              IPV4.stream().map(InternalAddresses::behindNat64),
              Stream.of(
                  // Unspecified and loopback (RFC 4291).
                  "::/96",
                  // A site's own NAT64 (RFC 8215).
                  "64:ff9b:1::/48",
                  // IPv4 behind 6to4 (RFC 3056).
                  "2002::/16",
                  // Unique local (RFC 4193); AWS's and Google Cloud's metadata are among them.
                  "fc00::/7",
                  // Link-local (RFC 4291) and site-local (RFC 3879).
                  "fe80::/10",
                  "fec0::/10",
                  // Multicast (RFC 4291).
                  "ff00::/8"))
          .toList();

  private InternalAddresses() {}

  private static String behindNat64(String ipv4) {
    String[] range = ipv4.split("[./]");
    int high = Integer.parseInt(range[0]) << 8 | Integer.parseInt(range[1]);
    int low = Integer.parseInt(range[2]) << 8 | Integer.parseInt(range[3]);
    String host = high == 0 ? "" : "%x:%x".formatted(high, low);
    return "64:ff9b::%s/%d".formatted(host, 96 + Integer.parseInt(range[4]));
  }
}
