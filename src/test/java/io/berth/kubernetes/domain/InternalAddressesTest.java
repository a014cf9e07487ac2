package io.berth.kubernetes.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.NetUtil;
import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InternalAddressesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.20.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "100.100.100.200",
        "127.0.0.1",
        "169.254.169.254",
        "168.63.129.16",
        "192.0.0.192",
        "198.18.0.1",
        "0.0.0.0",
        "255.255.255.255",
        "::",
        "::1",
        "64:ff9b::1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b::a00:1",
        "64:ff9b::a83f:8110",
        "64:ff9b:1::1",
        "2002:a9fe:a9fe::1",
        "fd00:ec2::254",
        "fd20:ce::254",
        "fe80::1",
        "fec0::1",
        "ff02::1"
      })
  void holdsWhatIsAProvidersOwn(String address) {
    assertThat(isInternal(address)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "8.8.8.8",
        "172.32.0.1",
        "100.128.0.1",
        "168.63.129.17",
        "192.0.1.1",
        "2001:4860:4860::8888",
        "64:ff9b::808:808"
      })
  void leavesTheInternet(String address) {
    assertThat(isInternal(address)).isFalse();
  }

  private static boolean isInternal(String address) {
    List<String> ranges = address.contains(":") ? InternalAddresses.IPV6 : InternalAddresses.IPV4;
    return ranges.stream().anyMatch(range -> contains(range.split("/"), address));
  }

  private static boolean contains(String[] range, String address) {
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
    int hostBits = bytes.length * Byte.SIZE - Integer.parseInt(range[1]);
    return number(NetUtil.createByteArrayFromIpAddressString(range[0]))
        .shiftRight(hostBits)
        .equals(number(bytes).shiftRight(hostBits));
  }

  private static BigInteger number(byte[] bytes) {
    return new BigInteger(1, bytes);
  }
}
