package io.berth.compliance.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The text of a file of evidence: one JSON document in which the manifest and each part stand on
 * lines of their own, so that what is hashed and signed are bytes of the file itself.
 *
 * @param manifest what is signed
 */
record EvidenceFile(String manifest, String text) {

  /** Named at the manifest's start. */
  static final String FORMAT = "berth-evidence-1";

  /**
   * A part as the manifest has it.
   *
   * @param bytes its length in UTF-8
   * @param sha256 of these, lower-case hexadecimal
   */
  record PartEntry(String name, int bytes, String sha256) {}

  /** The manifest's list of parts. */
  static List<PartEntry> entries(Map<String, String> parts) {
    List<PartEntry> entries = new ArrayList<>();
    parts.forEach((name, json) -> {
      byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
      entries.add(new PartEntry(name, bytes.length, sha256(bytes)));
    });
    return entries;
  }

  /**
   * Puts the file together.
   *
   * @param manifest JSON without line breaks, as all the others
   * @param signature JSON
   * @param parts JSON by name
   */
  static EvidenceFile of(String manifest, String signature, Map<String, String> parts) {
    List<String> lines = new ArrayList<>();
    new LinkedHashMap<>(parts).forEach((name, json) -> lines.add("\"" + name + "\":" + json));
    String text =
        "{\n\"manifest\":"
            + manifest
            + ",\n\"signature\":"
            + signature
            + ",\n\"parts\":{\n"
            + String.join(",\n", lines)
            + "\n}}\n";
    return new EvidenceFile(manifest, text);
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
