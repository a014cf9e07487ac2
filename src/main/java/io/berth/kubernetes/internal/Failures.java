package io.berth.kubernetes.internal;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** Says in plain words why a cluster could not be reached. */
final class Failures {

  private static final int CAUSES_COUNT_MAX = 20;

  private Failures() {}

  /**
   * A failure in words.
   *
   * @param reason in one CamelCase word
   * @param message in a sentence
   */
  record Words(String reason, String message) {}

  /** The words for a failure to get any answer, or one that makes sense. */
  static Words explain(KubernetesClientException failure) {
    if (failure.getCode() > 0) {
      return new Words(
          "UnexpectedAnswer",
          "The address answers, but with status %d, as no healthy Kubernetes API does."
              .formatted(failure.getCode()));
    }
    List<Throwable> causes = causes(failure);
    if (has(causes, UnknownHostException.class)) {
      return new Words("NameNotResolved", "The host's name does not resolve.");
    }
    if (mentions(causes, "No subject alternative", "No name matching")) {
      return new Words(
          "CertificateNameMismatch", "The cluster's certificate is for another name or address.");
    }
    if (has(causes, CertPathValidatorException.class)
        || has(causes, CertificateException.class)
        || mentions(causes, "PKIX path")) {
      return new Words(
          "CertificateNotTrusted",
          "The cluster's certificate is not issued by the authorities given, or has expired.");
    }
    if (has(causes, TimeoutException.class) || mentions(causes, "timed out", "timeout")) {
      return new Words("TimedOut", "The cluster did not answer in time.");
    }
    if (has(causes, SSLException.class)) {
      return new Words("TlsFailed", "No secure connection could be made with the cluster.");
    }
    if (has(causes, NoRouteToHostException.class)) {
      return new Words("NoRoute", "There is no route to the address.");
    }
    if (has(causes, ConnectException.class) || mentions(causes, "Connection refused")) {
      return new Words("ConnectionRefused", "Nothing listens at the address: connection refused.");
    }
    return new Words("ConnectionFailed", "The connection broke or could not be made.");
  }

  static List<Throwable> causes(Throwable failure) {
    List<Throwable> causes = new ArrayList<>();
    Throwable cause = failure;
    while (cause != null && causes.size() < CAUSES_COUNT_MAX) {
      causes.add(cause);
      cause = cause.getCause();
    }
    return causes;
  }

  private static boolean has(List<Throwable> causes, Class<? extends Throwable> type) {
    return causes.stream().anyMatch(type::isInstance);
  }

  private static boolean mentions(List<Throwable> causes, String... texts) {
    return causes.stream()
        .map(cause -> String.valueOf(cause.getMessage()))
        .anyMatch(message -> List.of(texts).stream().anyMatch(message::contains));
  }
}
