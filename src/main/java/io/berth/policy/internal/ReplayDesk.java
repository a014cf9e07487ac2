package io.berth.policy.internal;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.berth.audit.AuditEntry;
import io.berth.audit.AuditRecords;
import io.berth.platform.Database;
import io.berth.platform.OrganizationId;
import io.berth.platform.Scope;
import io.berth.policy.ActivePacks;
import io.berth.policy.DecisionId;
import io.berth.policy.Decisions;
import io.berth.policy.PackRef;
import io.berth.policy.PackSet;
import io.berth.policy.RulePack;
import io.berth.policy.internal.FactsReader.Asked;
import io.berth.policy.internal.ReplayApi.Difference;
import io.berth.policy.internal.ReplayApi.Kind;
import io.berth.policy.internal.ReplayApi.Packs;
import io.berth.policy.internal.ReplayApi.View;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Judges old decisions again. */
@ApplicationScoped
public class ReplayDesk {

  /** Entries of the audit trail about one decision that are looked through for its record. */
  private static final int ENTRIES_MAX = 100;

  private final DecisionStore decisions;
  private final PackStore packs;
  private final PackLibrary library;
  private final ActivePacks active;
  private final AuditRecords audit;
  private final Database database;
  private final io.berth.platform.StoredJson json;
  private final Vertx vertx;
  private final Clock clock;

  ReplayDesk(
      DecisionStore decisions,
      PackStore packs,
      PackLibrary library,
      ActivePacks active,
      AuditRecords audit,
      Database database,
      io.berth.platform.StoredJson json,
      Vertx vertx,
      Clock clock) {
    this.decisions = decisions;
    this.packs = packs;
    this.library = library;
    this.active = active;
    this.audit = audit;
    this.database = database;
    this.json = json;
    this.vertx = vertx;
    this.clock = clock;
  }

  /**
   * What is stored about a decision.
   *
   * @param texts of the packs that judged then, by hash
   * @param current the packs in force now
   */
  private record Stored(
      DecisionRow row, Optional<JsonNode> recorded, Map<String, String> texts, PackSet current) {}

  /** Judges a decision that the scope sees again; fails with 404. */
  Uni<View> replay(Scope scope, DecisionId id, Packs by) {
    return database
        .sql(scope, connection -> stored(connection, scope, id))
        .chain(stored ->
            library
                .genuine(stored.texts())
                .chain(genuine ->
                    // Thousands of nodes are judged here, which is too much for an event loop.
                    vertx.executeBlocking(() -> replay(stored, genuine, by), false)));
  }

  private Uni<Stored> stored(SqlConnection connection, Scope scope, DecisionId id) {
    return decisions
        .get(connection, scope, id)
        .chain(row ->
            audit
                .about(connection, List.of(id.toString()), ENTRIES_MAX)
                .map(ReplayDesk::record)
                .chain(recorded ->
                    packs
                        .texts(connection, row.packs().stream().map(PackRef::hash).toList())
                        .chain(texts ->
                            active
                                .locked(connection)
                                .map(current ->
                                    new Stored(row, recorded.map(this::read), texts, current)))));
  }

  private static Optional<String> record(List<AuditEntry> entries) {
    return entries.stream()
        .filter(entry -> entry.action().equals(Decisions.RECORDED))
        .map(AuditEntry::detail)
        .findFirst();
  }

  private JsonNode read(String text) {
    return json.read(text, new TypeReference<>() {});
  }

  private View replay(Stored stored, Map<String, RulePack> genuine, Packs by) {
    DecisionRow row = stored.row();
    List<Difference> differences = new ArrayList<>();
    boolean isReadable = isReadable(row, differences);
    if (isReadable) {
      differences.addAll(
          Replay.tampering(row, stored.recorded(), read(json.write(row.evidence()))));
    }
    Map<PackRef, RulePack> judged = new LinkedHashMap<>();
    for (PackRef ref : row.packs()) {
      RulePack pack = genuine.get(ref.hash());
      if (pack != null) {
        judged.put(ref, pack);
      } else if (by == Packs.STORED) {
        differences.add(lacking(ref, stored.texts().containsKey(ref.hash())));
      }
    }
    if (!isReadable || (by == Packs.STORED && judged.size() < row.packs().size())) {
      return view(row, by, row.packs(), null, differences);
    }
    PackSet set = by == Packs.STORED ? PackSet.again(judged) : stored.current();
    List<PackRef> names = by == Packs.STORED ? row.packs() : names(set, row);
    DecisionRow replayed = Replay.judge(row, set, names);
    List<Difference> between = Replay.between(row, replayed);
    if (by == Packs.STORED && differences.isEmpty() && !between.isEmpty()) {
      differences.add(
          Difference.of(
              Kind.ENGINE,
              "Facts and packs are what they were, and the answer is another: this version of the"
                  + " service judges otherwise.",
              row.verdict(),
              replayed.verdict()));
    }
    differences.addAll(between);
    return view(row, by, names, replayed, differences);
  }

  /** Whether what is stored can be taken for facts and an answer at all. */
  private static boolean isReadable(DecisionRow row, List<Difference> differences) {
    try {
      FactsReader.questions(row.readFacts(), row.period());
    } catch (IllegalStateException | IllegalArgumentException | NullPointerException e) {
      differences.add(
          Difference.of(
              Kind.FACTS_ALTERED,
              "The stored facts cannot be read.",
              row.factsHash(),
              StoredJson.hash(row.facts())));
      return false;
    }
    try {
      row.readJudgements();
    } catch (IllegalStateException e) {
      differences.add(
          Difference.of(Kind.JUDGEMENTS_ALTERED, "The stored answer cannot be read.", "", ""));
      return false;
    }
    return true;
  }

  private static Difference lacking(PackRef ref, boolean isThere) {
    return isThere
        ? Difference.of(
            Kind.PACK_ALTERED,
            "The text that is kept under this hash has another.",
            ref,
            "another text")
        : Difference.of(Kind.PACK_MISSING, "No text is kept under this hash.", ref, "");
  }

  private static List<PackRef> names(PackSet set, DecisionRow row) {
    List<OrganizationId> providers =
        FactsReader.questions(row.readFacts(), row.period()).stream()
            .map(Asked::provider)
            .filter(Objects::nonNull)
            .distinct()
            .toList();
    return set.packs(row.tenant(), providers, row.period());
  }

  private View view(
      DecisionRow row,
      Packs by,
      List<PackRef> names,
      @Nullable DecisionRow replayed,
      List<Difference> differences) {
    return new View(
        row.id(),
        differences.isEmpty(),
        by,
        names,
        row.verdict(),
        replayed == null ? null : replayed.verdict(),
        differences,
        clock.instant());
  }
}
