package io.berth.kubernetes.domain.device;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Published output of vendors' tools; {@code README.md} beside the files says whose. */
public final class Outputs {

  private Outputs() {}

  /** What a file holds. */
  public static String read(String file) {
    try (InputStream input =
        Objects.requireNonNull(
            Outputs.class.getResourceAsStream("/kubernetes/device/" + file), file)) {
      return new String(input.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One A100, as a probe that was given one device would see it. */
  public static String a100() {
    // Only one of the four was published.
    return read("nvidia-smi-a100-mig.xml").replace("<attached_gpus>4<", "<attached_gpus>1<");
  }

  /** The same machine with so many devices of a name and a memory. */
  public static String nvidia(String name, int count, int memoryMib) {
    String a100 = a100();
    int from = a100.indexOf("    <gpu id=");
    int to = a100.indexOf("</nvidia_smi_log>");
    StringBuilder gpus = new StringBuilder();
    for (int i = 0; i < count; i++) {
      gpus.append(
          a100.substring(from, to)
              .replace("00000000:01:00.0", "00000000:%02X:00.0".formatted(i))
              .replace("NVIDIA A100-SXM4-80GB", name)
              .replace("81920 MiB", memoryMib + " MiB"));
    }
    return a100.substring(0, from).replace("<attached_gpus>1<", "<attached_gpus>" + count + "<")
        + gpus
        + a100.substring(to);
  }

  /** What a probe prints around a tool's output. */
  public static String log(String tool, String output, String... figures) {
    return "berth-probe begin %s%n%s%nberth-probe end %s%n%s%nberth-probe done%n"
        .formatted(tool, output, tool, String.join("\n", figures));
  }
}
