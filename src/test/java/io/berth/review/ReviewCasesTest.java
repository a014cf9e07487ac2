package io.berth.review;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.berth.identity.Role;
import io.berth.inventory.Providers;
import io.berth.platform.Database;
import io.berth.platform.OrganizationId;
import io.berth.platform.Scope;
import io.berth.platform.Tx;
import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.berth.testing.Locks;
import io.quarkus.vertx.VertxContextSupport;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

@BerthTest
class ReviewCasesTest {

  private static final Scope SYSTEM = Scope.system("test");
  private static final OrganizationId AUTHORITY = OrganizationId.fresh();
  private static final int CALLERS = 8;

  private final OrganizationId organization = Providers.provider();

  @Inject ReviewCases cases;
  @Inject Database database;

  @Test
  void asksTheSameOnceHoweverManyAskAtOnce() throws Throwable {
    List<Future<CaseId>> asked = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(CALLERS)) {
      for (int i = 0; i < CALLERS; i++) {
        asked.add(threads.submit(() -> open("rule-a", "facts-1")));
      }
    }

    CaseId first = asked.getFirst().get();
    for (Future<CaseId> other : asked) {
      assertThat(other.get()).isEqualTo(first);
    }
    assertThat(openInOrm("rule-a", "facts-1")).isEqualTo(first);
    assertThat(events(first)).containsExactly("case.opened");
    assertThat(open("rule-b", "facts-1")).isNotEqualTo(first);
    assertThat(openInOrm("rule-a", "facts-2")).isNotEqualTo(first);
  }

  @Test
  void approvesWhenTwoOfficersSayYes() throws Throwable {
    CaseId id = open("rule-a", "facts-1");
    Instant expiresAt = Instant.now().plus(Duration.ofDays(30)).truncatedTo(ChronoUnit.SECONDS);

    attach(officer("one"), id).statusCode(202).body("evidence", hasSize(1));
    approve(officer("one"), id, "\"1\"", expiresAt)
        .statusCode(202)
        .body("state", equalTo("proposed"));
    assertThat(standing()).isEmpty();
    confirm(officer("one"), id, "\"2\"")
        .statusCode(403)
        .body("detail", startsWith("You proposed this approval yourself"));
    confirm(officer("two"), id, "\"1\"").statusCode(412);
    confirm(officer("two"), id, null).statusCode(428);
    confirm(officer("two"), id, "\"2\"")
        .statusCode(202)
        .header("ETag", "\"3\"")
        .body("state", equalTo("approved"))
        .body("proposal.by", equalTo("one"))
        .body("decision.by", equalTo("two"));

    assertThat(standing())
        .singleElement()
        .satisfies(approved -> {
          assertThat(approved.id()).isEqualTo(id);
          assertThat(approved.expiresAt()).isEqualTo(expiresAt);
        });
    assertThat(events(id)).containsExactly("case.opened", "case.proposed", "case.approved");
    assertThat(audited(id))
        .containsExactly("case.open", "case.attachEvidence", "case.approve", "case.confirm");
    // What was approved is not open any more: asked again, it is another case.
    assertThat(open("rule-a", "facts-1")).isNotEqualTo(id);
  }

  @Test
  void wantsEyesThatDidNotBringAllOfTheEvidence() throws Throwable {
    CaseId id = open("rule-a", "facts-1");
    attach(officer("two"), id).statusCode(202);
    approve(officer("one"), id, "*", Instant.now().plus(Duration.ofDays(1))).statusCode(202);

    confirm(officer("two"), id, "*").statusCode(403);
    attach(as("member", organization, Role.PROVIDER), id).statusCode(202);

    confirm(officer("two"), id, "*").statusCode(202);
  }

  @Test
  void letsNobodyDecideAboutTheirOwnOrganization() throws Throwable {
    CaseId id = open("rule-a", "facts-1");
    RequestSpecification own = as("insider", organization, Role.COMPLIANCE);

    finding(own, id, "refuse", "*").statusCode(403);
    approve(
            as("insider", organization, Role.COMPLIANCE),
            id,
            "*",
            Instant.now().plus(Duration.ofDays(1)))
        .statusCode(403);
    finding(as("member", organization, Role.TENANT), id, "refuse", "*").statusCode(403);
    finding(as("operator", AUTHORITY, Role.OPERATOR), id, "refuse", "*").statusCode(403);
  }

  @Test
  void takesOneToSayNo() throws Throwable {
    CaseId id = open("rule-a", "facts-1");

    finding(officer("one"), id, "refuse", "\"0\"")
        .statusCode(202)
        .body("state", equalTo("refused"));

    finding(officer("two"), id, "refuse", "*").statusCode(409);
    attach(officer("two"), id).statusCode(409);
    assertThat(standing()).isEmpty();
    assertThat(events(id)).containsExactly("case.opened", "case.refused");
  }

  @Test
  void boundsWhatAnApprovalMayHold() throws Throwable {
    CaseId id = open("rule-a", "facts-1");

    approve(officer("one"), id, "*", Instant.now().minusSeconds(1)).statusCode(422);
    approve(officer("one"), id, "*", Instant.now().plus(Duration.ofDays(367)))
        .statusCode(422)
        .body("errors.pointer", contains("/expiresAt"));
  }

  @Test
  void showsAnOrganizationItsCasesAndNotWhatIsForOfficers() throws Throwable {
    CaseId id = open("rule-a", "facts-1");
    attach(officer("one"), id).statusCode(202);
    finding(officer("one"), id, "refuse", "*").statusCode(202).body("decision.note", equalTo("n"));

    as("member", organization, Role.PROVIDER)
        .get("/v1/review-cases/" + id)
        .then()
        .statusCode(200)
        .body("decision.reason", equalTo("because"))
        .body("decision.note", nullValue())
        .body("decision.by", nullValue())
        .body("detail.what", equalTo("thing"))
        .body("evidence", hasSize(0));
    as("member", organization, Role.PROVIDER)
        .get("/v1/review-cases?state=refused&kind=order")
        .then()
        .statusCode(200)
        .body("items.id", contains(id.toString()));
    as("member", organization, Role.PROVIDER)
        .get("/v1/review-cases?state=open")
        .then()
        .body("items", hasSize(0));
    RequestSpecification stranger = as("other", Providers.provider(), Role.TENANT);
    stranger.get("/v1/review-cases/" + id).then().statusCode(404);
    attach(as("other", Providers.provider(), Role.TENANT), id).statusCode(404);
    officer("one")
        .get("/v1/review-cases?organizationId=" + organization)
        .then()
        .body("items.id", hasItem(id.toString()));
  }

  @Test
  void letsApprovalsExpireAndBeTakenBack() throws Throwable {
    CaseId expiring = approved("rule-a");
    CaseId withdrawn = approved("rule-b");
    assertThat(standing()).hasSize(2);

    finding(officer("one"), withdrawn, "withdraw", "*").statusCode(202);
    execute("update review_case set expires_at = now() where id = ?", expiring);
    // What has passed counts no more, whether or not somebody has written that down.
    assertThat(standing()).isEmpty();

    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(events(expiring)).endsWith("case.expired"));
    assertThat(events(withdrawn)).endsWith("case.withdrawn");
    assertThat(await(cases.get(SYSTEM, expiring)).state()).isEqualTo(CaseState.EXPIRED);
  }

  @Test
  void keepsACaseFromBeingAnsweredWhileSomebodyJoinsIt() throws Throwable {
    CaseId id = open("rule-a", "facts-1");

    try (ExecutorService threads = Executors.newFixedThreadPool(1)) {
      Future<Integer> refusal;
      try (Locks joining =
          Locks.taking("select 1 from review_case where id = '" + id.value() + "' for share")) {
        // Another that joins does not wait, one that answers does.
        assertThat(open("rule-a", "facts-1")).isEqualTo(id);
        refusal =
            threads.submit(() -> finding(officer("one"), id, "refuse", "*").extract().statusCode());
        joining.awaitWaiting(1);
        assertThat(refusal.isDone()).isFalse();
      }
      assertThat(refusal.get()).isEqualTo(202);
    }
  }

  private CaseId approved(String reason) throws Throwable {
    CaseId id = open(reason, "facts-1");
    approve(officer("one"), id, "*", Instant.now().plus(Duration.ofDays(1))).statusCode(202);
    confirm(officer("two"), id, "*").statusCode(202);
    return id;
  }

  private NewCase fresh(String reason, String factsHash) {
    return new NewCase(
        CaseKind.ORDER,
        organization,
        reason,
        factsHash,
        organization,
        "A summary.",
        Map.of("what", "thing"));
  }

  private CaseId open(String reason, String factsHash) throws Exception {
    return await(
        database.sql(
            SYSTEM, connection -> cases.open(Tx.of(connection), SYSTEM, fresh(reason, factsHash))));
  }

  private CaseId openInOrm(String reason, String factsHash) throws Exception {
    return await(
        database.orm(
            SYSTEM, session -> cases.open(Tx.of(session), SYSTEM, fresh(reason, factsHash))));
  }

  private List<ReviewCase> standing() throws Exception {
    return await(cases.standing(SYSTEM, CaseKind.ORDER, organization));
  }

  private static RequestSpecification officer(String name) {
    return as(name, AUTHORITY, Role.COMPLIANCE);
  }

  private static RequestSpecification as(
      String name, OrganizationId organization, String... roles) {
    return given()
        .auth()
        .oauth2(BerthResource.tokenOf(name, organization, roles))
        .contentType(ContentType.JSON);
  }

  private static ValidatableResponse attach(RequestSpecification who, CaseId id) {
    return who.body(Map.of("kind", "statement", "reference", "S 1"))
        .post("/v1/review-cases/" + id + "/evidence")
        .then();
  }

  private static ValidatableResponse approve(
      RequestSpecification who, CaseId id, String ifMatch, Instant expiresAt) {
    return who.header("If-Match", ifMatch)
        .body(Map.of("reason", "because", "note", "n", "expiresAt", expiresAt.toString()))
        .post("/v1/review-cases/" + id + "/approve")
        .then();
  }

  private static ValidatableResponse confirm(RequestSpecification who, CaseId id, String ifMatch) {
    return finding(who, id, "confirm", ifMatch);
  }

  private static ValidatableResponse finding(
      RequestSpecification who, CaseId id, String verb, String ifMatch) {
    if (ifMatch != null) {
      who = who.header("If-Match", ifMatch);
    }
    return who.body(Map.of("reason", "because", "note", "n"))
        .post("/v1/review-cases/" + id + "/" + verb)
        .then();
  }

  private static List<String> events(CaseId id) throws SQLException {
    return strings("select type from outbox_event where subject = ? order by occurred_at, id", id);
  }

  private static List<String> audited(CaseId id) throws SQLException {
    return strings("select action from audit_entry where subject = ? order by at, id", id);
  }

  private static List<String> strings(String query, CaseId id) throws SQLException {
    List<String> found = new ArrayList<>();
    try (Connection connection = BerthResource.superuser();
        PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, id.toString());
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(rows.getString(1));
        }
      }
    }
    return found;
  }

  private static void execute(String update, CaseId id) throws SQLException {
    try (Connection connection = BerthResource.superuser();
        PreparedStatement statement = connection.prepareStatement(update)) {
      statement.setObject(1, id.value());
      statement.executeUpdate();
    }
  }

  private static <T> T await(Uni<T> uni) throws Exception {
    try {
      return VertxContextSupport.subscribeAndAwait(() -> uni);
    } catch (Exception e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
