package io.berth.leasing.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.berth.leasing.Job;
import io.berth.leasing.JobId;
import io.berth.leasing.JobObservation.JobEvent;
import io.berth.leasing.JobSpec;
import io.berth.leasing.JobState;
import io.berth.leasing.JobVolume;
import io.berth.leasing.LeaseId;
import io.berth.policy.DecisionId;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The wire forms of jobs. */
final class JobApi {

  private static final int WORDS_MAX = 256;
  private static final int WORD_LENGTH_MAX = 16_384;
  private static final int ENV_MAX = 256;
  private static final int VOLUMES_MAX = 32;

  private JobApi() {}

  /** What a tenant wants to run. */
  @Schema(name = "JobRequest", description = "What a tenant wants to run inside a lease")
  record JobRequest(
      @Schema(description = "A name of the tenant's own, as a DNS label.", examples = "train-1")
          @NotNull
          @Pattern(
              regexp = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?",
              message = "must be a DNS label: lower-case letters, digits and hyphens, at most 63")
          String name,
      @Schema(
              description = "Reference of a container image.",
              examples = "registry.example/train:1.4")
          @NotNull
          @Size(min = 1, max = 512)
          @Pattern(
              regexp = "[A-Za-z0-9][A-Za-z0-9._\\-/:@]*",
              message = "must be the reference of a container image")
          String image,
      @Schema(
              description =
                  "What the image is pulled with from the registry that its reference begins with.")
          @Valid
          @Nullable RegistryCredentials registryCredentials,
      @Schema(
              description = "Replaces the image's entry point.",
              examples = "[\"python\", \"train.py\"]")
          @Size(max = WORDS_MAX)
          @Nullable List<@NotNull @Size(max = WORD_LENGTH_MAX) String> command,
      @Schema(description = "Arguments of the command.", examples = "[\"--epochs\", \"3\"]")
          @Size(max = WORDS_MAX)
          @Nullable List<@NotNull @Size(max = WORD_LENGTH_MAX) String> args,
      @Schema(description = "Environment variables.", examples = "{\"NCCL_DEBUG\": \"WARN\"}")
          @Size(max = ENV_MAX)
          @Nullable
              Map<
                  @NotNull
                  @Pattern(
                      regexp = "[A-Za-z_][A-Za-z0-9_]{0,255}",
                      message = "must be a name of letters, digits and underscores")
                  String,
                  @NotNull @Size(max = WORD_LENGTH_MAX) String>
              env,
      @Schema(
              description =
                  "Further variables whose values are stored encrypted until the job ends, reach its pods through a secret of the cluster, and are never shown.",
              examples = "{\"HF_TOKEN\": \"hf_…\"}")
          @Size(max = ENV_MAX)
          @Nullable
              Map<
                  @NotNull
                  @Pattern(
                      regexp = "[A-Za-z_][A-Za-z0-9_]{0,252}",
                      message = "must be a name of letters, digits and underscores")
                  String,
                  @NotNull @Size(max = WORD_LENGTH_MAX) String>
              secretEnv,
      @Schema(
              description = "Accelerators of each pod; not with acceleratorsByRank.",
              examples = "8")
          @Min(1)
          @Max(1024)
          @Nullable Integer accelerators,
      @Schema(
              description =
                  "Pods at once, which are the ranks 0 and up; all of them must succeed; 1 where absent.",
              examples = "2")
          @Min(1)
          @Max(10_000)
          @Nullable Integer parallelism,
      @Schema(
              description =
                  "In place of accelerators and parallelism: what the pod of each rank has, each on a node of its own.",
              examples = "[8, 4]")
          @Size(min = 1, max = 1024)
          @Nullable List<@NotNull @Min(1) @Max(1024) Integer> acceleratorsByRank,
      @Schema(
              description =
                  "How often pods may fail before the job does; where there are several, all start anew; 0 where absent.",
              examples = "3")
          @Min(0)
          @Max(100)
          @Nullable Integer retries,
      @Schema(
              description =
                  "How long it may run, ISO 8601, from PT1S to P366D; as long as the lease lasts where absent.")
          @Nullable Duration deadline,
      @Schema(
              description =
                  "How long its pods and their logs stay in the cluster after its end, ISO 8601, from PT1S to P366D; until the lease ends where absent.")
          @Nullable Duration ttl,
      @Schema(description = "What its pods mount.") @Size(max = VOLUMES_MAX)
          @Nullable List<@NotNull @Valid VolumeRequest> volumes,
      @Schema(
              description =
                  "How large /dev/shm may grow, in GiB; it counts as memory of the pod. The cluster's own size where absent, often 64 MiB.",
              examples = "64")
          @Min(1)
          @Max(16_384)
          @Nullable Integer sharedMemoryGib) {

    @Override
    public String toString() {
      return "JobRequest[" + name + "]";
    }

    /** The names of its secret variables, in order. */
    private List<String> secretNames() {
      return secretEnv == null ? List.of() : secretEnv.keySet().stream().sorted().toList();
    }

    private int acceleratorsOfLargest() {
      return acceleratorsByRank == null
          ? Objects.requireNonNull(accelerators)
          : acceleratorsByRank.stream().mapToInt(Integer::intValue).max().orElseThrow();
    }

    private int ranks() {
      if (acceleratorsByRank != null) {
        return acceleratorsByRank.size();
      }
      return parallelism == null ? 1 : parallelism;
    }

    JobSpec toSpec() {
      return new JobSpec(
          name,
          image,
          registryCredentials == null ? null : registryCredentials.username(),
          command == null ? List.of() : command,
          args == null ? List.of() : args,
          env == null ? Map.of() : env,
          secretNames(),
          acceleratorsOfLargest(),
          ranks(),
          acceleratorsByRank == null ? List.of() : acceleratorsByRank,
          retries == null ? 0 : retries,
          deadline,
          ttl,
          volumes == null ? List.of() : volumes.stream().map(VolumeRequest::toVolume).toList(),
          sharedMemoryGib);
    }
  }

  /** Who may pull an image. */
  @Schema(
      name = "RegistryCredentials",
      description =
          "An account of a registry; the password is stored encrypted until the job ends, reaches the cluster as an image pull secret, and is never shown.")
  record RegistryCredentials(
      @Schema(description = "The account's name.", examples = "robot-train")
          @NotNull
          @Size(min = 1, max = 256)
          @Pattern(
              regexp = "[\\x21-\\x39\\x3B-\\x7E]*",
              message = "must be of printable ASCII characters, without spaces and colons")
          String username,
      @Schema(description = "Its password or token.", examples = "…")
          @NotNull
          @Size(min = 1, max = WORD_LENGTH_MAX)
          String password) {

    @Override
    public String toString() {
      return "RegistryCredentials[" + username + "]";
    }
  }

  /** A file system that pods mount. */
  @Schema(
      name = "JobVolumeRequest",
      description =
          "An empty file system of each pod's own, or a claim that the provider made in the lease's namespace")
  record VolumeRequest(
      @Schema(description = "As a DNS label.", examples = "scratch")
          @NotNull
          @Pattern(
              regexp = "[a-z0-9]([-a-z0-9]{0,50}[a-z0-9])?",
              message = "must be a DNS label: lower-case letters, digits and hyphens, at most 52")
          String name,
      @Schema(description = "Where it is mounted.", examples = "/scratch")
          @NotNull
          @Size(max = 1024)
          @Pattern(
              regexp = "(/[A-Za-z0-9._-]+)+",
              message = "must be an absolute path of letters, digits, dots, dashes, underscores")
          String mountPath,
      @Schema(description = "Whether nothing may be written to a claim; false where absent.")
          @Nullable Boolean readOnly,
      @Schema(
              description = "How large an empty one may grow before its pod is stopped, in GiB.",
              examples = "200")
          @Min(1)
          @Max(65_536)
          @Nullable Integer sizeGib,
      @Schema(description = "Name of a persistent volume claim.", examples = "datasets")
          @Pattern(
              regexp = "[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?",
              message = "must be the name of a persistent volume claim")
          @Nullable String claim) {

    JobVolume toVolume() {
      return new JobVolume(name, mountPath, Boolean.TRUE.equals(readOnly), sizeGib, claim);
    }
  }

  /** A file system of a job's pods. */
  @Schema(name = "JobVolume", description = "What a job's pods mount")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record VolumeView(
      @Schema(examples = "scratch") String name,
      @Schema(examples = "/scratch") String mountPath,
      boolean readOnly,
      @Schema(description = "How large it may grow, in GiB; absent for a claim.")
          @Nullable Integer sizeGib,
      @Schema(description = "Name of a persistent volume claim; absent for an empty one.")
          @Nullable String claim) {

    static VolumeView of(JobVolume volume) {
      return new VolumeView(
          volume.name(), volume.mountPath(), volume.readOnly(), volume.sizeGib(), volume.claim());
    }
  }

  /** A job. */
  @Schema(name = "Job", description = "A workload inside a lease")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record JobView(
      @Schema(implementation = JobId.class) String id,
      @Schema(implementation = LeaseId.class) String leaseId,
      @Schema(description = "The tenant's own name for it.", examples = "train-1") String name,
      JobState state,
      @Schema(description = "How it stands, in words.", examples = "All pods ended well.")
          String message,
      @Schema(examples = "registry.example/train:1.4") String image,
      @Schema(
              description = "As whom the image is pulled; absent where anybody may.",
              examples = "robot-train")
          @Nullable String registryUser,
      @Schema(description = "Empty for the image's entry point; absent in lists.")
          @Nullable List<String> command,
      @Schema(description = "Arguments of the command; absent in lists.")
          @Nullable List<String> args,
      @Schema(description = "Environment variables; absent in lists.")
          @Nullable Map<String, String> env,
      @Schema(description = "Names of variables whose values are not shown.")
          List<String> secretNames,
      @Schema(
              description = "Accelerators of each pod, of the largest where they differ.",
              examples = "8")
          int accelerators,
      @Schema(description = "Pods at once.", examples = "2") int parallelism,
      @Schema(description = "Accelerators of each pod, by rank; empty where all are alike.")
          List<Integer> acceleratorsByRank,
      @Schema(description = "How often pods may fail before the job does.", examples = "0")
          int retries,
      @Schema(description = "How long it may run; absent for as long as the lease lasts.")
          @Nullable Duration deadline,
      @Schema(
              description =
                  "How long its pods stay in the cluster after its end; absent until the lease ends.")
          @Nullable Duration ttl,
      @Schema(description = "What its pods mount.") List<VolumeView> volumes,
      @Schema(description = "How large /dev/shm may grow, in GiB; absent for the cluster's size.")
          @Nullable Integer sharedMemoryGib,
      @Schema(
              description =
                  "How often all of its pods have been started anew together, since one failed or was lost or not all ran in time.",
              examples = "0")
          int attempt,
      @Schema(description = "Names of the nodes where its pods run or ran.") List<String> nodes,
      @Schema(description = "What the cluster said of it, oldest first.") List<JobEvent> events,
      @Schema(description = "What permits it.", implementation = DecisionId.class)
          String decisionId,
      @Schema(description = "Whether its end was asked for.") boolean cancelRequested,
      Instant createdAt,
      @Nullable Instant startedAt,
      @Nullable Instant finishedAt) {

    static JobView of(Job job) {
      return of(job, false);
    }

    /** Without what may be long. */
    static JobView summary(Job job) {
      return of(job, true);
    }

    private static JobView of(Job job, boolean isSummary) {
      return new JobView(
          job.id().toString(),
          job.lease().toString(),
          job.spec().name(),
          job.seen().state(),
          job.seen().message(),
          job.spec().image(),
          job.spec().registryUser(),
          isSummary ? null : job.spec().command(),
          isSummary ? null : job.spec().args(),
          isSummary ? null : job.spec().env(),
          job.spec().secretNames(),
          job.spec().acceleratorsPerPod(),
          job.spec().parallelism(),
          job.spec().acceleratorsByRank(),
          job.spec().retries(),
          job.spec().deadline(),
          job.spec().ttl(),
          job.spec().volumes().stream().map(VolumeView::of).toList(),
          job.spec().sharedMemoryGib(),
          job.seen().attempt(),
          job.seen().nodes(),
          job.seen().events(),
          job.decision().toString(),
          job.cancelRequested(),
          job.createdAt(),
          job.seen().startedAt(),
          job.seen().finishedAt());
    }
  }

  /** Names the page in the contract. */
  @Schema(name = "JobPage", description = "A page of jobs")
  record JobPage(List<JobView> items, @Nullable String nextPageToken) {}
}
