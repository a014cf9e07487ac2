package io.berth.leasing.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.berth.leasing.Job;
import io.berth.leasing.JobId;
import io.berth.leasing.JobObservation.JobEvent;
import io.berth.leasing.JobSpec;
import io.berth.leasing.JobState;
import io.berth.leasing.LeaseId;
import io.berth.policy.DecisionId;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The wire forms of jobs. */
final class JobApi {

  private static final int WORDS_MAX = 256;
  private static final int WORD_LENGTH_MAX = 16_384;
  private static final int ENV_MAX = 256;

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
      @Schema(description = "Accelerators of each pod.", examples = "8") @NotNull @Min(1) @Max(1024)
          Integer accelerators,
      @Schema(
              description = "Pods at once, all of which must succeed; 1 where absent.",
              examples = "2")
          @Min(1)
          @Max(10_000)
          @Nullable Integer parallelism,
      @Schema(
              description = "How often pods may fail before the job does; 0 where absent.",
              examples = "3")
          @Min(0)
          @Max(100)
          @Nullable Integer retries,
      @Schema(
              description =
                  "How long it may run, ISO 8601, from PT1S to P366D; as long as the lease lasts where absent.")
          @Nullable Duration deadline) {

    JobSpec toSpec() {
      return new JobSpec(
          name,
          image,
          command == null ? List.of() : command,
          args == null ? List.of() : args,
          env == null ? Map.of() : env,
          accelerators,
          parallelism == null ? 1 : parallelism,
          retries == null ? 0 : retries,
          deadline);
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
      @Schema(description = "Empty for the image's entry point.") List<String> command,
      @Schema(description = "Arguments of the command.") List<String> args,
      @Schema(description = "Environment variables.") Map<String, String> env,
      @Schema(description = "Accelerators of each pod.", examples = "8") int accelerators,
      @Schema(description = "Pods at once.", examples = "2") int parallelism,
      @Schema(description = "How often pods may fail before the job does.", examples = "0")
          int retries,
      @Schema(description = "How long it may run; absent for as long as the lease lasts.")
          @Nullable Duration deadline,
      @Schema(description = "Names of the nodes where its pods run or ran.") List<String> nodes,
      @Schema(description = "What the cluster said of it, oldest first.") List<JobEvent> events,
      @Schema(description = "What permits it.", implementation = DecisionId.class)
          String decisionId,
      @Schema(description = "Whether its end was asked for.") boolean cancelRequested,
      Instant createdAt,
      @Nullable Instant startedAt,
      @Nullable Instant finishedAt) {

    static JobView of(Job job) {
      return new JobView(
          job.id().toString(),
          job.lease().toString(),
          job.spec().name(),
          job.seen().state(),
          job.seen().message(),
          job.spec().image(),
          job.spec().command(),
          job.spec().args(),
          job.spec().env(),
          job.spec().acceleratorsPerPod(),
          job.spec().parallelism(),
          job.spec().retries(),
          job.spec().deadline(),
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
