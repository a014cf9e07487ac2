package io.berth.inventory.internal;

import io.berth.inventory.DeviceMismatch;
import io.berth.inventory.DevicesRead;
import io.berth.inventory.NodeId;
import io.berth.inventory.ProbeFinding;
import io.berth.inventory.ProbeId;
import io.berth.inventory.internal.VerificationStore.ProbeRow;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Probes on the wire. */
final class VerificationApi {

  private VerificationApi() {}

  @Schema(name = "NodeProbe", description = "A probe of a node, and what it found")
  record ProbeView(
      ProbeId id,
      NodeId node,
      @Schema(
              description =
                  "running; passed, the devices are as listed; mismatch, they are not; failed,"
                      + " nobody knows",
              examples = "passed")
          String state,
      @Schema(description = "What it ran.", examples = "registry.example/berth-probe-nvidia:1.0")
          String image,
      Instant startedAt,
      @Nullable Instant finishedAt,
      @Schema(
              description = "Why nobody knows, in one CamelCase word.",
              examples = "DeadlineExceeded")
          @Nullable String reason,
      @Nullable String message,
      @Schema(description = "What is not as listed.") List<DeviceMismatch> mismatches,
      @Schema(description = "What the devices say; absent where nothing could be read.")
          @Nullable DevicesRead read) {

    static ProbeView of(ProbeRow row) {
      ProbeFinding finding = row.finding();
      return new ProbeView(
          row.id(),
          row.node(),
          row.state().toLowerCase(Locale.ROOT),
          row.image(),
          row.startedAt(),
          row.finishedAt(),
          finding == null || finding.reason().isEmpty() ? null : finding.reason(),
          finding == null || finding.message().isEmpty() ? null : finding.message(),
          finding == null ? List.of() : finding.mismatches(),
          finding == null ? null : finding.read());
    }
  }

  @Schema(name = "NodeProbePage", description = "A page of probes")
  record ProbePageView(List<ProbeView> items, @Nullable String nextPageToken) {}
}
