package io.berth.compliance.internal;

import io.berth.compliance.internal.EvidenceFile.PartEntry;
import io.berth.leasing.LeaseId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What a file of evidence looks like; for the contract, since the file is written as text. */
final class EvidenceApi {

  static final String EXAMPLE =
      """
      {
      "manifest":{"format":"berth-evidence-1","leaseId":"lease_agpmn4a4tvyrnd6ag6m7s3tnke","madeAt":"2026-11-23T19:43:24.084735Z","madeBy":"officer-1","truncated":[],"parts":[{"name":"lease","bytes":2,"sha256":"44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"}]},
      "signature":{"keyId":"0f1e2d3c4b5a6978","signature":"nPz2aJ8m3m9mXfJ0m6vX1c0yq0m1X8mQ8m3m9mXfJ0m6vX1c0yq0m1X8mQ8m3m9mXfJ0m6vX1c0yq0m1X8mQAA=="},
      "parts":{
      "lease":{}
      }}
      """;

  private EvidenceApi() {}

  /** The file. */
  @Schema(
      name = "LeaseEvidence",
      description =
          "Everything about a lease. The manifest and each part stand on lines of their own: the"
              + " hashes and the signature are over these bytes as they are in the file, from behind"
              + " the name and its colon to before the comma or the end of the line.")
  record FileView(
      ManifestView manifest,
      SignatureView signature,
      @Schema(
              description =
                  "lease, quote, jobs, decisions (facts and answers as texts), rulePacks (texts by"
                      + " hash), reviewCases, organizations, nodes, ledger, audit, and what else the"
                      + " service knows")
          Map<String, Object> parts) {}

  /** The manifest. */
  @Schema(name = "LeaseEvidenceManifest", description = "What the file holds")
  record ManifestView(
      @Schema(examples = "berth-evidence-1") String format,
      LeaseId leaseId,
      Instant madeAt,
      @Schema(description = "Who asked for it", examples = "officer-1") String madeBy,
      @Schema(description = "Of what there was more than a file holds; empty where it is whole")
          List<String> truncated,
      List<PartEntry> parts) {}

  /** The signature. */
  @Schema(name = "LeaseEvidenceSignature", description = "Over the manifest's bytes")
  record SignatureView(
      @Schema(description = "A key of `/v1/audit/keys`", examples = "0f1e2d3c4b5a6978")
          String keyId,
      @Schema(description = "Ed25519, base64") String signature) {}
}
