package io.berth.kubernetes.domain.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.kubernetes.domain.device.DeviceReport.Device;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logs of probes: published output of the tools, and what somebody could print in its place. */
class ProbeLogTest {

  private static final long MIB = 1L << 20;

  @Test
  void readsAnA100AndNotItsPartitions() throws UnreadableOutputException {
    DeviceReport report = report("nvidia-smi", Outputs.a100());

    assertThat(report)
        .isEqualTo(
            new DeviceReport(
                "NVIDIA", "535.54.03", List.of(new Device("NVIDIA A100-SXM4-80GB", 81920 * MIB))));
  }

  @Test
  void readsFourMi100() throws UnreadableOutputException {
    DeviceReport report = report("rocm-smi", Outputs.read("rocm-smi-mi100.json"));

    assertThat(report)
        .isEqualTo(
            new DeviceReport(
                "AMD",
                "6.3.6",
                Collections.nCopies(
                    4, new Device("Arcturus GL-XL [Instinct MI100]", 34_342_961_152L))));
  }

  @Test
  void readsWhatNewerReleasesOfRocmPrint() throws UnreadableOutputException {
    String warned = "WARNING: AMD GPU device(s) is/are in a low-power state.\n";

    DeviceReport report = report("rocm-smi", warned + Outputs.read("rocm-smi-rx-7900-xt.json"));

    assertThat(report)
        .isEqualTo(
            new DeviceReport(
                "AMD", null, List.of(new Device("Radeon RX 7900 XT", 21_458_059_264L))));
  }

  @Test
  void readsNpusOfOneChip() throws UnreadableOutputException {
    DeviceReport report = report("npu-smi", Outputs.read("npu-smi-910b2.txt"));

    assertThat(report)
        .isEqualTo(
            new DeviceReport(
                "Huawei", "24.1.0.3", Collections.nCopies(3, new Device("910B2", 65536 * MIB))));
  }

  @Test
  void readsEveryChipOfAnNpuAndNotWhoUsesThem() throws UnreadableOutputException {
    DeviceReport report = report("npu-smi", Outputs.read("npu-smi-a3.txt"));

    assertThat(report.driver()).isEqualTo("24.1.rc3.7");
    assertThat(report.devices())
        .isEqualTo(Collections.nCopies(2, new Device("Ascend910", 65536 * MIB)));
  }

  @Test
  void takesTheSlowestDevicesFigures() throws UnreadableOutputException {
    ProbeLog log =
        ProbeLog.read(
            Outputs.log(
                "npu-smi",
                Outputs.read("npu-smi-a3.txt"),
                "berth-probe copy 0 1200.5",
                "berth-probe copy 1 980",
                // Of the other nothing is known, so nothing of both.
                "berth-probe multiply 0 340.25",
                "berth-probe copy 1 -5",
                "berth-probe copy 700 1"));

    assertThat(log.copyGbPerSecond()).contains(new BigDecimal("980"));
    assertThat(log.multiplyTflops()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nothing of ours",
        "berth-probe begin nvidia-smi\nberth-probe end nvidia-smi\nberth-probe done",
        "berth-probe begin nvidia-smi\n<nvidia_smi_log/>\nberth-probe end nvidia-smi\nberth-probe done",
        "berth-probe begin nvidia-smi\n<a><b></a>\nberth-probe end nvidia-smi\nberth-probe done",
        "berth-probe begin rocm-smi\n{\"card0\": 5}\nberth-probe end rocm-smi\nberth-probe done",
        "berth-probe begin rocm-smi\n{\nberth-probe end rocm-smi\nberth-probe done",
        "berth-probe begin rocm-smi\n{}\nberth-probe end rocm-smi\nberth-probe done",
        "berth-probe begin npu-smi\n| 0 910B2 | OK | 1 |\nberth-probe end npu-smi\nberth-probe done",
        "berth-probe begin npu-smi\n| 0 | 0000:C1:00.0 | 1 / 65536 |\nberth-probe end npu-smi\nberth-probe done",
        "berth-probe begin other-smi\n{}\nberth-probe end other-smi\nberth-probe done"
      })
  void readsNothingIntoNonsense(String log) {
    assertThatThrownBy(() -> ProbeLog.read(log)).isInstanceOf(UnreadableOutputException.class);
  }

  @ParameterizedTest
  @CsvSource({
    // A log that breaks off.
    "berth-probe done, ''",
    "berth-probe end nvidia-smi, ''",
    // A device whose memory or name is not told, or is told as somebody likes.
    "81920 MiB, N/A",
    "81920 MiB, -1 MiB",
    "81920 MiB, 99999999999999999999 MiB",
    "NVIDIA A100-SXM4-80GB, ''",
    "NVIDIA A100-SXM4-80GB, '&#27;[2J'",
    "NVIDIA A100-SXM4-80GB, '&e;'",
    // Devices that are counted and not described.
    "<attached_gpus>1<, <attached_gpus>8<"
  })
  void takesNothingThatIsLeftOpenForAnAnswer(String part, String other) {
    String log = Outputs.log("nvidia-smi", Outputs.a100()).replace(part, other);

    assertThatThrownBy(() -> ProbeLog.read(log)).isInstanceOf(UnreadableOutputException.class);
  }

  @Test
  void expandsNoEntityAndReadsNoFile() {
    String log =
        Outputs.log("nvidia-smi", Outputs.a100())
            .replace(
                "<!DOCTYPE nvidia_smi_log SYSTEM \"nvsmi_device_v12.dtd\">",
                "<!DOCTYPE nvidia_smi_log [<!ENTITY e SYSTEM \"file:///etc/hostname\">]>")
            .replace("NVIDIA A100-SXM4-80GB", "NVIDIA &e;");

    assertThatThrownBy(() -> ProbeLog.read(log)).isInstanceOf(UnreadableOutputException.class);
  }

  @Test
  void countsNoDeviceTwice() {
    String twice = Outputs.nvidia("NVIDIA H100 80GB HBM3", 2, 81559);
    String log = Outputs.log("nvidia-smi", twice.replace("00000000:01:00.0", "00000000:00:00.0"));

    assertThatThrownBy(() -> ProbeLog.read(log)).hasMessageContaining("twice");
  }

  @Test
  void readsNoEndlessLog() {
    String log = Outputs.log("nvidia-smi", "<".repeat(ProbeLog.BYTES_MAX));

    assertThatThrownBy(() -> ProbeLog.read(log)).hasMessageContaining("longer than any");
    assertThatThrownBy(() -> ProbeLog.read(Outputs.log("nvidia-smi", "<a>".repeat(100_000))))
        .isInstanceOf(UnreadableOutputException.class);
    assertThatThrownBy(() -> ProbeLog.read(Outputs.log("rocm-smi", "{\"a\":".repeat(100_000))))
        .isInstanceOf(UnreadableOutputException.class);
    assertThatThrownBy(
            () -> ProbeLog.read(Outputs.log("nvidia-smi", Outputs.nvidia("A", 200, 1024))))
        .hasMessageContaining("too many");
  }

  private static DeviceReport report(String tool, String output) throws UnreadableOutputException {
    return ProbeLog.read(Outputs.log(tool, output)).report();
  }
}
