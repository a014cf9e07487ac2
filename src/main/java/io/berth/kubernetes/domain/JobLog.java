package io.berth.kubernetes.domain;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What of a job's log is wanted.
 *
 * @param rank the pod's, from 0
 * @param follow whether to go on as the container writes
 * @param tailLines only so many of the last lines; null for all
 * @param timestamps whether each line begins with its time
 */
public record JobLog(int rank, boolean follow, @Nullable Integer tailLines, boolean timestamps) {

  /** A name that cannot lead out of its place in a path, whatever a cluster calls its pods. */
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");

  /** The pod that was made last, of those with a sensible name. */
  public static Optional<Pod> newest(List<Pod> pods) {
    return pods.stream()
        .filter(pod -> NAME.matcher(String.valueOf(pod.getMetadata().getName())).matches())
        .max(
            Comparator.comparing(
                pod -> Objects.requireNonNullElse(pod.getMetadata().getCreationTimestamp(), "")));
  }

  /** Where it is, from the root of the API server. */
  public String path(String namespace, Pod pod, long bytesMax) {
    return "api/v1/namespaces/%s/pods/%s/log?container=%s&limitBytes=%d%s%s%s"
        .formatted(
            namespace,
            pod.getMetadata().getName(),
            PodManifests.CONTAINER,
            bytesMax,
            follow ? "&follow=true" : "",
            timestamps ? "&timestamps=true" : "",
            tailLines == null ? "" : "&tailLines=" + tailLines);
  }
}
