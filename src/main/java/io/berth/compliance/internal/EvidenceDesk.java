package io.berth.compliance.internal;

import io.berth.audit.AuditEntry;
import io.berth.audit.AuditKeys;
import io.berth.audit.AuditRecords;
import io.berth.audit.AuditTrail;
import io.berth.audit.EvidencePart;
import io.berth.audit.EvidenceTrace;
import io.berth.compliance.internal.AuditApi.CheckpointView;
import io.berth.compliance.internal.AuditApi.EntryView;
import io.berth.leasing.LeaseId;
import io.berth.platform.Database;
import io.berth.platform.Scope;
import io.berth.platform.StoredJson;
import io.berth.platform.Tx;
import io.quarkus.arc.All;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Gathers everything about a lease into one file. */
@ApplicationScoped
public class EvidenceDesk {

  private static final int ENTRIES_MAX = 10_000;

  /** What belongs to the lease alone: what its entries mention belongs to it as well. */
  private static final List<String> OWN = List.of("lease", "quote", "order", "job");

  /** What may be followed from an entry. */
  private static final List<String> FOLLOWED =
      List.of("quote", "order", "decision", "case", "authorisation", "winddown");

  /** Whose entries are in the file. */
  private static final List<String> SUBJECTS =
      List.of(
          "lease",
          "quote",
          "order",
          "job",
          "decision",
          "case",
          "authorisation",
          "winddown",
          "node",
          "org");

  private final List<EvidencePart> parts;
  private final AuditRecords records;
  private final AuditTrail trail;
  private final AuditKeys keys;
  private final Database database;
  private final StoredJson json;
  private final Clock clock;

  EvidenceDesk(
      @All List<EvidencePart> parts,
      AuditRecords records,
      AuditTrail trail,
      AuditKeys keys,
      Database database,
      StoredJson json,
      Clock clock) {
    this.parts =
        parts.stream()
            .sorted(Comparator.comparingInt(EvidencePart::step).thenComparing(EvidencePart::name))
            .toList();
    this.records = records;
    this.trail = trail;
    this.keys = keys;
    this.database = database;
    this.json = json;
    this.clock = clock;
  }

  /** The file; fails with 404 where there is no such lease. That it was made is audited. */
  Uni<String> export(Scope scope, LeaseId lease) {
    EvidenceTrace trace = new EvidenceTrace();
    trace.add(lease);
    Map<String, String> texts = new LinkedHashMap<>();
    return read(scope, trace, texts, 0, EvidencePart.DECISIONS)
        // Twice, since an order's entries, say, are found by the quote's.
        .chain(() -> follow(scope, trace))
        .chain(() -> follow(scope, trace))
        .chain(() -> read(scope, trace, texts, EvidencePart.DECISIONS, Integer.MAX_VALUE))
        .chain(() -> database.sql(scope, connection -> audit(connection, trace)))
        .invoke(audit -> texts.put("audit", json.write(audit)))
        .map(audit -> file(scope, lease, trace, texts))
        .call(file ->
            database.sql(
                scope,
                connection ->
                    trail.append(
                        Tx.of(connection),
                        scope,
                        "lease.exportEvidence",
                        lease,
                        Map.of(
                            "manifestSha256",
                            EvidenceFile.sha256(
                                file.manifest().getBytes(StandardCharsets.UTF_8))))))
        .map(EvidenceFile::text);
  }

  /** Reads the parts of some steps. */
  private Uni<Void> read(
      Scope scope, EvidenceTrace trace, Map<String, String> texts, int from, int until) {
    Uni<Void> read = Uni.createFrom().voidItem();
    for (EvidencePart part : parts) {
      if (part.step() >= from && part.step() < until) {
        read =
            read.chain(() -> part.read(scope, trace))
                .invoke(value -> texts.put(part.name(), json.write(value)))
                .replaceWithVoid();
      }
    }
    return read;
  }

  /** Looks through the lease's own entries for what else belongs to it. */
  private Uni<Void> follow(Scope scope, EvidenceTrace trace) {
    return database
        .sql(scope, connection -> records.about(connection, trace.of(OWN), ENTRIES_MAX))
        .invoke(entries -> entries.forEach(entry -> trace.addMentioned(FOLLOWED, entry.detail())))
        .replaceWithVoid();
  }

  private Uni<Map<String, Object>> audit(SqlConnection connection, EvidenceTrace trace) {
    return records
        .about(connection, trace.of(SUBJECTS), ENTRIES_MAX)
        .chain(entries -> {
          if (entries.size() == ENTRIES_MAX) {
            trace.truncated("audit");
          }
          long last =
              entries.stream()
                  .map(AuditEntry::position)
                  .mapToLong(position -> position == null ? 0 : position)
                  .max()
                  .orElse(0);
          return records
              .covering(connection, last)
              .chain(covering ->
                  covering.isPresent()
                      ? Uni.createFrom().item(covering)
                      : records.lastCheckpoint(connection))
              .map(checkpoint -> {
                Map<String, Object> audit = new LinkedHashMap<>();
                audit.put("entries", entries.stream().map(EntryView::of).toList());
                // The last there is, where the newest entries are not signed for yet.
                checkpoint.map(CheckpointView::of).ifPresent(view -> audit.put("checkpoint", view));
                audit.put("keys", keys.all().stream().map(AuditApi.KeyView::of).toList());
                return audit;
              });
        });
  }

  private EvidenceFile file(
      Scope scope, LeaseId lease, EvidenceTrace trace, Map<String, String> texts) {
    Map<String, Object> manifest = new LinkedHashMap<>();
    manifest.put("format", EvidenceFile.FORMAT);
    manifest.put("leaseId", lease);
    manifest.put("madeAt", clock.instant());
    manifest.put("madeBy", scope.actor());
    manifest.put("truncated", trace.truncated());
    manifest.put("parts", EvidenceFile.entries(texts));
    String text = json.write(manifest);
    Map<String, Object> signature = new LinkedHashMap<>();
    signature.put("keyId", keys.signingId());
    signature.put("signature", keys.sign(text));
    return EvidenceFile.of(text, json.write(signature), texts);
  }
}
