package io.berth.audit.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.berth.audit.AuditChain;
import io.berth.audit.AuditConfig;
import io.berth.audit.AuditKeys;
import io.berth.audit.ChainReport;
import io.berth.audit.internal.Sealer.ChangedChainException;
import io.berth.platform.Database;
import io.berth.platform.Scope;
import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.berth.testing.Locks;
import io.berth.testing.MutableClock;
import io.berth.testing.Trail;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sealers of the test's own on the real tables, while the service's own is kept from sealing. */
@BerthTest
class SealerTest {

  private static final int BATCH_SIZE = 7;
  private static final int WRITERS = 6;
  private static final int TRANSACTIONS_PER_WRITER = 25;
  private static final long SEED = 20261123;

  @Inject Database database;
  @Inject AuditKeys keys;
  @Inject AuditChain chain;

  private final MutableClock clock = new MutableClock();

  private record Settings(Duration checkpointInterval) implements AuditConfig {

    @Override
    public Optional<String> signingKey() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<List<String>> earlierKeys() {
      throw new UnsupportedOperationException();
    }

    @Override
    public String sealInterval() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int batchSize() {
      return BATCH_SIZE;
    }

    @Override
    public Duration claim() {
      return Duration.ofHours(1);
    }
  }

  @BeforeEach
  void holdTheServicesSealer() throws SQLException {
    Trail.hold();
  }

  @AfterEach
  void letItSeal() throws SQLException {
    Trail.release();
  }

  @Test
  void sealsWhatAnEarlierTransactionCommitsLater() throws SQLException {
    Sealer sealer = inOffice();
    try (Connection slow = BerthResource.superuser()) {
      slow.setAutoCommit(false);
      UUID early = Trail.write(slow, "slow");
      UUID late = Trail.write("fast");

      seal(sealer);
      Optional<Long> whileOneRuns = Trail.position(late);
      slow.commit();
      sealAll(sealer, List.of(early, late));

      // What is final is sealed, and nothing else: the slow one would stand behind the cursor.
      assertThat(whileOneRuns).isEmpty();
      assertThat(Trail.position(early)).isPresent();
      assertThat(Trail.position(late)).isPresent();
    }
  }

  @Test
  void sealsEveryEntryOnceWhileManyWriteAndTwoSeal() throws Exception {
    long start = end() + 1;
    List<Sealer> sealers = List.of(replica(), replica());
    AtomicBoolean writing = new AtomicBoolean(true);
    List<UUID> written = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(WRITERS + sealers.size())) {
      List<Future<Void>> sealing =
          sealers.stream().map(sealer -> threads.submit(sealWhile(writing, sealer))).toList();
      List<Future<List<UUID>>> writers = new ArrayList<>();
      for (int writer = 0; writer < WRITERS; writer++) {
        writers.add(threads.submit(writer(new Random(SEED + writer))));
      }
      for (Future<List<UUID>> writer : writers) {
        written.addAll(writer.get(1, TimeUnit.MINUTES));
      }
      writing.set(false);
      for (Future<Void> sealer : sealing) {
        sealer.get(1, TimeUnit.MINUTES);
      }
    }
    sealAll(inOffice(), written);

    ChainReport report = verify(start);
    assertThat(report.broken()).isNull();
    assertThat(report.to()).isEqualTo(end());
    assertThat(report.entries()).isGreaterThanOrEqualTo(written.size());
  }

  /** Takes the other's claim away each time, as if it had run out. */
  private Callable<Void> sealWhile(AtomicBoolean writing, Sealer sealer) {
    return () -> {
      while (writing.get()) {
        Trail.release();
        seal(sealer);
      }
      return null;
    };
  }

  /** Transactions of a few entries each, some of them rolled back. */
  private static Callable<List<UUID>> writer(Random random) {
    return () -> {
      List<UUID> committed = new ArrayList<>();
      try (Connection connection = BerthResource.superuser()) {
        connection.setAutoCommit(false);
        for (int transaction = 0; transaction < TRANSACTIONS_PER_WRITER; transaction++) {
          List<UUID> entries = new ArrayList<>();
          for (int entry = random.nextInt(3); entry >= 0; entry--) {
            entries.add(Trail.write(connection, "busy"));
          }
          if (random.nextInt(5) == 0) {
            connection.rollback();
          } else {
            connection.commit();
            committed.addAll(entries);
          }
        }
      }
      return committed;
    };
  }

  @Test
  void refusesASealerWhoseClaimIsAnothersNow() throws SQLException {
    Sealer stale = inOffice();
    Sealer present = inOffice();
    UUID entry = Trail.write("x");

    assertThat(stale.batch().await().indefinitely().sealed()).isZero();
    assertThat(Trail.position(entry)).isEmpty();
    assertThat(stale.sealPending().await().indefinitely()).isZero();
    assertThat(Trail.position(entry)).isEmpty();
    assertThat(seal(present)).isPositive();
    assertThat(Trail.position(entry)).isPresent();
  }

  @Test
  void losesNothingWhenItDiesBetweenSealsAndCommit() throws SQLException {
    Sealer killed = inOffice();
    // Only now: the service's own sealer may have sealed what was there before.
    UUID entry = Trail.write("x");
    long before = end();
    // Seals are written when the checkpoint waits for this lock.
    try (Locks lock = Locks.taking("lock table audit_checkpoint in share mode")) {
      Future<Integer> sealing =
          killed.sealPending().subscribeAsCompletionStage().toCompletableFuture();
      lock.awaitWaiting(1);
      await()
          .until(() ->
              Trail.value(
                      "select count(pg_terminate_backend(pid)) from pg_stat_activity where"
                          + " wait_event_type = 'Lock' and query like 'insert into audit_checkpoint%'")
                  .equals("1"));
      assertThatThrownBy(sealing::get).isNotNull();
    }

    assertThat(end()).isEqualTo(before);
    assertThat(Trail.position(entry)).isEmpty();
    sealAll(inOffice(), List.of(entry));
    assertThat(verify(before + 1).broken()).isNull();
  }

  @Test
  void signsTheEndWhenTheLastCheckpointIsOldEnough() throws SQLException {
    Sealer sealer = new Sealer(database, keys, clock, new Settings(Duration.ofHours(1)));
    // Later than every checkpoint that another test's clock may have signed.
    clock.move(Duration.ofDays(1000));
    takeOffice(sealer);
    long before = lastCheckpoint();
    sealAll(sealer, List.of(Trail.write("first")));
    long first = lastCheckpoint();
    assertThat(first).isGreaterThan(before);
    sealAll(sealer, List.of(Trail.write("second")));

    assertThat(lastCheckpoint()).isEqualTo(first);
    clock.move(Duration.ofHours(1));
    seal(sealer);
    // The end may move on: the service writes entries, too.
    assertThat(lastCheckpoint()).isGreaterThan(first);
  }

  @Test
  void signsNothingOnceTheEndWasChangedBehindIt() throws SQLException {
    Sealer sealer = inOffice();
    sealAll(sealer, List.of(Trail.write("x")));
    long end = end();
    String hash = Trail.value("select hash from audit_seal where position = " + end);
    Trail.write("y");
    Trail.execute("update audit_seal set hash = '" + "0".repeat(64) + "' where position = " + end);
    try {
      assertThatThrownBy(() -> seal(sealer)).isInstanceOf(ChangedChainException.class);
      assertThatThrownBy(() -> seal(sealer)).isInstanceOf(ChangedChainException.class);
      assertThat(end()).isEqualTo(end);
    } finally {
      Trail.execute("update audit_seal set hash = '" + hash + "' where position = " + end);
    }
  }

  @Test
  void sealsInADatabaseThatWasCopiedFromAnotherServer() throws SQLException {
    seal(inOffice());
    UUID ofTheOther = Trail.write("old");
    Trail.execute(
        "update audit_entry set transaction_id = '9000000000000000' where id = '"
            + ofTheOther
            + "'",
        "update audit_sealer set cursor_transaction_id = '8000000000000000'");
    UUID here = Trail.write("new");
    long before = end();

    sealAll(inOffice(), List.of(ofTheOther, here));

    assertThat(verify(before + 1).broken()).isNull();
    // Sealed once, however often it is looked at again.
    seal(inOffice());
    assertThat(Trail.value("select count(*) from audit_seal where entry_id = '" + ofTheOther + "'"))
        .isEqualTo("1");
  }

  /** One that has the claim, whoever had it before. */
  private Sealer inOffice() throws SQLException {
    Sealer sealer = replica();
    takeOffice(sealer);
    return sealer;
  }

  private static void takeOffice(Sealer sealer) throws SQLException {
    Trail.release();
    // The service's own sealer is as quick at times.
    while (!sealer.claim().await().indefinitely()) {
      Trail.release();
    }
  }

  private Sealer replica() {
    return new Sealer(database, keys, clock, new Settings(Duration.ZERO));
  }

  private static int seal(Sealer sealer) {
    return sealer.sealPending().await().indefinitely();
  }

  /** Others write meanwhile: what is later than one of theirs that goes on is sealed after it. */
  private static void sealAll(Sealer sealer, Collection<UUID> entries) {
    await()
        .until(() -> {
          seal(sealer);
          for (UUID entry : entries) {
            if (Trail.position(entry).isEmpty()) {
              return false;
            }
          }
          return true;
        });
  }

  private ChainReport verify(long from) {
    return chain.verify(Scope.system("test"), from, Optional.empty()).await().indefinitely();
  }

  private static long end() throws SQLException {
    return Long.parseLong(Trail.value("select coalesce(max(position), 0) from audit_seal"));
  }

  private static long lastCheckpoint() throws SQLException {
    return Long.parseLong(Trail.value("select coalesce(max(position), 0) from audit_checkpoint"));
  }
}
