package io.berth.leasing;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What runs inside a lease: as many pods as the job has ranks, numbered from 0.
 *
 * @param name the tenant's name for it
 * @param image a container image's reference
 * @param registryUser as whom the cluster pulls the image, whose password nobody is shown; null
 *     where anybody may
 * @param command replaces the image's entry point; empty to keep it
 * @param args arguments; empty for the image's own
 * @param env environment variables
 * @param secretNames names of further variables, whose values nobody is shown
 * @param acceleratorsPerPod accelerators of each pod, of the largest where they differ, at least 1
 * @param parallelism pods at once, all of which must succeed, at least 1
 * @param acceleratorsByRank accelerators of each pod where they may differ, by rank, and each pod
 *     has a node for itself; empty where all pods are alike
 * @param retries how often pods may fail before the job does
 * @param deadline how long it may run; null for as long as the lease lasts
 * @param ttl how long its pods stay in the cluster after its end; null until the lease ends
 * @param volumes what its pods mount
 * @param sharedMemoryGib how large {@code /dev/shm} may grow; null for the cluster's own size
 */
public record JobSpec(
    String name,
    String image,
    @Nullable String registryUser,
    List<String> command,
    List<String> args,
    Map<String, String> env,
    List<String> secretNames,
    int acceleratorsPerPod,
    int parallelism,
    List<Integer> acceleratorsByRank,
    int retries,
    @Nullable Duration deadline,
    @Nullable Duration ttl,
    List<JobVolume> volumes,
    @Nullable Integer sharedMemoryGib) {

  /** Copies the collections; what rows of older versions do not have is empty. */
  public JobSpec {
    command = List.copyOf(command);
    args = List.copyOf(args);
    env = Map.copyOf(env);
    secretNames = copied(secretNames);
    acceleratorsByRank = copied(acceleratorsByRank);
    volumes = copied(volumes);
  }

  private static <T> List<T> copied(@Nullable List<T> list) {
    return List.copyOf(Objects.requireNonNullElse(list, List.of()));
  }

  /** A job that asks for nothing beyond what each must say. */
  public JobSpec(
      String name,
      String image,
      List<String> command,
      List<String> args,
      Map<String, String> env,
      int acceleratorsPerPod,
      int parallelism,
      int retries,
      @Nullable Duration deadline) {
    this(
        name,
        image,
        null,
        command,
        args,
        env,
        List.of(),
        acceleratorsPerPod,
        parallelism,
        List.of(),
        retries,
        deadline,
        null,
        List.of(),
        null);
  }

  /** The same with other variables. */
  public JobSpec withEnv(Map<String, String> other) {
    return new JobSpec(
        name,
        image,
        registryUser,
        command,
        args,
        other,
        secretNames,
        acceleratorsPerPod,
        parallelism,
        acceleratorsByRank,
        retries,
        deadline,
        ttl,
        volumes,
        sharedMemoryGib);
  }

  /** Whether anything of it is kept encrypted and reaches the cluster as a secret. */
  public boolean hasSecrets() {
    return registryUser != null || !secretNames.isEmpty();
  }

  /** Whether its pods are one whole: they start together, and none goes on without the others. */
  public boolean isGang() {
    return parallelism > 1;
  }

  /** Accelerators of the pod of a rank. */
  public int acceleratorsOf(int rank) {
    return acceleratorsByRank.isEmpty() ? acceleratorsPerPod : acceleratorsByRank.get(rank);
  }

  /** Accelerators in use while it runs. */
  public int accelerators() {
    return acceleratorsByRank.isEmpty()
        ? Math.multiplyExact(acceleratorsPerPod, parallelism)
        : acceleratorsByRank.stream().mapToInt(Integer::intValue).sum();
  }

  /** How many accelerators of a node with so many slots it uses at the most. */
  public int atMostOf(int slots) {
    return acceleratorsByRank.isEmpty()
        ? Math.min(parallelism, slots / acceleratorsPerPod) * acceleratorsPerPod
        : acceleratorsByRank.stream()
            .filter(each -> each <= slots)
            .max(Comparator.naturalOrder())
            .orElse(0);
  }

  /**
   * Whether there is room for it on nodes where nothing else runs.
   *
   * @param slots how many of each node
   */
  public boolean fits(List<Integer> slots) {
    if (acceleratorsByRank.isEmpty()) {
      return slots.stream().mapToInt(each -> each / acceleratorsPerPod).sum() >= parallelism;
    }
    List<Integer> offered = slots.stream().sorted(Comparator.reverseOrder()).toList();
    List<Integer> wanted = acceleratorsByRank.stream().sorted(Comparator.reverseOrder()).toList();
    for (int i = 0; i < wanted.size(); i++) {
      if (i >= offered.size() || wanted.get(i) > offered.get(i)) {
        return false;
      }
    }
    return true;
  }
}
