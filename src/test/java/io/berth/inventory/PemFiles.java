package io.berth.inventory;

import io.berth.sandbox.cluster.ClusterBlueprint;
import io.berth.sandbox.cluster.SimulatedCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A certificate for 127.0.0.1 with its key, made as simulated clusters make theirs.
 *
 * @param certificate PEM; its own authority
 * @param key PEM, PKCS #8
 */
public record PemFiles(String certificate, String key) {

  /** Makes one; {@code folder} is used and left behind. */
  public static PemFiles make(Path folder) {
    try (SimulatedCluster cluster =
        SimulatedCluster.start(
            new ClusterBlueprint("pem", "v1.34.2", List.of()), 0, "unused", folder)) {
      return new PemFiles(
          Files.readString(folder.resolve("certificate.pem")),
          Files.readString(folder.resolve("key.pem")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
