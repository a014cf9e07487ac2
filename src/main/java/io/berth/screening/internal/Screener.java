package io.berth.screening.internal;

import io.berth.audit.AuditTrail;
import io.berth.identity.LegalFacts;
import io.berth.identity.Organization;
import io.berth.identity.Organizations;
import io.berth.identity.Screening;
import io.berth.identity.ScreeningState;
import io.berth.platform.Database;
import io.berth.platform.OrganizationId;
import io.berth.platform.Outbox;
import io.berth.platform.Scope;
import io.berth.platform.StoredJson;
import io.berth.platform.Tx;
import io.berth.review.CaseId;
import io.berth.review.CaseKind;
import io.berth.review.NewCase;
import io.berth.review.ReviewCases;
import io.berth.screening.MatchId;
import io.berth.screening.MatchSettings;
import io.berth.screening.ScreeningConfig;
import io.berth.screening.ScreeningHit;
import io.berth.screening.ScreeningLists;
import io.berth.screening.ScreeningLists.Loaded;
import io.berth.screening.internal.MatchStore.Task;
import io.berth.screening.internal.ScreeningApi.HitView;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * Screens organizations that wait for it. A claim that is not finished comes due again, so that
 * nothing is lost with a replica; screening twice finds the same and opens no second case.
 */
@ApplicationScoped
public class Screener {

  private static final Logger LOG = Logger.getLogger(Screener.class);
  private static final Scope SCOPE = Scope.system("screening");
  private static final Duration RETRY_DELAY_MAX = Duration.ofMinutes(30);
  private static final int DOUBLINGS_MAX = 10;
  private static final String NO_LONGER_ASKED =
      "The list or the facts have changed: this entry is no longer like them.";

  private final Database database;
  private final MatchStore store;
  private final ScreeningLists lists;
  private final Organizations organizations;
  private final ReviewCases cases;
  private final AuditTrail audit;
  private final Outbox outbox;
  private final StoredJson json;
  private final ScreeningConfig config;
  private final Vertx vertx;
  private final Clock clock;

  Screener(
      Database database,
      MatchStore store,
      ScreeningLists lists,
      Organizations organizations,
      ReviewCases cases,
      AuditTrail audit,
      Outbox outbox,
      StoredJson json,
      ScreeningConfig config,
      Vertx vertx,
      Clock clock) {
    this.database = database;
    this.store = store;
    this.lists = lists;
    this.organizations = organizations;
    this.cases = cases;
    this.audit = audit;
    this.outbox = outbox;
    this.json = json;
    this.config = config;
    this.vertx = vertx;
    this.clock = clock;
  }

  /** A hit on one subject, with what a finding about it counts for. */
  private record Found(Subject subject, Match.Key key, ScreeningHit hit) {}

  @Scheduled(
      every = "${berth.screening.task-interval:1s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> tick() {
    return screenDue()
        .chain(taken ->
            // A full batch: there is a queue, and it does not wait for ticks.
            taken < config.batchSize() ? Uni.createFrom().voidItem() : tick());
  }

  /** Screens one batch; gives how many organizations it took on. */
  Uni<Integer> screenDue() {
    Instant now = clock.instant();
    return database
        .sql(
            SCOPE,
            connection ->
                store.claim(connection, now, now.plus(config.claim()), config.batchSize()))
        .chain(tasks ->
            tasks.isEmpty()
                ? Uni.createFrom().item(0)
                : Multi.createFrom()
                    .iterable(tasks)
                    .onItem()
                    .transformToUniAndConcatenate(this::screen)
                    .onItem()
                    .ignoreAsUni()
                    .replaceWith(tasks.size()));
  }

  private Uni<Void> screen(Task task) {
    return lists
        .refreshed()
        .chain(loaded ->
            organizations
                .get(SCOPE, task.organization())
                // Comparing dozens of owners with all parties would keep the event loop.
                .chain(organization ->
                    vertx.executeBlocking(
                        () -> new Searched(organization, search(organization, loaded)), false))
                .chain(searched ->
                    database
                        .sql(SCOPE, connection -> record(connection, task, searched, loaded))
                        .chain(lost -> restore(task.organization(), lost))))
        .onFailure()
        .recoverWithUni(failure -> {
          LOG.warnf(
              failure,
              "An organization could not be screened: organizationId=%s attempt=%d",
              task.organization(),
              task.attempts());
          return database.sql(
              SCOPE,
              connection -> store.later(connection, task, clock.instant().plus(delay(task))));
        });
  }

  private record Searched(Organization organization, List<Found> found) {}

  /** Writes again what officers found about owners: no organization takes that back itself. */
  private Uni<Void> restore(OrganizationId id, List<Match.Key> lost) {
    Uni<Void> restored = Uni.createFrom().voidItem();
    for (Match.Key key : lost) {
      restored =
          restored.chain(
              () -> organizations.found(SCOPE, id, key.listing(), key.owner()).replaceWithVoid());
    }
    return restored;
  }

  /** Whether the facts do not say of an owner what officers found about it. */
  private static boolean isLost(Organization organization, Match.Key key) {
    LegalFacts facts = organization.facts();
    return !key.owner().isEmpty() && !facts.ownerListed(key.owner(), key.listing()).equals(facts);
  }

  /** The findings about owners that stand and that the facts do not tell of. */
  private static List<Match.Key> lost(
      Organization organization, List<Found> found, List<Match> known) {
    Map<Match.Key, MatchState> states = new HashMap<>();
    known.forEach(match -> states.put(match.key(), match.state()));
    return found.stream()
        .map(Found::key)
        .filter(key -> states.get(key) == MatchState.SAME_PARTY && isLost(organization, key))
        .distinct()
        .toList();
  }

  private Duration delay(Task task) {
    Duration delay =
        config.retryDelay().multipliedBy(1L << Math.min(task.attempts() - 1, DOUBLINGS_MAX));
    return delay.compareTo(RETRY_DELAY_MAX) < 0 ? delay : RETRY_DELAY_MAX;
  }

  private List<Found> search(Organization organization, Loaded loaded) {
    // All of them: beyond a limit that was reached by what is set aside, others would be missed.
    MatchSettings settings = new MatchSettings(config.threshold(), Integer.MAX_VALUE);
    List<Found> found = new ArrayList<>();
    for (Subject subject : Subject.of(organization)) {
      for (ScreeningHit hit : loaded.index().search(subject.query(), settings)) {
        found.add(
            new Found(
                subject,
                new Match.Key(
                    subject.owner(),
                    hit.party().listing(),
                    hit.party().uid(),
                    Subject.hash(json.write(hit.party())),
                    subject.factsHash()),
                hit));
      }
    }
    return found;
  }

  /** Writes what was found; gives the findings that are to be written into the facts again. */
  private Uni<List<Match.Key>> record(
      SqlConnection connection, Task task, Searched searched, Loaded loaded) {
    Organization organization = searched.organization();
    return store
        .lockOrganization(connection, organization.id())
        .chain(version -> {
          if (version != organization.version()) {
            // It has changed under the search: the task comes due again, at once.
            return store.later(connection, task, clock.instant()).replaceWith(List.of());
          }
          return store
              .of(connection, organization.id())
              .chain(known -> {
                List<Match.Key> lost = lost(organization, searched.found(), known);
                return record(connection, organization, searched.found(), known, loaded)
                    .chain(() ->
                        lost.isEmpty()
                            ? store.done(connection, task)
                            // Until the facts tell of it again, which is after this transaction.
                            : store.later(connection, task, clock.instant().plus(delay(task))))
                    .replaceWith(lost);
              });
        });
  }

  private Uni<Void> record(
      SqlConnection connection,
      Organization organization,
      List<Found> found,
      List<Match> known,
      Loaded loaded) {
    Map<Match.Key, Match> before = new LinkedHashMap<>();
    known.forEach(match -> before.put(match.key(), match));
    Map<Subject, Integer> asked = asked(found, before);
    ScreeningState state =
        lists.isComplete(loaded) ? ScreeningState.CLEAR : ScreeningState.NOT_SCREENED;
    Uni<Void> written = Uni.createFrom().voidItem();
    for (Found one : found) {
      Match match = before.remove(one.key());
      MatchState finding = match == null ? MatchState.GONE : match.state();
      switch (finding) {
        case GONE -> {
          // Beyond the limit it is asked about later, and until then nobody is clear.
          state = ScreeningState.HIT;
          if (asked.merge(one.subject(), 1, Integer::sum) <= config.hitsMax()) {
            written = written.chain(() -> open(connection, organization, one));
          }
        }
        case OPEN -> state = ScreeningState.HIT;
        case SAME_PARTY -> {
          if (isLost(organization, one.key())) {
            state = ScreeningState.HIT;
          } else if (state != ScreeningState.HIT && one.key().owner().isEmpty()) {
            // What is found of an owner stands with the owner.
            state = ScreeningState.LISTED;
          }
        }
        case ANOTHER_PARTY -> {
          // Officers have looked at this entry and these facts.
        }
      }
    }
    for (Match left : before.values()) {
      if (left.state() != MatchState.GONE) {
        written = written.chain(() -> store.set(connection, left.id(), MatchState.GONE));
      }
      if (left.state() == MatchState.OPEN) {
        written =
            written.chain(() -> cases.withdraw(connection, SCOPE, left.caseId(), NO_LONGER_ASKED));
      }
    }
    if (loaded.versions().isEmpty()
        && organization.screening().state() == ScreeningState.NOT_SCREENED) {
      // Nothing was searched, and nobody is told that something was.
      return written;
    }
    Screening screening = new Screening(state, clock.instant(), loaded.hash());
    return written
        .chain(() -> organizations.screened(Tx.of(connection), organization.id(), screening))
        .chain(() -> tell(connection, organization, screening, found.size()));
  }

  /** How many questions about each subject are with officers already. */
  private static Map<Subject, Integer> asked(List<Found> found, Map<Match.Key, Match> known) {
    Map<Subject, Integer> asked = new HashMap<>();
    for (Found one : found) {
      Match match = known.get(one.key());
      if (match != null && match.state() == MatchState.OPEN) {
        asked.merge(one.subject(), 1, Integer::sum);
      }
    }
    return asked;
  }

  private Uni<Void> open(SqlConnection connection, Organization organization, Found found) {
    Match.Key key = found.key();
    MatchId id = MatchId.fresh();
    HitView hit = HitView.of(found.hit());
    return cases
        .open(
            Tx.of(connection),
            SCOPE,
            new NewCase(
                CaseKind.SCREENING,
                organization.id(),
                found.hit().party().key() + (key.owner().isEmpty() ? "" : " owner " + key.owner()),
                Subject.hash(key.entryHash() + key.factsHash()),
                id,
                key.owner().isEmpty()
                    ? "A denied-party list names somebody like the organization."
                    : "A denied-party list names somebody like an owner of the organization.",
                detail(organization, key, hit)))
        .chain((CaseId caseId) ->
            store.open(
                connection,
                new Match(
                    id,
                    organization.id(),
                    key.owner(),
                    key.listing(),
                    key.uid(),
                    key.entryHash(),
                    key.factsHash(),
                    MatchState.OPEN,
                    found.hit().score(),
                    hit,
                    caseId,
                    clock.instant())));
  }

  private static Map<String, Object> detail(Organization organization, Match.Key key, HitView hit) {
    Map<String, Object> detail = new LinkedHashMap<>();
    detail.put("comparedName", key.owner().isEmpty() ? organization.name() : key.owner());
    detail.put("comparedAs", key.owner().isEmpty() ? "organization" : "owner");
    detail.put("hit", hit);
    detail.put("toApprove", CaseAnswers.APPROVED_MEANS);
    detail.put("toRefuse", CaseAnswers.REFUSED_MEANS);
    return detail;
  }

  private Uni<Void> tell(
      SqlConnection connection, Organization organization, Screening screening, int hits) {
    Screening before = organization.screening();
    if (before.state() == screening.state()) {
      return Uni.createFrom().voidItem();
    }
    Map<String, Object> detail =
        Map.of(
            "before", before.state(),
            "state", screening.state(),
            "listsHash", String.valueOf(screening.listsHash()),
            "hits", hits);
    return audit
        .append(Tx.of(connection), SCOPE, "organization.screen", organization.id(), detail)
        .chain(() ->
            outbox.append(Tx.of(connection), "organization.screened", organization.id(), detail));
  }
}
