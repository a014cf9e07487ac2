package io.berth.kubernetes.domain;

import io.berth.kubernetes.domain.AdmissionChain.Write;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps what the policies were asked and what they answered, for {@code
 * k8s/testing/admission-engine/check.sh}, which asks Kubernetes' own engine the same. Only where
 * the property {@code berth.admission.writes} names a file; a write and its answer a line.
 */
final class AdmissionLog {

  private static final String FILE = System.getProperty("berth.admission.writes", "");

  private AdmissionLog() {}

  static void keep(Write write, List<String> refusals) {
    if (FILE.isEmpty()) {
      return;
    }
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("operation", write.operation());
    line.put("group", write.group());
    line.put("resource", write.resource());
    line.put("namespace", write.namespace());
    line.put("user", write.user());
    line.put("groups", write.groups());
    line.put("object", write.object());
    line.put("oldObject", write.oldObject());
    line.put("options", write.options());
    line.put("refusals", refusals);
    try {
      Files.writeString(
          Path.of(FILE),
          AdmissionWrites.JSON.asJson(line) + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
