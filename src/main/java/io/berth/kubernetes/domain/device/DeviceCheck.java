package io.berth.kubernetes.domain.device;

import io.berth.catalog.AcceleratorModel;
import io.berth.catalog.DetectedDevices;
import io.berth.catalog.DeviceDetector;
import io.berth.catalog.SlotKind;
import io.berth.inventory.DeviceMismatch;
import io.berth.inventory.DeviceMismatch.Kind;
import io.berth.inventory.DevicesRead;
import io.berth.inventory.ProbeFinding;
import io.berth.kubernetes.domain.device.DeviceReport.Device;
import io.berth.platform.Figure;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compares what devices say with what they are listed as. What nobody knows is no yes: a name that
 * the table of names does not have mismatches, and so does a device of another maker.
 *
 * <p>Where a slot is less than a device, a probe sees parts or the whole, as the provider's stack
 * has it: then maker and name alone are compared.
 */
public final class DeviceCheck {

  /**
   * How far memory may be off. Makers give it in gigabytes and mean 10^9 or 2^30 bytes, and drivers
   * keep some for themselves: what is read must lie between the figure as the one, less this, and
   * the figure as the other, and this more.
   */
  static final BigDecimal MEMORY_TOLERANCE = new BigDecimal("0.05");

  /** Under which share of the catalogue's figure a measured one mismatches. */
  static final BigDecimal MEASURED_SHARE_MIN = new BigDecimal("0.5");

  private static final BigDecimal GIGABYTE = BigDecimal.TEN.pow(9);
  private static final BigDecimal GIBIBYTE = BigDecimal.valueOf(1L << 30);
  private static final int MEBIBYTE_SHIFT = 20;

  private final DeviceDetector detector;
  private final AcceleratorModel model;
  private final boolean whole;
  private final int slots;

  /**
   * What is expected.
   *
   * @param detector knows the names of models
   * @param model what the pool is listed as
   * @param slotKind what one slot of the pool is
   * @param slots how many the probe was given
   */
  public DeviceCheck(
      DeviceDetector detector, AcceleratorModel model, SlotKind slotKind, int slots) {
    this.detector = detector;
    this.model = model;
    whole = slotKind == SlotKind.WHOLE_DEVICE;
    this.slots = slots;
  }

  /** What follows from what a probe printed. */
  public ProbeFinding finding(ProbeLog log) {
    DeviceReport report = log.report();
    List<DeviceMismatch> mismatches = new ArrayList<>();
    if (report.vendor().equals(model.vendor())) {
      checkNames(report, mismatches);
    } else {
      mismatches.add(new DeviceMismatch(Kind.VENDOR, model.vendor(), report.vendor()));
    }
    if (whole) {
      int found = report.devices().size();
      if (found != slots) {
        mismatches.add(
            new DeviceMismatch(Kind.COUNT, Integer.toString(slots), Integer.toString(found)));
      }
      checkMemory(report, mismatches);
      checkMeasured(Kind.COPY, "GB/s", model.dramGbPerSecond(), log.copyGbPerSecond(), mismatches);
      checkMeasured(
          Kind.MULTIPLY, "TFLOPS", model.denseFp16Tflops(), log.multiplyTflops(), mismatches);
    }
    return ProbeFinding.of(read(log), mismatches);
  }

  private static DevicesRead read(ProbeLog log) {
    DeviceReport report = log.report();
    return new DevicesRead(
        report.vendor(),
        report.driver(),
        report.devices().stream()
            .map(device ->
                new DevicesRead.Device(device.name(), device.memoryBytes() >> MEBIBYTE_SHIFT))
            .toList(),
        log.copyGbPerSecond().orElse(null),
        log.multiplyTflops().orElse(null));
  }

  private void checkNames(DeviceReport report, List<DeviceMismatch> mismatches) {
    report.devices().stream()
        .map(Device::name)
        .distinct()
        .filter(name -> !modelOf(report.vendor(), name).equals(Optional.of(model.id())))
        .forEach(name -> mismatches.add(new DeviceMismatch(Kind.NAME, model.id(), name)));
  }

  /**
   * The model that a device's name means, by the same table that labels are read with: what labels
   * nodes takes the name from the same tools, and puts other signs in the place of blanks.
   */
  private Optional<String> modelOf(String vendor, String name) {
    Map<String, String> labels;
    String resource;
    switch (vendor) {
      case "NVIDIA" -> {
        labels = Map.of("nvidia.com/gpu.product", name.replace(' ', '-'));
        resource = "nvidia.com/gpu";
      }
      case "AMD" -> {
        labels = Map.of("amd.com/gpu.product-name", name.replace(' ', '_'));
        resource = "amd.com/gpu";
      }
      case "Huawei" -> {
        labels = Map.of("node.kubernetes.io/npu.chip.name", name);
        resource = "huawei.com/Ascend910";
      }
      default -> {
        return Optional.empty();
      }
    }
    return detector.detect(labels, Map.of(resource, 1L)).devices().stream()
        .findFirst()
        .map(DetectedDevices::modelId);
  }

  private void checkMemory(DeviceReport report, List<DeviceMismatch> mismatches) {
    BigDecimal least = model.memoryGb().min();
    BigDecimal most = model.memoryGb().max();
    if (least == null || most == null) {
      return;
    }
    BigDecimal bytesMin =
        least.multiply(GIGABYTE).multiply(BigDecimal.ONE.subtract(MEMORY_TOLERANCE));
    BigDecimal bytesMax = most.multiply(GIBIBYTE).multiply(BigDecimal.ONE.add(MEMORY_TOLERANCE));
    report.devices().stream()
        .map(Device::memoryBytes)
        .distinct()
        .filter(bytes ->
            BigDecimal.valueOf(bytes).compareTo(bytesMin) < 0
                || BigDecimal.valueOf(bytes).compareTo(bytesMax) > 0)
        .forEach(bytes ->
            mismatches.add(
                new DeviceMismatch(
                    Kind.MEMORY,
                    (least.equals(most) ? "" : least.toPlainString() + " to ")
                        + most.toPlainString()
                        + " GB",
                    BigDecimal.valueOf(bytes)
                            .divide(GIGABYTE, 1, RoundingMode.HALF_UP)
                            .toPlainString()
                        + " GB")));
  }

  private static void checkMeasured(
      Kind kind,
      String unit,
      Figure listed,
      Optional<BigDecimal> measured,
      List<DeviceMismatch> mismatches) {
    BigDecimal least = listed.min();
    if (least != null
        && measured.isPresent()
        && measured.get().compareTo(least.multiply(MEASURED_SHARE_MIN)) < 0) {
      mismatches.add(
          new DeviceMismatch(
              kind,
              least.toPlainString() + " " + unit,
              measured.get().toPlainString() + " " + unit));
    }
  }
}
