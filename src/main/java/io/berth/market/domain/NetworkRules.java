package io.berth.market.domain;

import io.berth.market.NetworkException;
import io.berth.market.NetworkException.Port;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Which addresses an offer may open to its leases. A provider opens its own network; what is never
 * a service of its own, and what hands out a machine's credentials, it cannot open, whatever it
 * writes.
 */
final class NetworkRules {

  /** Wider ones open whole networks, machines and API servers in them included. */
  static final int IPV4_PREFIX_MIN = 16;

  /** As large as a site's network (RFC 6177). */
  static final int IPV6_PREFIX_MIN = 48;

  private static final int PORT_MAX = 65_535;

  /**
   * What an exception must not touch, and what that is.
   *
   * @param range addresses
   * @param what in words
   */
  private record Closed(AddressRange range, String what) {

    static Closed of(String cidr, String what) {
      return new Closed(AddressRange.parse(cidr).orElseThrow(), what);
    }
  }

  private static final List<Closed> CLOSED =
      List.of(
          Closed.of("0.0.0.0/8", "unspecified addresses (RFC 1122)"),
          Closed.of("127.0.0.0/8", "loopback addresses (RFC 1122)"),
          Closed.of(
              "169.254.0.0/16", "link-local addresses (RFC 3927), clouds' metadata among them"),
          Closed.of("224.0.0.0/4", "multicast addresses (RFC 5771)"),
          Closed.of("240.0.0.0/4", "reserved addresses (RFC 1112)"),
          Closed.of("100.100.100.200/32", "Alibaba Cloud's metadata"),
          Closed.of("168.63.129.16/32", "Azure's host, which hands out a machine's credentials"),
          Closed.of("192.0.0.192/32", "Oracle Cloud's metadata"),
          // Unspecified, loopback, IPv4 written as IPv6 and IPv4 behind NAT64 are in it.
          Closed.of("::/8", "reserved addresses (RFC 4291)"),
          Closed.of("2002::/16", "IPv4 addresses behind 6to4 (RFC 3056)"),
          Closed.of("fe80::/10", "link-local addresses (RFC 4291)"),
          Closed.of("fec0::/10", "site-local addresses (RFC 3879)"),
          Closed.of("ff00::/8", "multicast addresses (RFC 4291)"),
          Closed.of("fd00:ec2::254/128", "AWS's metadata"),
          Closed.of("fd20:ce::254/128", "Google Cloud's metadata"));

  private NetworkRules() {}

  /**
   * Names each fault.
   *
   * @param fault takes a JSON pointer into the API's body and what is wrong there
   */
  static void check(List<NetworkException> exceptions, BiConsumer<String, String> fault) {
    String root = "/networkExceptions";
    if (exceptions.size() > NetworkException.EXCEPTIONS_MAX) {
      fault.accept(root, "An offer has at most " + NetworkException.EXCEPTIONS_MAX + " of them.");
      return;
    }
    Set<AddressRange> seen = new HashSet<>();
    for (int number = 0; number < exceptions.size(); number++) {
      NetworkException exception = exceptions.get(number);
      String pointer = root + "/" + number;
      Optional<AddressRange> range = AddressRange.parse(exception.cidr());
      Optional<String> refusal =
          range.isEmpty()
              ? Optional.of(
                  "Must be an address without bits beyond its prefix, a slash and the prefix's length,"
                      + " such as 10.20.0.0/24 or fd12:3456:789a::/64.")
              : refusal(range.get())
                  .or(() ->
                      seen.add(range.get())
                          ? Optional.empty()
                          : Optional.of("This range is named twice."));
      refusal.ifPresent(detail -> fault.accept(pointer + "/cidr", detail));
      ports(exception.ports(), pointer + "/ports", fault);
    }
  }

  private static Optional<String> refusal(AddressRange range) {
    int least = range.isIpv6() ? IPV6_PREFIX_MIN : IPV4_PREFIX_MIN;
    return CLOSED.stream()
        .filter(closed -> closed.range().overlaps(range) && range.prefixLength() >= least)
        .map(closed -> "Must not touch " + closed.what() + ".")
        .findFirst()
        .or(() ->
            range.prefixLength() < least
                ? Optional.of("Too wide: a prefix has at least " + least + " bits.")
                : Optional.empty());
  }

  private static void ports(List<Port> ports, String pointer, BiConsumer<String, String> fault) {
    if (ports.isEmpty() || ports.size() > NetworkException.PORTS_MAX) {
      fault.accept(pointer, "Must be from 1 to " + NetworkException.PORTS_MAX + " ports.");
      return;
    }
    for (int number = 0; number < ports.size(); number++) {
      Port port = ports.get(number);
      if (port.port() < 1 || port.port() > PORT_MAX) {
        fault.accept(pointer + "/" + number + "/port", "Must be from 1 to " + PORT_MAX + ".");
      } else if (ports.indexOf(port) < number) {
        fault.accept(pointer + "/" + number, "This port is named twice.");
      }
    }
  }
}
