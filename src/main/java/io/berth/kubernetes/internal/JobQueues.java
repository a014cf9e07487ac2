package io.berth.kubernetes.internal;

import io.berth.inventory.ClusterAccess;
import io.berth.kubernetes.KubernetesConfig;
import io.berth.kubernetes.domain.JobQueue;
import io.berth.kubernetes.domain.ServerVersion;
import io.berth.kubernetes.internal.Rights.Right;
import io.fabric8.kubernetes.api.model.APIGroup;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.VersionInfo;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Whether jobs of leases go through Kueue in a cluster: it serves Kueue's API, and its provider has
 * made a ClusterQueue for leases and granted what that takes. Where one of these is not so, jobs
 * start without it.
 */
@ApplicationScoped
public class JobQueues {

  private static final String UNREADABLE = "QueueUnreadable";
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int TOO_MANY_REQUESTS = 429;

  private final Findings<Finding> findings;

  JobQueues(KubernetesConfig config, Clock clock) {
    findings =
        new Findings<>(
            config.policyCheckInterval(), clock, finding -> finding.version().isPresent());
  }

  /**
   * What a cluster offers.
   *
   * @param kueue whether it runs Kueue at all; there is nothing to tell where it does not
   * @param version the version of Kueue's API by which jobs are queued; empty where they are not
   * @param reason why, in one CamelCase word
   * @param message why, in a sentence
   */
  record Finding(boolean kueue, Optional<String> version, String reason, String message) {

    /** Whether it is known that there is no queue where none was found. */
    boolean isKnown() {
      return !reason.equals(UNREADABLE);
    }

    static Finding without(String reason, String message) {
      return new Finding(true, Optional.empty(), reason, message);
    }
  }

  /** What holds in most clusters. */
  static final Finding NONE =
      new Finding(
          false, Optional.empty(), "KueueNotFound", "The cluster does not serve Kueue's API.");

  /**
   * Looks, or says what a look found lately. That a queue is gone is believed once two looks find
   * it gone: a server that has just started does not serve all of its resources yet, and jobs that
   * wait would start without it. Blocks.
   *
   * @throws KubernetesClientException where the cluster does not answer
   */
  Finding at(ClusterAccess access, KubernetesClient client) {
    return findings.at(
        access,
        last -> {
          try {
            return find(client);
          } catch (KubernetesClientException e) {
            return unread(e, last);
          }
        });
  }

  /**
   * What counts where Kueue's resources cannot be read: what was found last.
   *
   * @throws KubernetesClientException where it is the cluster itself that does not answer
   */
  static Finding unread(KubernetesClientException failure, Optional<Finding> last) {
    if (!isOfKueue(failure)) {
      throw failure;
    }
    return last.orElseGet(() ->
        Finding.without(
            UNREADABLE,
            "The cluster runs Kueue, but does not say whether it has a queue for leases: "
                + Obstacle.words(failure)));
  }

  /**
   * Whether an answer to a request for Kueue's resources says something of Kueue alone. Its
   * resources cannot be read while its webhook, which converts them, is down; leases go on then.
   */
  static boolean isOfKueue(KubernetesClientException failure) {
    int code = failure.getCode();
    return code > 0 && code != UNAUTHORIZED && code != TOO_MANY_REQUESTS;
  }

  /** Looks. Blocks. */
  static Finding find(KubernetesClient client) {
    return find(client, JobQueue.SERVER_MIN);
  }

  /** The same with another oldest version. */
  static Finding find(KubernetesClient client, ServerVersion serverMin) {
    Optional<String> version = version(client);
    if (version.isEmpty()) {
      return NONE;
    }
    if (Optional.ofNullable(client.getKubernetesVersion())
        .map(VersionInfo::getGitVersion)
        .flatMap(ServerVersion::parse)
        .filter(found -> found.isAtLeast(serverMin))
        .isEmpty()) {
      return Finding.without(
          "ServerTooOld",
          "The cluster runs Kueue, but its server is not known to be of Kubernetes %s or later, on which jobs wait in a queue."
              .formatted(serverMin));
    }
    Optional<GenericKubernetesResource> queue;
    try {
      queue =
          Optional.ofNullable(
              client
                  .genericKubernetesResources(JobQueue.clusterQueues(version.get()))
                  .withName(JobQueue.CLUSTER_QUEUE)
                  .get());
    } catch (KubernetesClientException e) {
      if (e.getCode() != FORBIDDEN) {
        throw e;
      }
      List<Right> missing = Rights.missing(client, Rights.FOR_QUEUES, () -> false);
      if (missing.isEmpty()) {
        throw e;
      }
      return lacking(missing);
    }
    if (queue.isEmpty()) {
      return Finding.without(
          "QueueMissing",
          "The cluster runs Kueue, but has no ClusterQueue %s: jobs do not go through it. To change that, apply k8s/provider/berth-kueue.yaml."
              .formatted(JobQueue.CLUSTER_QUEUE));
    }
    List<Right> missing = Rights.missing(client, Rights.FOR_QUEUES, () -> false);
    return missing.isEmpty() ? through(version.get(), queue.get()) : lacking(missing);
  }

  /** The version of Kueue's API that the server prefers; empty where it serves none. */
  private static Optional<String> version(KubernetesClient client) {
    try {
      APIGroup group = client.getApiGroup(JobQueue.GROUP);
      return Optional.ofNullable(group)
          .map(APIGroup::getPreferredVersion)
          .map(preferred -> preferred.getVersion());
    } catch (KubernetesClientException e) {
      if (e.getCode() != FORBIDDEN) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private static Finding lacking(List<Right> missing) {
    return Finding.without(
        "RightsMissing",
        "The cluster runs Kueue, but jobs do not go through it. The account may not: %s. To change that, apply k8s/provider/berth-kueue.yaml."
            .formatted(missing.stream().map(Right::toString).collect(Collectors.joining(", "))));
  }

  private static Finding through(String version, GenericKubernetesResource queue) {
    Optional<String> inactive = JobQueue.condition(queue, "Active", "False");
    return new Finding(
        true,
        Optional.of(version),
        inactive.isPresent() ? "QueueInactive" : "QueueFound",
        "Jobs go through Kueue and its ClusterQueue %s%s"
            .formatted(
                JobQueue.CLUSTER_QUEUE,
                inactive.map(words -> ", which admits none now: " + words).orElse(".")));
  }
}
