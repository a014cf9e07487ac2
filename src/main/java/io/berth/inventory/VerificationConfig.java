package io.berth.inventory;

import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** Settings of the verification of what nodes' devices are. */
public interface VerificationConfig {

  /** What probes run, by vendor; of a vendor without an image nothing is verified. */
  Images images();

  /** How old a pool's last pass may be where an offer is published, from a minute to a year. */
  @WithDefault("P7D")
  @NotNull
  @DurationMin(minutes = 1)
  @DurationMax(days = 366)
  Duration validity();

  /** How long after a round of probes the next one begins, from a minute to a year. */
  @WithDefault("P3D")
  @NotNull
  @DurationMin(minutes = 1)
  @DurationMax(days = 366)
  Duration interval();

  /** How long a probe may take, the pull of its image included, from 10 seconds to an hour. */
  @WithDefault("PT5M")
  @NotNull
  @DurationMin(seconds = 10)
  @DurationMax(hours = 1)
  Duration deadline();

  /** How many nodes of a pool are probed in a round, from 1 to 100. */
  @WithDefault("3")
  @Min(1)
  @Max(100)
  int nodesMax();

  /** How many rounds in a row may come to no verdict until that is shown, from 1 to 20. */
  @WithDefault("5")
  @Min(1)
  @Max(20)
  int attemptsMax();

  /**
   * The wait after a round that came to no verdict, doubled with each that follows, for a node to
   * come free, and between two rounds that somebody asks for; from a second to a day.
   */
  @WithDefault("PT1M")
  @NotNull
  @DurationMin(seconds = 1)
  @DurationMax(days = 1)
  Duration retryWait();

  /** Images by vendor. Each prints what {@code src/docs/providers.md} says. */
  interface Images {

    /** Of NVIDIA's devices: prints {@code nvidia-smi -q -x}. */
    Optional<String> nvidia();

    /** Of AMD's: prints {@code rocm-smi} as JSON. */
    Optional<String> amd();

    /** Of Huawei's: prints {@code npu-smi info}. */
    Optional<String> huawei();

    /** The image for a vendor as the catalogue names it; empty where nothing is verified of it. */
    default Optional<String> of(String vendor) {
      return switch (vendor) {
        case "NVIDIA" -> nvidia();
        case "AMD" -> amd();
        case "Huawei" -> huawei();
        default -> Optional.empty();
      };
    }
  }
}
