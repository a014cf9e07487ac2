package io.berth.kubernetes.domain.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.catalog.AcceleratorCatalog;
import io.berth.catalog.DeviceDetector;
import io.berth.catalog.SlotKind;
import io.berth.inventory.DeviceMismatch;
import io.berth.inventory.DeviceMismatch.Kind;
import io.berth.inventory.ProbeFinding;
import io.berth.inventory.ProbeFinding.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Devices beside what they are listed as. */
class DeviceCheckTest {

  private static final AcceleratorCatalog CATALOG = new AcceleratorCatalog();
  private static final DeviceDetector DETECTOR = new DeviceDetector(CATALOG);
  private static final String H100 = "NVIDIA H100 80GB HBM3";

  @Test
  void passesWhatIsAsListed() throws UnreadableOutputException {
    ProbeFinding finding = nvidia("nvidia-h100-sxm", 8, Outputs.nvidia(H100, 8, 81559));

    assertThat(finding.verdict()).isEqualTo(Verdict.PASSED);
    assertThat(finding.mismatches()).isEmpty();
    assertThat(finding.read().driver()).isEqualTo("535.54.03");
    assertThat(finding.read().devices()).hasSize(8);
    assertThat(finding.read().devices().getFirst().memoryMib()).isEqualTo(81559);
  }

  /** What devices of these models report; the resources' README says who published it. */
  @ParameterizedTest
  @CsvSource({
    "nvidia-h100-sxm, NVIDIA H100 80GB HBM3, 81559",
    "nvidia-a100-80g-sxm, NVIDIA A100-SXM4-80GB, 81920",
    "nvidia-l40s, NVIDIA L40S, 46068",
    "nvidia-l4, NVIDIA L4, 23034"
  })
  void knowsTheMemoryOfEveryDay(String model, String name, int memoryMib)
      throws UnreadableOutputException {
    assertThat(nvidia(model, 1, Outputs.nvidia(name, 1, memoryMib)).mismatches()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    // 80 GB less 5 % of 10^9 bytes each, and 5 % more of 2^30.
    "72479, true",
    "72480, false",
    "86016, false",
    "86017, true"
  })
  void comparesMemoryWithinBounds(int memoryMib, boolean mismatches)
      throws UnreadableOutputException {
    ProbeFinding finding = nvidia("nvidia-h100-sxm", 1, Outputs.nvidia(H100, 1, memoryMib));

    assertThat(finding.mismatches().stream().map(DeviceMismatch::kind))
        .isEqualTo(mismatches ? List.of(Kind.MEMORY) : List.of());
  }

  @Test
  void passesAmdAndHuawei() throws UnreadableOutputException {
    String mi300x =
        Outputs.read("rocm-smi-rx-7900-xt.json")
            .replace("Radeon RX 7900 XT", "AMD Instinct MI300X")
            .replace("21458059264", "206141652992");
    assertThat(finding("amd-mi300x", SlotKind.WHOLE_DEVICE, 1, Outputs.log("rocm-smi", mi300x)))
        .extracting(ProbeFinding::verdict)
        .isEqualTo(Verdict.PASSED);
    String npus = Outputs.log("npu-smi", Outputs.read("npu-smi-910b2.txt"));
    assertThat(finding("huawei-ascend-910b", SlotKind.WHOLE_DEVICE, 3, npus).verdict())
        .isEqualTo(Verdict.PASSED);
  }

  @Test
  void namesEveryDifference() throws UnreadableOutputException {
    ProbeFinding finding = nvidia("nvidia-h200-sxm", 8, Outputs.a100());

    assertThat(finding.verdict()).isEqualTo(Verdict.MISMATCH);
    assertThat(finding.mismatches())
        .containsExactly(
            new DeviceMismatch(Kind.NAME, "nvidia-h200-sxm", "NVIDIA A100-SXM4-80GB"),
            new DeviceMismatch(Kind.COUNT, "8", "1"),
            new DeviceMismatch(Kind.MEMORY, "141 GB", "85.9 GB"));
  }

  @Test
  void takesANameThatNobodyKnowsForNoYes() throws UnreadableOutputException {
    ProbeFinding renamed =
        nvidia("nvidia-h100-sxm", 1, Outputs.nvidia("NVIDIA H100 81GB HBM3", 1, 81559));
    // The family alone, which an A3 server's tool prints.
    ProbeFinding family =
        finding(
            "huawei-ascend-910c",
            SlotKind.SHARE,
            2,
            Outputs.log("npu-smi", Outputs.read("npu-smi-a3.txt")));

    assertThat(renamed.mismatches())
        .containsExactly(new DeviceMismatch(Kind.NAME, "nvidia-h100-sxm", "NVIDIA H100 81GB HBM3"));
    assertThat(family.mismatches())
        .containsExactly(new DeviceMismatch(Kind.NAME, "huawei-ascend-910c", "Ascend910"));
  }

  @Test
  void seesAnotherMaker() throws UnreadableOutputException {
    ProbeFinding finding =
        finding(
            "nvidia-l40s",
            SlotKind.WHOLE_DEVICE,
            4,
            Outputs.log("rocm-smi", Outputs.read("rocm-smi-mi100.json")));

    assertThat(finding.mismatches())
        .containsExactly(
            new DeviceMismatch(Kind.VENDOR, "NVIDIA", "AMD"),
            new DeviceMismatch(Kind.MEMORY, "48 GB", "34.3 GB"));
  }

  @Test
  void comparesMakerAndNameAloneOfPartsOfDevices() throws UnreadableOutputException {
    String log = Outputs.log("nvidia-smi", Outputs.a100(), "berth-probe copy 0 1");

    assertThat(finding("nvidia-a100-80g-sxm", SlotKind.MIG_INSTANCE, 7, log).verdict())
        .isEqualTo(Verdict.PASSED);
    assertThat(finding("nvidia-h100-sxm", SlotKind.MIG_INSTANCE, 7, log).mismatches())
        .extracting(DeviceMismatch::kind)
        .containsExactly(Kind.NAME);
  }

  @Test
  void mismatchesUnderHalfOfWhatTheCatalogueSays() throws UnreadableOutputException {
    String h100 = Outputs.nvidia(H100, 1, 81559);
    // 3350 GB/s and 989.5 TFLOPS are listed.
    String half =
        Outputs.log("nvidia-smi", h100, "berth-probe copy 0 1675", "berth-probe multiply 0 494.75");
    String less =
        Outputs.log(
            "nvidia-smi", h100, "berth-probe copy 0 1674.9", "berth-probe multiply 0 494.7");

    assertThat(finding("nvidia-h100-sxm", SlotKind.WHOLE_DEVICE, 1, half).verdict())
        .isEqualTo(Verdict.PASSED);
    assertThat(finding("nvidia-h100-sxm", SlotKind.WHOLE_DEVICE, 1, less).mismatches())
        .containsExactly(
            new DeviceMismatch(Kind.COPY, "3350 GB/s", "1674.9 GB/s"),
            new DeviceMismatch(Kind.MULTIPLY, "989.5 TFLOPS", "494.7 TFLOPS"));
  }

  private static ProbeFinding nvidia(String model, int slots, String output)
      throws UnreadableOutputException {
    return finding(model, SlotKind.WHOLE_DEVICE, slots, Outputs.log("nvidia-smi", output));
  }

  private static ProbeFinding finding(String model, SlotKind slotKind, int slots, String log)
      throws UnreadableOutputException {
    return new DeviceCheck(DETECTOR, CATALOG.find(model).orElseThrow(), slotKind, slots)
        .finding(ProbeLog.read(log));
  }
}
