package io.berth.leasing.internal;

import io.berth.leasing.internal.JobApi.JobRequest;
import io.berth.leasing.internal.JobApi.VolumeRequest;
import io.berth.platform.ProblemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a job may ask for, beyond the form of each field. Whatever has no field cannot be asked for
 * at all: an unknown one is refused by its name.
 */
final class JobRules {

  private static final Duration TIME_MIN = Duration.ofSeconds(1);
  private static final Duration TIME_MAX = Duration.ofDays(366);

  /**
   * Far less than the mebibyte that Kubernetes takes of an object: every job that is not finished
   * is in memory while its lease is looked after.
   */
  private static final int LENGTH_MAX = 64 * 1024;

  /** Where the container's own system lies. */
  private static final List<String> SYSTEM_PATHS = List.of("/dev", "/proc", "/sys", "/run", "/etc");

  private JobRules() {}

  /**
   * Fails where a job asks for what it may not have.
   *
   * @throws ProblemException 400 or 422, naming the field
   */
  static void check(JobRequest job) {
    inRange("deadline", job.deadline());
    inRange("ttl", job.ttl());
    checkRanks(job);
    checkLength(job);
    checkWords("command", job.command());
    checkWords("args", job.args());
    checkValues("env", job.env());
    checkValues("secretEnv", job.secretEnv());
    checkVariables("env", job.env());
    checkVariables("secretEnv", job.secretEnv());
    checkSecrets(job);
    checkRegistry(job);
    checkVolumes(Objects.requireNonNullElse(job.volumes(), List.of()));
  }

  private static void inRange(String field, @Nullable Duration time) {
    if (time != null && (time.compareTo(TIME_MIN) < 0 || time.compareTo(TIME_MAX) > 0)) {
      throw ProblemException.malformed("/" + field, field + " must be from PT1S to P366D.");
    }
  }

  private static void checkRanks(JobRequest job) {
    if (job.acceleratorsByRank() == null) {
      if (job.accelerators() == null) {
        throw ProblemException.malformed(
            "/accelerators", "Say the accelerators of each pod, or acceleratorsByRank.");
      }
    } else if (job.accelerators() != null || job.parallelism() != null) {
      throw ProblemException.malformed(
          "/acceleratorsByRank",
          "acceleratorsByRank says how many pods there are and what each has: leave out"
              + " accelerators and parallelism.");
    }
  }

  private static void checkLength(JobRequest job) {
    int length =
        Stream.of(job.command(), job.args())
            .filter(Objects::nonNull)
            .flatMap(List::stream)
            .mapToInt(String::length)
            .sum();
    if (job.env() != null) {
      length +=
          job.env().entrySet().stream()
              .mapToInt(variable -> variable.getKey().length() + variable.getValue().length())
              .sum();
    }
    if (length > LENGTH_MAX) {
      throw ProblemException.malformed(
          "",
          "command, args and env have more than %d characters together: put what is long into the"
                  .formatted(LENGTH_MAX)
              + " image or a volume.");
    }
  }

  private static void checkWords(String field, @Nullable List<String> words) {
    for (int i = 0; words != null && i < words.size(); i++) {
      checkText("/" + field + "/" + i, words.get(i));
    }
  }

  private static void checkValues(String field, @Nullable Map<String, String> variables) {
    Objects.requireNonNullElse(variables, Map.<String, String>of())
        .forEach((name, value) -> checkText("/" + field + "/" + name, value));
  }

  /** No process is given NUL, and PostgreSQL takes no JSON apart that holds it. */
  private static void checkText(String pointer, String text) {
    if (text.indexOf('\0') >= 0) {
      throw ProblemException.malformed(pointer, "A text must not hold NUL.");
    }
  }

  private static void checkVariables(String field, @Nullable Map<String, String> variables) {
    if (variables == null) {
      return;
    }
    for (String name : variables.keySet()) {
      if (DeviceVariables.chooses(name)) {
        throw ProblemException.unprocessable(
            "/" + field + "/" + name,
            "The accelerators of a job are chosen for it: leave out " + name + ".");
      }
    }
  }

  private static void checkSecrets(JobRequest job) {
    Map<String, String> secrets = job.secretEnv();
    if (secrets == null) {
      return;
    }
    int length = 0;
    for (Map.Entry<String, String> secret : secrets.entrySet()) {
      if (job.env() != null && job.env().containsKey(secret.getKey())) {
        throw ProblemException.malformed(
            "/secretEnv/" + secret.getKey(), "env names the same variable: say it once.");
      }
      length += secret.getValue().length();
    }
    if (length > LENGTH_MAX) {
      throw ProblemException.malformed(
          "/secretEnv", "The values have more than " + LENGTH_MAX + " characters together.");
    }
  }

  private static void checkRegistry(JobRequest job) {
    if (job.registryCredentials() != null && registry(job.image()).isEmpty()) {
      throw ProblemException.malformed(
          "/image",
          "Begin the image with its registry, as in registry.example/train:1: the"
              + " registryCredentials are for that one alone.");
    }
  }

  /**
   * The registry that an image's reference names: what stands before its first slash, where that
   * can be the name of a host.
   */
  static Optional<String> registry(String image) {
    int slash = image.indexOf('/');
    String first = slash < 0 ? "" : image.substring(0, slash);
    return first.contains(".") || first.contains(":") || first.equals("localhost")
        ? Optional.of(first)
        : Optional.empty();
  }

  private static void checkVolumes(List<VolumeRequest> volumes) {
    Set<String> names = new HashSet<>();
    Set<String> paths = new HashSet<>();
    for (int i = 0; i < volumes.size(); i++) {
      VolumeRequest volume = volumes.get(i);
      String pointer = "/volumes/" + i;
      if ((volume.sizeGib() == null) == (volume.claim() == null)) {
        throw ProblemException.malformed(
            pointer, "A volume is an empty one with sizeGib, or a claim: say one of the two.");
      }
      if (volume.sizeGib() != null && Boolean.TRUE.equals(volume.readOnly())) {
        throw ProblemException.malformed(
            pointer + "/readOnly", "An empty volume that is not written to stays empty.");
      }
      if (!names.add(volume.name())) {
        throw ProblemException.malformed(
            pointer + "/name", "Another volume has the name " + volume.name() + ".");
      }
      checkPath(pointer + "/mountPath", volume.mountPath());
      if (!paths.add(volume.mountPath())) {
        throw ProblemException.malformed(
            pointer + "/mountPath", "Another volume is mounted at " + volume.mountPath() + ".");
      }
    }
  }

  private static void checkPath(String pointer, String path) {
    String direct = Path.of(path).normalize().toString();
    if (!direct.equals(path)) {
      throw ProblemException.malformed(
          pointer, "A path goes straight where it leads, as " + direct + " does.");
    }
    for (String system : SYSTEM_PATHS) {
      if (path.equals(system) || path.startsWith(system + "/")) {
        throw ProblemException.malformed(
            pointer,
            "Nothing is mounted under "
                + system
                + (system.equals("/dev") ? "; sharedMemoryGib sizes /dev/shm." : "."));
      }
    }
  }
}
