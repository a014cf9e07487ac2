package io.berth.market.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.market.NetworkException;
import io.berth.market.NetworkException.Port;
import io.berth.market.NetworkException.Protocol;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which addresses an offer may open to its leases. */
class NetworkRulesTest {

  private static final Port NFS = new Port(Protocol.TCP, 2049);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.20.0.0/16",
        "10.20.30.40/32",
        "172.16.0.0/16",
        "192.168.7.0/24",
        "100.64.0.0/16",
        "198.51.100.7/32",
        "fd12:3456:789a::/48",
        "FD12:3456:789a:0:0:0:0:1/128",
        "2001:db8:1::/64"
      })
  void takesRangesOfTheProvidersNetwork(String cidr) {
    assertThat(faults(exception(cidr))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "storage.example",
        "10.20.0.0",
        "10.20.0.0/",
        "10.20.0.0/33",
        "10.20.0.0/016",
        "10.20.0/24",
        "010.20.0.0/24",
        "10.20.0.256/32",
        "0x0a.20.0.0/24",
        "10.20.0.1/24",
        " 10.20.0.0/24",
        "10.20.0.0/24,10.30.0.0/24",
        "fd12::1/64",
        "fd12::/129",
        "fd12::%eth0/128",
        "fd12:::/64",
        "::ffff:10.20.0.0/120",
        "::ffff:a14:0/120"
      })
  void refusesWhatIsNoRange(String cidr) {
    assertThat(faults(exception(cidr)))
        .containsOnlyKeys("/networkExceptions/0/cidr")
        .allSatisfy((pointer, detail) -> assertThat(detail).startsWith("Must be an address"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0/32",
        "0.1.0.0/16",
        "127.0.0.1/32",
        "127.1.0.0/16",
        "169.254.169.254/32",
        "169.254.0.0/16",
        "224.0.0.0/24",
        "239.1.0.0/16",
        "255.255.255.255/32",
        "240.0.0.0/16",
        "100.100.0.0/16",
        "168.63.129.0/24",
        "192.0.0.192/32",
        "::/128",
        "::1/128",
        "::fffe:0:0/95",
        "64:ff9b::a9fe:a9fe/128",
        "64:ff9b:1::/48",
        "2002:a9fe:a9fe::/48",
        "fe80::/64",
        "febf:ffff::/48",
        "fec0::/48",
        "ff02::1/128",
        "fd00:ec2::254/128",
        "fd00:ec2::/48",
        "fd20:ce::/64"
      })
  void refusesWhatIsNobodysStorage(String cidr) {
    assertThat(faults(exception(cidr)))
        .containsOnlyKeys("/networkExceptions/0/cidr")
        .allSatisfy((pointer, detail) -> assertThat(detail).startsWith("Must not touch"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0.0.0.0/0", "10.0.0.0/8", "10.20.0.0/15", "::/0", "fc00::/7", "fd12::/47"})
  void refusesWholeNetworks(String cidr) {
    assertThat(faults(exception(cidr)))
        .containsOnlyKeys("/networkExceptions/0/cidr")
        .allSatisfy((pointer, detail) -> assertThat(detail).startsWith("Too wide"));
  }

  @Test
  void namesEachFaultWhereItIs() {
    Map<String, String> faults =
        faults(
            exception("10.20.0.0/24"),
            new NetworkException("10.20.0.0/24", List.of()),
            new NetworkException(
                "10.30.0.0/24",
                List.of(NFS, new Port(Protocol.UDP, 2049), new Port(Protocol.TCP, 0), NFS)),
            new NetworkException("10.40.0.0/24", List.of(new Port(Protocol.TCP, 65_536))));

    assertThat(faults)
        .containsOnlyKeys(
            "/networkExceptions/1/cidr",
            "/networkExceptions/1/ports",
            "/networkExceptions/2/ports/2/port",
            "/networkExceptions/2/ports/3",
            "/networkExceptions/3/ports/0/port");
  }

  @Test
  void boundsHowManyThereAre() {
    List<NetworkException> many =
        IntStream.rangeClosed(0, NetworkException.EXCEPTIONS_MAX)
            .mapToObj(number -> exception("10.20." + number + ".0/24"))
            .toList();
    NetworkException wide =
        new NetworkException(
            "10.20.0.0/24", Collections.nCopies(NetworkException.PORTS_MAX + 1, NFS));

    assertThat(faults(many.toArray(NetworkException[]::new)))
        .containsOnlyKeys("/networkExceptions");
    assertThat(faults(many.subList(1, many.size()).toArray(NetworkException[]::new))).isEmpty();
    assertThat(faults(wide)).containsOnlyKeys("/networkExceptions/0/ports");
  }

  private static NetworkException exception(String cidr) {
    return new NetworkException(cidr, List.of(NFS));
  }

  private static Map<String, String> faults(NetworkException... exceptions) {
    Map<String, String> faults = new LinkedHashMap<>();
    NetworkRules.check(List.of(exceptions), faults::put);
    return faults;
  }
}
