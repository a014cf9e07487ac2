package io.berth.inventory.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.inventory.ClusterCredentials;
import io.berth.inventory.domain.Kubeconfig.Fault;
import io.berth.inventory.domain.Kubeconfig.Refused;
import io.berth.inventory.domain.Kubeconfig.Taken;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KubeconfigTest {

  private static final String PLAIN =
      """
      apiVersion: v1
      kind: Config
      preferences: {}
      clusters:
      - name: one
        cluster:
          server: https://k8s.example.com:6443
          certificate-authority-data: %s
      users:
      - name: me
        user:
          token: s3cret
      contexts:
      - name: main
        context: {cluster: one, user: me, namespace: default}
      current-context: main
      """
          .formatted(base64("the authority"));

  @Test
  void takesServerAuthorityAndToken() {
    assertThat(Kubeconfig.read(PLAIN))
        .isEqualTo(
            new Taken(
                "https://k8s.example.com:6443",
                new ClusterCredentials.Token("s3cret", "the authority"),
                "/clusters/0/cluster",
                "/users/0/user"));
  }

  @Test
  void takesClientCertificateAndKey() {
    String text =
        PLAIN.replace(
            "token: s3cret",
            "{client-certificate-data: %s, client-key-data: %s}"
                .formatted(base64("mine"), base64("key")));

    assertThat(((Taken) Kubeconfig.read(text)).credentials())
        .isEqualTo(new ClusterCredentials.ClientCertificate("mine", "key", "the authority"));
  }

  @ParameterizedTest
  @CsvSource({
    "exec, '{command: /bin/sh}', program",
    "auth-provider, '{name: gcp}', program",
    "tokenFile, /etc/passwd, file",
    "client-certificate, /tmp/c, file",
    "client-key, /tmp/k, file",
    "as, admin, acts as the account",
    "as-groups, '[system:masters]', acts as the account",
    "username, root, token",
    "password, root, token",
    "surprise, x, not read here",
  })
  void refusesMemberOfUser(String member, String value, String reason) {
    String text = PLAIN.replace("token: s3cret", "token: s3cret\n    " + member + ": " + value);

    assertRefused(text, "/users/0/user/" + member, reason);
  }

  @ParameterizedTest
  @CsvSource({
    "insecure-skip-tls-verify, true, not accepted",
    "insecure-skip-tls-verify, false, not accepted",
    "proxy-url, http://proxy, not accepted",
    "certificate-authority, /etc/ca.pem, file",
    "tls-server-name, other, not accepted",
    "extensions, '[]', not read here",
  })
  void refusesMemberOfCluster(String member, String value, String reason) {
    String text = PLAIN.replace("    server:", "    " + member + ": " + value + "\n    server:");

    assertRefused(text, "/clusters/0/cluster/" + member, reason);
  }

  @Test
  void refusesMembersOfEntriesThatTheContextDoesNotUse() {
    String text =
        PLAIN.replace("contexts:", "- name: other\n  user: {exec: {command: /bin/sh}}\ncontexts:");

    assertRefused(text, "/users/1/user/exec", "program");
  }

  @Test
  void needsCurrentContextAmongSeveral() {
    String two =
        PLAIN.replace(
            "current-context: main", "- {name: spare, context: {cluster: one, user: me}}");

    assertRefused(two, "/current-context", "which of the 2 contexts");
    assertThat(Kubeconfig.read(two + "current-context: spare")).isInstanceOf(Taken.class);
  }

  @Test
  void needsNoCurrentContextWithOnlyOne() {
    assertThat(Kubeconfig.read(PLAIN.replace("current-context: main", "")))
        .isInstanceOf(Taken.class);
  }

  @Test
  void refusesNamesThatAreNotThere() {
    assertRefused(
        PLAIN.replace("current-context: main", "current-context: x"),
        "/current-context",
        "not there");
    assertRefused(
        PLAIN.replace("user: me", "user: you"), "/contexts/0/context/user", "must name a user");
    assertRefused(
        PLAIN.replace("{cluster: one", "{cluster: two"),
        "/contexts/0/context/cluster",
        "must name a cluster");
  }

  @Test
  void refusesUserWithBothOrNeither() {
    assertRefused(PLAIN.replace("token: s3cret", "{}"), "/users/0/user", "either a token");
    assertRefused(
        PLAIN.replace("token: s3cret", "{token: s3cret, client-key-data: a2V5}"),
        "/users/0/user",
        "either a token");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "just text",
        "{",
        "a: &a [*a]",
        "clusters: [",
        "a: 1\na: 2",
        "a: 1\n---\nb: 2",
        "!!javax.script.ScriptEngineManager [!!java.net.URL [\"http://x\"]]"
      })
  void refusesWhatIsNoKubeconfig(String text) {
    assertThat(Kubeconfig.read(text)).isInstanceOf(Refused.class);
  }

  @Test
  void neverQuotesTheTextInAFault() {
    String broken = PLAIN.replace("token: s3cret", "token: s3cret: [");

    assertThat(Kubeconfig.read(broken)).isInstanceOf(Refused.class);
    assertThat(Kubeconfig.read(broken).toString()).doesNotContain("s3cret");
    assertThat(Kubeconfig.read(PLAIN).toString()).doesNotContain("s3cret");
  }

  private static void assertRefused(String text, String pointer, String reason) {
    assertThat(Kubeconfig.read(text)).isInstanceOf(Refused.class);
    assertThat(((Refused) Kubeconfig.read(text)).faults())
        .filteredOn(fault -> fault.pointer().equals(pointer))
        .extracting(Fault::detail)
        .singleElement()
        .asString()
        .contains(reason);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
