package io.berth.compliance.internal;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.berth.identity.Role;
import io.berth.platform.OrganizationId;
import io.berth.testing.BerthResource;
import io.berth.testing.BerthTest;
import io.berth.testing.Trail;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@BerthTest
class AuditResourceTest {

  private static final String PATH = "/v1/audit";
  private static final OrganizationId HOUSE = OrganizationId.fresh();
  private static final int ENTRIES = 6;
  private static final Duration WAIT_MAX = Duration.ofSeconds(30);

  @Test
  void anOutsiderCanCheckEntriesAndCheckpoints() throws Exception {
    String organization =
        compliance()
            .contentType(ContentType.JSON)
            .body("{\"name\": \"Prüfling GmbH\"}")
            .post("/v1/organizations")
            .then()
            .statusCode(201)
            .extract()
            .path("id");
    Map<String, Object> entry = awaitSealed(organization);
    long position = ((Number) entry.get("position")).longValue();
    String before =
        position == 1
            ? "0".repeat(64)
            : Trail.value("select hash from audit_seal where position = " + (position - 1));

    assertThat(entry).containsEntry("subject", organization);
    assertThat(OutsideCheck.hash(before, entry)).isEqualTo(entry.get("hash"));
    assertThat(OutsideCheck.hash(before, Map.of())).isNotEqualTo(entry.get("hash"));

    JsonPath keys = ok("/keys");
    Map<String, Object> checkpoint = awaitCheckpoint(position);
    assertThat(OutsideCheck.isSigned(checkpoint, OutsideCheck.key(keys, checkpoint))).isTrue();
    assertThat(
            Trail.value(
                "select hash from audit_seal where position = " + checkpoint.get("position")))
        .isEqualTo(checkpoint.get("hash"));
  }

  @Test
  void findsTheWholeTrailAsItWasSealed() throws SQLException {
    long position = Trail.awaitSealed(Trail.write("whole"));

    verify()
        .body("sound", equalTo(true))
        .body("from", equalTo(1))
        .body("to", greaterThanOrEqualTo((int) position))
        .body("entries", greaterThanOrEqualTo((int) position))
        .body("broken", nullValue());
    verify("from", position, "to", position)
        .body("sound", equalTo(true))
        .body("to", equalTo((int) position))
        .body("entries", equalTo(1));
  }

  @Test
  void countsWhatIsNotSealed() throws SQLException {
    Trail.hold();
    try {
      Trail.write("late");

      verify()
          .body("sound", equalTo(true))
          .body("unsealed", greaterThanOrEqualTo(1))
          .body("oldestUnsealedAt", containsString("T"));
    } finally {
      Trail.release();
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "alteredEntry | update audit_entry set detail = '{}' where id = ENTRY",
        "alteredEntry | update audit_entry set at = at + interval '1 microsecond' where id = ENTRY",
        "alteredEntry | update audit_entry set organization_id = null where id = ENTRY",
        "missingEntry | delete from audit_entry where id = ENTRY",
        "missingSeal  | delete from audit_seal where position = POSITION",
        "alteredSeal  | update audit_seal set hash = repeat('0', 64) where position = POSITION",
        "wrongOrder   | update audit_seal set entry_id = gen_random_uuid() where position = NEXT;"
            + " update audit_seal set entry_id = NEXT_ENTRY where position = POSITION;"
            + " update audit_seal set entry_id = ENTRY where position = NEXT",
        "wrongOrder   | update audit_seal set position = 9000000000 where position = NEXT;"
            + " update audit_seal set position = NEXT where position = POSITION;"
            + " update audit_seal set position = POSITION where position = 9000000000",
        "badSignature | insert into audit_checkpoint select POSITION, s.hash, now(), c.key_id, c.signature"
            + " from audit_seal s, (select * from audit_checkpoint limit 1) c where s.position = POSITION",
        "unknownKey   | insert into audit_checkpoint select position, hash, now(), 'mine', 'AAAA'"
            + " from audit_seal where position = POSITION",
      })
  void namesThePositionAndWhatIsWrong(String kind, String tampering) throws SQLException {
    Stretch stretch = stretch();
    try {
      Trail.execute(stretch.fill(tampering).split(";"));

      verify("from", stretch.first())
          .body("sound", equalTo(false))
          .body("broken.kind", equalTo(kind))
          .body("broken.position", equalTo((int) stretch.target()))
          .body("to", equalTo((int) stretch.target() - 1));
      // What stands before is still found well.
      verify("from", stretch.first(), "to", stretch.target() - 1).body("sound", equalTo(true));
    } finally {
      stretch.restore();
    }
  }

  @Test
  void findsAChainThatWasRewrittenAsAWhole() throws Exception {
    Stretch stretch = stretch();
    try {
      Trail.execute(stretch.fill("update audit_entry set actor = 'nobody' where id = ENTRY"));
      stretch.chainAnew();

      verify("from", stretch.first())
          .body("sound", equalTo(false))
          .body("broken.kind", equalTo("rewrittenChain"))
          .body("broken.position", equalTo((int) stretch.signed()));
    } finally {
      stretch.restore();
    }
  }

  @Test
  void findsAnEndThatWasCutOff() throws SQLException {
    Stretch stretch = stretch();
    try {
      Trail.execute(stretch.fill("delete from audit_seal where position >= POSITION"));

      verify("from", stretch.first())
          .body("broken.kind", equalTo("missingSeal"))
          .body("broken.position", equalTo((int) stretch.target()))
          .body("broken.detail", containsString(Long.toString(stretch.signed())));
    } finally {
      stretch.restore();
    }
  }

  /**
   * Sealed entries of the test's own with one checkpoint at their end, with a copy of what stands
   * there; nobody seals until they are restored.
   */
  private record Stretch(List<Long> positions, List<UUID> entries) {

    long first() {
      return positions.getFirst();
    }

    long target() {
      return positions.get(2);
    }

    long signed() {
      return positions.getLast();
    }

    String fill(String sql) {
      return sql.replace("NEXT_ENTRY", "'" + entries.get(3) + "'")
          .replace("NEXT", positions.get(3).toString())
          .replace("ENTRY", "'" + entries.get(2) + "'")
          .replace("POSITION", Long.toString(target()));
    }

    void chainAnew() throws Exception {
      String before =
          Objects.requireNonNullElse(
              Trail.value("select hash from audit_seal where position = " + (first() - 1)),
              "0".repeat(64));
      for (int i = 0; i < positions.size(); i++) {
        Map<String, Object> entry =
            ok("/entries?subject=" + subject(entries.get(i))).getMap("items[0]");
        before = OutsideCheck.hash(before, entry);
        Trail.execute(
            "update audit_seal set hash = '" + before + "' where position = " + positions.get(i));
      }
    }

    void restore() throws SQLException {
      Trail.execute(
          "delete from audit_seal where position >= " + first(),
          "delete from audit_entry where id in (select id from saved_entry)",
          "delete from audit_checkpoint where position >= " + first(),
          "insert into audit_seal select * from saved_seal",
          "insert into audit_entry select * from saved_entry",
          "insert into audit_checkpoint select * from saved_checkpoint",
          "drop table saved_seal, saved_entry, saved_checkpoint");
      Trail.release();
    }
  }

  private static String subject(UUID entry) throws SQLException {
    return Trail.value("select subject from audit_entry where id = '" + entry + "'");
  }

  private static Stretch stretch() throws SQLException {
    List<Long> positions = new ArrayList<>();
    List<UUID> entries = new ArrayList<>();
    try (Connection connection = BerthResource.superuser()) {
      connection.setAutoCommit(false);
      for (int i = 0; i < ENTRIES; i++) {
        entries.add(Trail.write(connection, "tampered-" + UUID.randomUUID()));
      }
      connection.commit();
    }
    for (UUID entry : entries) {
      positions.add(Trail.awaitSealed(entry));
    }
    positions.sort(null);
    awaitCheckpoint(positions.getLast());
    Trail.hold();
    long end = Long.parseLong(Trail.value("select max(position) from audit_seal"));
    // Somebody else's entries may stand between: only neighbours will do, signed at their end
    // alone.
    Trail.execute(
        "create table saved_seal as select * from audit_seal where position >= "
            + positions.getFirst(),
        "create table saved_entry as select * from audit_entry where id in (select entry_id from"
            + " saved_seal)",
        "create table saved_checkpoint as select * from audit_checkpoint where position >= "
            + positions.getFirst());
    List<Long> all = new ArrayList<>();
    List<UUID> there = new ArrayList<>();
    for (long position = positions.getFirst(); position <= end; position++) {
      all.add(position);
      there.add(
          UUID.fromString(
              Trail.value("select entry_id from audit_seal where position = " + position)));
    }
    Trail.execute(
        "delete from audit_checkpoint where position >= "
            + all.getFirst()
            + " and position < (select max(position) from audit_checkpoint)");
    long signed = Long.parseLong(Trail.value("select max(position) from audit_checkpoint"));
    int length = (int) (signed - all.getFirst()) + 1;
    return new Stretch(all.subList(0, length), there.subList(0, length));
  }

  @Test
  void filtersEntries() throws SQLException {
    String subject = "test-" + UUID.randomUUID();
    UUID first = Trail.write(subject);
    Trail.write(subject);
    String at =
        Trail.value(
            "select to_char(at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') from audit_entry where id = '"
                + first
                + "'");
    String organization =
        new OrganizationId(
                UUID.fromString(
                    Trail.value(
                        "select organization_id from audit_entry where id = '" + first + "'")))
            .toString();

    entries("subject", subject).body("items", hasSize(2)).body("items[0].at", equalTo(at));
    entries("organization", organization).body("items", hasSize(1));
    entries("subject", subject, "action", "test.happened").body("items", hasSize(2));
    entries("subject", subject, "action", "test.other").body("items", hasSize(0));
    entries("subject", subject, "actor", "tester").body("items", hasSize(2));
    entries("subject", subject, "until", at).body("items", hasSize(0));
    entries("subject", subject, "from", at).body("items", hasSize(2));
    String next =
        entries("subject", subject, "pageSize", 1)
            .body("items", hasSize(1))
            .extract()
            .path("nextPageToken");
    entries("subject", subject, "pageSize", 1, "pageToken", next)
        .body("items", hasSize(1))
        .body("nextPageToken", nullValue());
  }

  @Test
  void refusesWhatItCannotRead() {
    problem("/verify?from=0", 400, "?from");
    problem("/verify?from=5&to=4", 400, "?to");
    problem("/entries?from=yesterday", 400, "?from");
    problem("/entries?subject=%00", 400, "?subject");
    problem("/entries?pageToken=nonsense", 400, "?pageToken");
  }

  @Test
  void isForComplianceAlone() {
    for (String path : List.of("/verify", "/entries")) {
      as(Role.TENANT).get(PATH + path).then().statusCode(403);
      as(Role.OPERATOR).get(PATH + path).then().statusCode(403);
    }
    as(Role.PROVIDER).get(PATH + "/checkpoints").then().statusCode(403);
    as(Role.OPERATOR).get(PATH + "/checkpoints").then().statusCode(200);
    as(Role.TENANT).get(PATH + "/keys").then().statusCode(200).body("items.signs", hasItem(true));
    given().get(PATH + "/keys").then().statusCode(401);
  }

  private static Map<String, Object> awaitSealed(String subject) {
    return await()
        .atMost(WAIT_MAX)
        .until(
            () -> ok("/entries?subject=" + subject).getMap("items[0]"),
            entry -> entry.containsKey("position"));
  }

  private static Map<String, Object> awaitCheckpoint(long position) {
    return await()
        .atMost(WAIT_MAX)
        .until(
            () -> {
              Map<String, Object> last = Map.of();
              String token = "";
              while (token != null) {
                JsonPath page = ok("/checkpoints?pageSize=200" + token);
                last = page.getMap("items[-1]");
                token =
                    page.get("nextPageToken") == null
                        ? null
                        : "&pageToken=" + page.get("nextPageToken");
              }
              return last;
            },
            last -> ((Number) last.get("position")).longValue() >= position);
  }

  private static ValidatableResponse verify(Object... parameters) {
    return query("/verify", parameters);
  }

  private static ValidatableResponse entries(Object... parameters) {
    return query("/entries", parameters);
  }

  private static ValidatableResponse query(String path, Object... parameters) {
    RequestSpecification request = compliance();
    for (int i = 0; i < parameters.length; i += 2) {
      request.queryParam(parameters[i].toString(), parameters[i + 1]);
    }
    return request.get(PATH + path).then().statusCode(200);
  }

  private static void problem(String path, int status, String pointer) {
    compliance()
        .urlEncodingEnabled(false)
        .get(PATH + path)
        .then()
        .statusCode(status)
        .body("errors.pointer", contains(pointer));
  }

  private static JsonPath ok(String path) {
    return compliance().get(PATH + path).then().statusCode(200).extract().jsonPath();
  }

  private static RequestSpecification compliance() {
    return given().auth().oauth2(BerthResource.token(HOUSE, Role.COMPLIANCE, Role.OPERATOR));
  }

  private static RequestSpecification as(String role) {
    return given().auth().oauth2(BerthResource.token(HOUSE, role));
  }
}
