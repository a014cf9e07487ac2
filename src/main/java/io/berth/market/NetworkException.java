package io.berth.market;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Addresses that leases of an offer reach besides the internet, such as the provider's storage in
 * its private network. Whether the values may be one is for {@code NetworkRules} to say.
 *
 * @param cidr a range of addresses as an address and the length of its prefix, such as {@code
 *     10.20.0.0/24}
 * @param ports on which these are reached
 */
public record NetworkException(String cidr, List<Port> ports) {

  /** How many an offer may have. */
  public static final int EXCEPTIONS_MAX = 16;

  /** How many ports one of them may have. */
  public static final int PORTS_MAX = 16;

  /** Copies the list. */
  public NetworkException {
    ports = List.copyOf(ports);
  }

  /**
   * A port.
   *
   * @param port from 1 to 65,535
   */
  public record Port(Protocol protocol, int port) {}

  /** What is spoken at a port. */
  @Schema(name = "NetworkProtocol", description = "What is spoken at a port")
  public enum Protocol {
    /** TCP. */
    @JsonProperty("tcp")
    TCP,
    /** UDP. */
    @JsonProperty("udp")
    UDP
  }
}
