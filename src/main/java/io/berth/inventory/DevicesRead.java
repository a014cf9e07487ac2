package io.berth.inventory;

import java.math.BigDecimal;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What a probe read on a node.
 *
 * @param vendor the maker
 * @param driver the driver's version; null where the tool does not tell it
 * @param devices each that the probe was given
 * @param copyGbPerSecond memory copied within the slowest device; null where not measured
 * @param multiplyTflops FP16 or BF16 multiplication on the slowest device; null where not measured
 */
@Schema(description = "What a probe read on a node")
public record DevicesRead(
    @Schema(examples = "NVIDIA") String vendor,
    @Schema(examples = "535.54.03") @Nullable String driver,
    List<Device> devices,
    @Schema(
            description =
                "Bytes read and written a second within the slowest device, in gigabytes; absent"
                    + " where not measured.",
            examples = "2650")
        @Nullable BigDecimal copyGbPerSecond,
    @Schema(
            description = "FP16 or BF16 TFLOPS of the slowest device; absent where not measured.",
            examples = "640")
        @Nullable BigDecimal multiplyTflops) {

  /** Copies the list. */
  public DevicesRead {
    devices = List.copyOf(devices);
  }

  /**
   * One device.
   *
   * @param name what it calls itself
   * @param memoryMib all of its memory
   */
  @Schema(name = "DeviceRead", description = "A device as it describes itself")
  public record Device(
      @Schema(examples = "NVIDIA H100 80GB HBM3") String name,
      @Schema(examples = "81559") long memoryMib) {}
}
