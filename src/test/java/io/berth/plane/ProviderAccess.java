package io.berth.plane;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

/** What a provider does before registering a cluster, as {@code k8s/provider/README.md} says. */
public final class ProviderAccess {

  private static final Path MANIFEST = Path.of("k8s/provider/berth-access.yaml");
  private static final String NAMESPACE = "berth-access";
  private static final String NAME = "berth";
  private static final Duration TOKEN_MAX = Duration.ofSeconds(30);

  private ProviderAccess() {}

  /** The manifest's objects. */
  public static List<HasMetadata> manifest() {
    try {
      return new KubernetesSerialization().unmarshal(Files.readString(MANIFEST));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Applies the manifest and reads the token that the cluster fills in. */
  public static String grant(KubernetesClient admin) {
    // Applied and not replaced: replacing the secret would take the token out that is in use.
    manifest().forEach(object -> admin.resource(object).forceConflicts().serverSideApply());
    Secret secret =
        await()
            .atMost(TOKEN_MAX)
            .until(
                () -> admin.secrets().inNamespace(NAMESPACE).withName(NAME).get(),
                found -> found.getData() != null && found.getData().containsKey("token"));
    return new String(
        Base64.getDecoder().decode(secret.getData().get("token")), StandardCharsets.UTF_8);
  }
}
