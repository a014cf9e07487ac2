package io.berth.leasing;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What runs inside a lease.
 *
 * @param name the tenant's name for it
 * @param image a container image's reference
 * @param command replaces the image's entry point; empty to keep it
 * @param args arguments; empty for the image's own
 * @param env environment variables
 * @param acceleratorsPerPod accelerators of each pod, at least 1
 * @param parallelism pods at once, all of which must succeed, at least 1
 * @param retries how often pods may fail before the job does
 * @param deadline how long it may run; null for as long as the lease lasts
 */
public record JobSpec(
    String name,
    String image,
    List<String> command,
    List<String> args,
    Map<String, String> env,
    int acceleratorsPerPod,
    int parallelism,
    int retries,
    @Nullable Duration deadline) {

  /** Copies the collections. */
  public JobSpec {
    command = List.copyOf(command);
    args = List.copyOf(args);
    env = Map.copyOf(env);
  }

  /** Accelerators in use while it runs. */
  public int accelerators() {
    return Math.multiplyExact(acceleratorsPerPod, parallelism);
  }
}
