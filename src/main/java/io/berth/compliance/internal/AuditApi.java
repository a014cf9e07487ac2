package io.berth.compliance.internal;

import io.berth.audit.AuditEntry;
import io.berth.audit.AuditEntryId;
import io.berth.audit.AuditKeys;
import io.berth.audit.ChainBreak;
import io.berth.audit.ChainReport;
import io.berth.audit.Checkpoint;
import io.berth.platform.OrganizationId;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What the audit trail looks like on the wire: texts are given as they were hashed and signed. */
final class AuditApi {

  private AuditApi() {}

  /** An entry. */
  @Schema(
      name = "AuditEntry",
      description =
          "Who did what and when. Its canonical form, of which the chain's hash is made, is"
              + " `berth-audit-entry-1`, id, at, actor, organizationId (empty where absent), action,"
              + " subject and detail as netstrings: length in UTF-8 bytes, colon, bytes, comma.")
  record EntryView(
      AuditEntryId id,
      @Schema(
              description = "RFC 3339 in UTC with six decimals, as it was hashed",
              examples = "2026-11-23T19:43:24.084735Z")
          String at,
      @Schema(
              description = "A token's subject, or `system:` and the part that worked",
              examples = "system:leasing")
          String actor,
      @Schema(description = "For whom; absent for background work")
          @Nullable OrganizationId organizationId,
      @Schema(description = "What was done", examples = "lease.confirm") String action,
      @Schema(description = "To what", examples = "lease_agpmn4a4tvyrnd6ag6m7s3tnke")
          String subject,
      @Schema(description = "JSON as text, byte for byte as it was hashed", examples = "{}")
          String detail,
      @Schema(description = "Its place in the chain; absent while it is not sealed", examples = "7")
          @Nullable Long position,
      @Schema(
              description =
                  "SHA-256 of the hash before (32 bytes; zeros before position 1) and the canonical"
                      + " form, hexadecimal; absent while it is not sealed")
          @Nullable String hash) {

    static EntryView of(AuditEntry entry) {
      return new EntryView(
          entry.id(),
          entry.time(),
          entry.actor(),
          entry.organization(),
          entry.action(),
          entry.subject(),
          entry.detail(),
          entry.position(),
          entry.hash());
    }
  }

  /** Names the page in the contract. */
  @Schema(name = "AuditEntryPage", description = "A page of audit entries")
  record EntryPage(List<EntryView> items, @Nullable String nextPageToken) {}

  /** A checkpoint. */
  @Schema(
      name = "AuditCheckpoint",
      description =
          "The signed hash of one position, which stands for every entry up to it. What is signed is"
              + " `berth-audit-checkpoint-1`, position, hash, at and keyId, each followed by a"
              + " newline.")
  record CheckpointView(
      @Schema(description = "Up to where it vouches", examples = "1234") long position,
      @Schema(description = "The chain's hash there, hexadecimal") String hash,
      @Schema(
              description = "RFC 3339 in UTC with six decimals, as it was signed",
              examples = "2026-11-23T19:43:24.084735Z")
          String at,
      @Schema(description = "Which key signed it", examples = "0f1e2d3c4b5a6978") String keyId,
      @Schema(description = "Ed25519, base64") String signature) {

    static CheckpointView of(Checkpoint checkpoint) {
      return new CheckpointView(
          checkpoint.position(),
          checkpoint.hash(),
          checkpoint.time(),
          checkpoint.keyId(),
          checkpoint.signature());
    }

    static @Nullable CheckpointView ofNullable(@Nullable Checkpoint checkpoint) {
      return checkpoint == null ? null : of(checkpoint);
    }
  }

  /** Names the page in the contract. */
  @Schema(name = "AuditCheckpointPage", description = "A page of checkpoints")
  record CheckpointPage(List<CheckpointView> items, @Nullable String nextPageToken) {}

  /** A key. */
  @Schema(name = "AuditKey", description = "A public key that checkpoints are checked with")
  record KeyView(
      @Schema(
              description = "The first eight bytes of the SHA-256 of its DER form, hexadecimal",
              examples = "0f1e2d3c4b5a6978")
          String id,
      @Schema(description = "Whether it is the one in use") boolean signs,
      @Schema(description = "SubjectPublicKeyInfo, PEM") String publicKey) {

    static KeyView of(AuditKeys.Key key) {
      return new KeyView(key.id(), key.signs(), key.pem());
    }
  }

  /** All keys. */
  @Schema(name = "AuditKeys", description = "The keys that this service believes")
  record KeysView(@Schema(description = "The one in use first") List<KeyView> items) {}

  /** What a check found. */
  @Schema(name = "AuditVerification", description = "What a check of the chain found")
  record ReportView(
      @Schema(description = "Whether nothing is broken in the stretch that was checked")
          boolean sound,
      @Schema(description = "The first position that was checked", examples = "1") long from,
      @Schema(
              description = "The last that was found as it must be; from − 1 where none was",
              examples = "1234")
          long to,
      @Schema(description = "Sealed entries that were found as they must be", examples = "1234")
          long entries,
      @Schema(description = "Checkpoints that were found as they must be", examples = "17")
          long checkpoints,
      @Schema(
              description =
                  "The last of these: compare it with copies that lie elsewhere, since a chain whose"
                      + " end was cut off with its checkpoints fits together")
          @Nullable CheckpointView lastCheckpoint,
      @Schema(description = "Entries of the whole trail that have no position yet", examples = "2")
          long unsealed,
      @Schema(
              description =
                  "When the oldest of these was written; far back only where the sealer stands still"
                      + " or somebody took a seal away")
          @Nullable Instant oldestUnsealedAt,
      @Schema(description = "Where the chain is broken first; absent where it is sound")
          @Nullable BreakView broken) {

    static ReportView of(ChainReport report) {
      return new ReportView(
          report.broken() == null,
          report.from(),
          report.to(),
          report.entries(),
          report.checkpoints(),
          CheckpointView.ofNullable(report.lastCheckpoint()),
          report.unsealed(),
          report.oldestUnsealedAt(),
          report.broken() == null ? null : BreakView.of(report.broken()));
    }
  }

  /** A break. */
  @Schema(name = "AuditChainBreak", description = "Where the chain is not what it must be")
  record BreakView(
      @Schema(examples = "42") long position,
      ChainBreak.Kind kind,
      @Schema(
              description = "For people",
              examples = "Entry audit_agpmn4a4tvyrnd6ag6m7s3tnke is not what was sealed.")
          String detail) {

    static BreakView of(ChainBreak broken) {
      return new BreakView(broken.position(), broken.kind(), broken.detail());
    }
  }
}
