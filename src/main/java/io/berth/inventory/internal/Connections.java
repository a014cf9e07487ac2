package io.berth.inventory.internal;

import io.berth.inventory.ClusterCredentials;
import io.berth.inventory.InvalidPemException;
import io.berth.inventory.Pem;
import io.berth.inventory.ServerCheck;
import io.berth.inventory.domain.Kubeconfig;
import io.berth.inventory.internal.ClusterApi.CredentialsBody;
import io.berth.platform.OutboundAddresses;
import io.berth.platform.ProblemException;
import io.berth.platform.ProblemType;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.PrivateKey;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Checks how a provider says its cluster can be reached, before anything is kept or called. */
@ApplicationScoped
public class Connections {

  private static final String SERVER = "/server";

  private final OutboundAddresses addresses;
  private final ServerCheck servers;
  private final Vertx vertx;
  private final Clock clock;

  Connections(OutboundAddresses addresses, ServerCheck servers, Vertx vertx, Clock clock) {
    this.addresses = addresses;
    this.servers = servers;
    this.vertx = vertx;
    this.clock = clock;
  }

  /**
   * What was checked.
   *
   * @param server the address; null where none was given
   * @param serverPointer where the address stands in the request, as a JSON pointer
   */
  record Checked(@Nullable URI server, String serverPointer, ClusterCredentials credentials) {}

  /** Where a cluster is that may be registered, and how to reach it. */
  record Registrable(URI server, ClusterCredentials credentials) {}

  /**
   * Checks an address with credentials, or a kubeconfig, which brings both.
   *
   * @return fails with {@link ProblemException} 422 that names every place at fault
   */
  Uni<Checked> check(
      @Nullable String server,
      @Nullable CredentialsBody credentials,
      @Nullable String kubeconfig,
      boolean serverNeeded) {
    // Names are resolved and signatures made: not on the event loop.
    return offLoop(() -> {
      Faults faults = new Faults();
      Checked checked =
          kubeconfig != null
              ? ofKubeconfig(server, credentials, kubeconfig, faults)
              : ofMembers(server, credentials, serverNeeded, faults);
      faults.throwIfAny();
      if (checked == null) {
        throw new IllegalStateException("what is not checked has a fault");
      }
      return checked;
    });
  }

  /**
   * Asks a server that is to be registered whether it is one that is supported. Where it cannot be
   * asked in time, it counts as one: the cluster's conditions say more soon. Not inside a
   * transaction.
   *
   * @return fails with {@link ProblemException} 422 where the server is too old
   */
  Uni<Registrable> requireSupported(Checked checked) {
    URI server = checked.server();
    if (server == null) {
      throw new IllegalStateException("a registration has an address");
    }
    return servers
        .refusal(server, checked.credentials())
        .map(refusal -> {
          if (refusal.isPresent()) {
            throw ProblemException.unprocessable(checked.serverPointer(), refusal.get());
          }
          return new Registrable(server, checked.credentials());
        });
  }

  private <T> Uni<T> offLoop(Callable<T> work) {
    return Uni.createFrom()
        .completionStage(() -> vertx.executeBlocking(work, false).toCompletionStage());
  }

  private @Nullable Checked ofMembers(
      @Nullable String server,
      @Nullable CredentialsBody credentials,
      boolean serverNeeded,
      Faults faults) {
    if (credentials == null) {
      faults.add("/credentials", "is missing: give credentials, or a kubeconfig");
    }
    if (server == null && serverNeeded) {
      faults.add(SERVER, "is missing: give server and credentials, or a kubeconfig");
    }
    URI address = server == null ? null : address(server, SERVER, faults);
    ClusterCredentials checked =
        credentials == null
            ? null
            : pem(
                credentials.toCredentials(),
                new Places(
                    "/credentials/token",
                    "/credentials/certificate",
                    "/credentials/key",
                    "/credentials/caCertificate"),
                faults);
    return checked == null ? null : new Checked(address, SERVER, checked);
  }

  private @Nullable Checked ofKubeconfig(
      @Nullable String server,
      @Nullable CredentialsBody credentials,
      String kubeconfig,
      Faults faults) {
    if (server != null) {
      faults.add(SERVER, "must be left out: the kubeconfig brings it");
    }
    if (credentials != null) {
      faults.add("/credentials", "must be left out: the kubeconfig brings them");
    }
    switch (Kubeconfig.read(kubeconfig)) {
      case Kubeconfig.Refused refused -> {
        refused
            .faults()
            .forEach(fault -> faults.add("/kubeconfig" + fault.pointer(), fault.detail()));
        return null;
      }
      case Kubeconfig.Taken taken -> {
        String cluster = "/kubeconfig" + taken.clusterPointer();
        String user = "/kubeconfig" + taken.userPointer();
        String pointer = cluster + SERVER;
        URI address = address(taken.server(), pointer, faults);
        ClusterCredentials checked =
            pem(
                taken.credentials(),
                new Places(
                    user + "/token",
                    user + "/client-certificate-data",
                    user + "/client-key-data",
                    cluster + "/certificate-authority-data"),
                faults);
        return checked == null ? null : new Checked(address, pointer, checked);
      }
    }
  }

  private @Nullable URI address(String server, String pointer, Faults faults) {
    try {
      URI address = new URI(server);
      addresses.refusal(address).ifPresent(refusal -> faults.add(pointer, refusal));
      return address;
    } catch (URISyntaxException e) {
      faults.add(pointer, "must be an absolute https:// address");
      return null;
    }
  }

  private record Places(String token, String certificate, String key, String caCertificate) {}

  private @Nullable ClusterCredentials pem(ClusterCredentials given, Places places, Faults faults) {
    String ca = given.caCertificate();
    if (ca != null) {
      try {
        Pem.certificates(ca);
      } catch (InvalidPemException e) {
        faults.add(places.caCertificate(), String.valueOf(e.getMessage()));
      }
    }
    return switch (given) {
      case ClusterCredentials.Token token -> {
        // Anything else could not stand in a header, or would end it and start another.
        if (!token.token().matches("[!-~]{1,16384}")) {
          faults.add(places.token(), "must be 1 to 16384 printable ASCII characters, no spaces");
        }
        yield token;
      }
      case ClusterCredentials.ClientCertificate client -> {
        try {
          List<X509Certificate> chain = Pem.certificates(client.certificate());
          requireValid(chain.getFirst(), clock.instant());
          yield keyed(client, chain.getFirst(), places, faults);
        } catch (InvalidPemException e) {
          faults.add(places.certificate(), String.valueOf(e.getMessage()));
          yield null;
        }
      }
    };
  }

  private static @Nullable ClusterCredentials keyed(
      ClusterCredentials.ClientCertificate client,
      X509Certificate certificate,
      Places places,
      Faults faults) {
    try {
      PrivateKey key = Pem.privateKey(client.key(), certificate);
      return new ClusterCredentials.ClientCertificate(
          client.certificate(), Pem.write(key), client.caCertificate());
    } catch (InvalidPemException e) {
      faults.add(places.key(), String.valueOf(e.getMessage()));
      return null;
    }
  }

  private static void requireValid(X509Certificate certificate, Instant now) {
    try {
      certificate.checkValidity(Date.from(now));
    } catch (CertificateExpiredException e) {
      throw new InvalidPemException("has expired");
    } catch (CertificateNotYetValidException e) {
      throw new InvalidPemException("is not valid yet");
    }
  }

  /** Gathers every fault, so that one answer names them all. */
  private static final class Faults {
    private @Nullable ProblemException refusal;

    void add(String pointer, String detail) {
      if (refusal == null) {
        refusal =
            new ProblemException(
                ProblemType.UNPROCESSABLE,
                "The cluster cannot be reached as described: see errors.");
      }
      refusal.at(pointer, detail);
    }

    void throwIfAny() {
      if (refusal != null) {
        throw refusal;
      }
    }
  }
}
