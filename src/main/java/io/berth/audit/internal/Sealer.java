package io.berth.audit.internal;

import io.berth.audit.AuditConfig;
import io.berth.audit.AuditKeys;
import io.berth.audit.Checkpoint;
import io.berth.audit.domain.CanonicalForm;
import io.berth.audit.internal.SealStore.Candidate;
import io.berth.audit.internal.SealStore.Cursor;
import io.berth.audit.internal.SealStore.Head;
import io.berth.audit.internal.SealStore.Seal;
import io.berth.platform.Database;
import io.berth.platform.Scope;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Chains committed entries by hash and signs checkpoints, behind everything that writes entries:
 * nobody waits for it. One replica at a time does it, by a claim with an epoch; every batch is one
 * transaction that locks the sealer's row, so that it either happened or did not, and two never
 * overlap whatever the clocks say.
 */
@ApplicationScoped
public class Sealer {

  private static final Logger LOG = Logger.getLogger(Sealer.class);
  private static final Scope SCOPE = Scope.system("audit");

  /** Batches one tick makes at most, so that a long backlog does not outlast the claim unseen. */
  private static final int BATCHES_MAX = 100;

  private final UUID owner = UUID.randomUUID();
  private final Database database;
  private final AuditKeys keys;
  private final Clock clock;
  private final AuditConfig config;

  /** The claim under which {@link #last} and {@link #swept} hold. */
  private volatile long epoch;

  /** What the chain's end must be while nobody else seals; null where that is not known. */
  private volatile @Nullable Seal last;

  /** Whether strays were looked for under this claim. */
  private volatile boolean swept;

  Sealer(Database database, AuditKeys keys, Clock clock, AuditConfig config) {
    this.database = database;
    this.keys = keys;
    this.clock = clock;
    this.config = config;
  }

  /** Seals what is there. */
  @Scheduled(
      every = "${berth.audit.seal-interval:1s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  public Uni<Void> tick() {
    return sealPending()
        .replaceWithVoid()
        .onFailure()
        .recoverWithUni(failure -> {
          LOG.error("The audit trail could not be sealed", failure);
          return Uni.createFrom().voidItem();
        });
  }

  /** Seals what is there where the claim can be had; gives how many entries that were. */
  Uni<Integer> sealPending() {
    return claim()
        .chain(mine ->
            mine
                ? Multi.createBy()
                    .repeating()
                    .uni(this::batch)
                    .whilst(Batch::more)
                    .select()
                    .first(BATCHES_MAX)
                    .collect()
                    .with(java.util.stream.Collectors.summingInt(Batch::sealed))
                : Uni.createFrom().item(0));
  }

  /** Takes or prolongs the claim; false while it is another's. */
  Uni<Boolean> claim() {
    return database
        .sql(SCOPE, connection -> SealStore.claim(connection, owner, config.claim()))
        .map(found -> {
          if (found.isPresent() && found.get() != epoch) {
            epoch = found.get();
            last = null;
            swept = false;
          }
          return found.isPresent();
        });
  }

  /**
   * What one transaction did.
   *
   * @param more whether there may be more to do
   */
  record Batch(int sealed, boolean more, @Nullable Seal last, boolean swept) {

    static final Batch STALE = new Batch(0, false, null, false);
  }

  /** Seals one batch, or nothing where the claim is no longer the present one. */
  Uni<Batch> batch() {
    return database
        .sql(
            SCOPE,
            connection ->
                SealStore.lock(connection, owner, epoch)
                    .chain(cursor ->
                        cursor.isPresent()
                            ? batch(connection, cursor.get())
                            : Uni.createFrom().item(Batch.STALE)))
        // Kept only once it is committed; after a failure it is not known what is.
        .invoke(batch -> {
          last = batch.last();
          swept = batch.swept();
        })
        .onFailure(failure -> !(failure instanceof ChangedChainException))
        .invoke(failure -> last = null);
  }

  private Uni<Batch> batch(SqlConnection connection, Cursor cursor) {
    return SealStore.head(connection)
        .invoke(this::requireUntouched)
        .chain(head ->
            SealStore.behind(connection, cursor, config.batchSize())
                .chain(candidates -> {
                  if (!candidates.isEmpty()) {
                    return SealStore.move(connection, candidates.getLast().cursor())
                        .chain(() -> seal(connection, head, candidates, swept));
                  }
                  return swept
                      ? seal(connection, head, List.of(), true)
                      : SealStore.strays(connection, cursor, config.batchSize())
                          .chain(strays ->
                              seal(connection, head, strays, strays.size() < config.batchSize()));
                }));
  }

  /**
   * While this replica seals nobody else does: where the chain's end is another than it left, the
   * database was changed behind the service, and a signature must not cover that up.
   */
  private void requireUntouched(Head head) {
    Seal mine = last;
    if (mine != null && (mine.position() != head.position() || !mine.hash().equals(head.hash()))) {
      throw new ChangedChainException(mine);
    }
  }

  /** Stops this replica's sealing until it is started anew: somebody has to look. */
  static final class ChangedChainException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ChangedChainException(Seal sealed) {
      super(
          "the audit chain was changed by somebody else: position "
              + sealed.position()
              + " was sealed with hash "
              + sealed.hash());
    }
  }

  private Uni<Batch> seal(
      SqlConnection connection, Head head, List<Candidate> candidates, boolean sweptNow) {
    List<Seal> seals = new ArrayList<>();
    long position = head.position();
    String hash = head.hash();
    for (Candidate candidate : candidates) {
      if (candidate.entry().position() == null) {
        position++;
        hash = CanonicalForm.hash(hash, candidate.entry().canonical());
        seals.add(new Seal(position, candidate.entry().id().value(), hash));
      }
    }
    Seal end = new Seal(position, seals.isEmpty() ? new UUID(0, 0) : seals.getLast().entry(), hash);
    boolean more = candidates.size() == config.batchSize() || !sweptNow;
    Uni<Void> added =
        seals.isEmpty() ? Uni.createFrom().voidItem() : SealStore.add(connection, seals);
    return added
        .chain(() -> checkpoint(connection, head, end))
        .replaceWith(new Batch(seals.size(), more, end, sweptNow));
  }

  /** Signs the chain's end where the last signature is too old. */
  private Uni<Void> checkpoint(SqlConnection connection, Head head, Seal end) {
    Instant now = clock.instant();
    Instant before = head.checkpointAt();
    if (end.position() == head.checkpointPosition()
        || (before != null
            && Duration.between(before, now).abs().compareTo(config.checkpointInterval()) < 0)) {
      return Uni.createFrom().voidItem();
    }
    String keyId = keys.signingId();
    String signature = keys.sign(CanonicalForm.checkpoint(end.position(), end.hash(), now, keyId));
    Checkpoint checkpoint = new Checkpoint(end.position(), end.hash(), now, keyId, signature);
    return SealStore.add(connection, checkpoint)
        // A copy outside of the database, for whoever keeps logs elsewhere.
        .invoke(() ->
            LOG.infof(
                "Audit checkpoint signed: position=%d hash=%s at=%s keyId=%s signature=%s",
                checkpoint.position(),
                checkpoint.hash(),
                checkpoint.time(),
                checkpoint.keyId(),
                checkpoint.signature()));
  }
}
