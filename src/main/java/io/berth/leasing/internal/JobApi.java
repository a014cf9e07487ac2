package io.berth.leasing.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.berth.leasing.Job;
import io.berth.leasing.JobObservation.JobEvent;
import io.berth.leasing.JobSpec;
import io.berth.leasing.JobState;
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
  @Schema(name = "JobRequest")
  record JobRequest(
      @Schema(description = "A name of the tenant's own, as a DNS label.", examples = "train-1")
          @NotNull
          @Pattern(
              regexp = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?",
              message = "must be a DNS label: lower-case letters, digits and hyphens, at most 63")
          String name,
      @Schema(examples = "registry.example/train:1.4")
          @NotNull
          @Size(min = 1, max = 512)
          @Pattern(
              regexp = "[A-Za-z0-9][A-Za-z0-9._\\-/:@]*",
              message = "must be the reference of a container image")
          String image,
      @Schema(description = "Replaces the image's entry point.") @Size(max = WORDS_MAX)
          @Nullable List<@NotNull @Size(max = WORD_LENGTH_MAX) String> command,
      @Size(max = WORDS_MAX) @Nullable List<@NotNull @Size(max = WORD_LENGTH_MAX) String> args,
      @Schema(description = "Environment variables.") @Size(max = ENV_MAX)
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
      @Schema(description = "Pods at once, all of which must succeed; 1 where absent.")
          @Min(1)
          @Max(10_000)
          @Nullable Integer parallelism,
      @Schema(description = "How often pods may fail before the job does; 0 where absent.")
          @Min(0)
          @Max(100)
          @Nullable Integer retries,
      @Schema(
              description =
                  "How long it may run, ISO 8601; as long as the lease lasts where absent.",
              implementation = String.class,
              examples = "PT2H")
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
  @Schema(name = "Job")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record JobView(
      @Schema(examples = "job_aga5mkbzmp2zdjl3lrvhsh7rse") String id,
      String leaseId,
      String name,
      JobState state,
      @Schema(description = "How it stands, in words.") String message,
      String image,
      List<String> command,
      List<String> args,
      Map<String, String> env,
      int accelerators,
      int parallelism,
      int retries,
      @Schema(implementation = String.class) @Nullable Duration deadline,
      @Schema(description = "Names of the nodes where its pods run or ran.") List<String> nodes,
      @Schema(description = "What the cluster said of it, oldest first.") List<JobEvent> events,
      @Schema(description = "What permits it.") String decisionId,
      boolean cancelRequested,
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
}
