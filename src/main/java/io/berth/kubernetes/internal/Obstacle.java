package io.berth.kubernetes.internal;

import io.fabric8.kubernetes.client.KubernetesClientException;

/**
 * What keeps a delivery from getting on.
 *
 * @param reason in one CamelCase word
 * @param message in a sentence, without secrets
 * @param wholeCluster whether every other lease in the cluster would meet it too
 */
record Obstacle(String reason, String message, boolean wholeCluster) {

  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERROR_MIN = 500;
  private static final int MESSAGE_LENGTH_MAX = 500;

  /** How API servers begin to say that one of the kinds of objects cannot be written for now. */
  private static final String WEBHOOK = "failed calling webhook";

  /** The obstacle in one lease's way. */
  static Obstacle ofLease(String reason, String message) {
    return new Obstacle(reason, bounded(message), false);
  }

  /** What a failed request means. */
  static Obstacle of(KubernetesClientException failure) {
    int code = failure.getCode();
    if (code == UNAUTHORIZED) {
      return new Obstacle(
          "CredentialsRefused",
          "The cluster does not accept the credentials (401): they are wrong, expired or revoked.",
          true);
    }
    if (code == TOO_MANY_REQUESTS) {
      return new Obstacle(
          "Overloaded", "The cluster has too much to do and asks for patience (429).", true);
    }
    if (AnswerLimit.isExceeded(failure)) {
      // What is in the cluster for one lease says nothing of the others.
      return ofLease("AnswerTooLarge", "The cluster answers more than is read of one answer.");
    }
    if (isOfWebhook(failure)) {
      return ofLease(
          "WebhookFailed",
          "Something that the cluster asks first does not answer: " + words(failure));
    }
    if (code <= 0 || code >= SERVER_ERROR_MIN) {
      Failures.Words words = Failures.explain(failure);
      return new Obstacle(words.reason(), words.message(), true);
    }
    return ofLease(
        code == FORBIDDEN ? "Forbidden" : "Refused",
        "The cluster refuses (%d): %s".formatted(code, words(failure)));
  }

  /** The cluster's own words for a refusal. */
  static String words(KubernetesClientException refusal) {
    String words = refusal.getStatus() == null ? null : refusal.getStatus().getMessage();
    return bounded(words == null ? "it does not say why." : words);
  }

  /** Whether it is something that the cluster asks first which does not answer. */
  static boolean isOfWebhook(KubernetesClientException failure) {
    return failure.getCode() >= SERVER_ERROR_MIN && words(failure).contains(WEBHOOK);
  }

  private static String bounded(String text) {
    return text.length() <= MESSAGE_LENGTH_MAX
        ? text
        : text.substring(0, MESSAGE_LENGTH_MAX - 1) + "…";
  }
}
