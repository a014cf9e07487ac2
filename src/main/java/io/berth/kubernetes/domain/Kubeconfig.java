package io.berth.kubernetes.domain;

import io.berth.leasing.LeaseId;
import io.fabric8.kubernetes.api.model.Config;
import io.fabric8.kubernetes.api.model.ConfigBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** What {@code kubectl} needs for a lease's namespace, as a file. */
public final class Kubeconfig {

  private static final String NAME = "berth";

  private Kubeconfig() {}

  /**
   * The file's text, YAML.
   *
   * @param caCertificate PEM; null where the cluster's certificate is one that everybody trusts
   * @param token of an account that has rights in the lease's namespace alone
   */
  public static String of(LeaseId lease, URI server, @Nullable String caCertificate, String token) {
    Config config =
        new ConfigBuilder()
            .withApiVersion("v1")
            .withKind("Config")
            .addNewCluster()
            .withName(NAME)
            .withNewCluster()
            .withServer(server.toString())
            .withCertificateAuthorityData(base64(caCertificate))
            .endCluster()
            .endCluster()
            .addNewUser()
            .withName(NAME)
            .withNewUser()
            .withToken(token)
            .endUser()
            .endUser()
            .addNewContext()
            .withName(NAME)
            .withNewContext()
            .withCluster(NAME)
            .withUser(NAME)
            .withNamespace(Marks.namespace(lease))
            .endContext()
            .endContext()
            .withCurrentContext(NAME)
            .build();
    return new KubernetesSerialization().asYaml(config);
  }

  private static @Nullable String base64(@Nullable String text) {
    return text == null
        ? null
        : Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
